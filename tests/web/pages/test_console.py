"""The console as HTML, without a browser."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    AcknowledgeAlert,
    CallLobbyManager,
    CallNext,
    CloseCounter,
    Command,
    FinishServing,
    KeepTime,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import DeviceId, StaffRef
from kiosk.domain.queue import REGULAR
from kiosk.domain.rules import CallingRules
from kiosk.domain.ticketcommands import OpenTicketAt, ParkTicket
from kiosk.flow.estimatebook import EstimateBook, Outlook
from kiosk.shapes.writing import instant
from kiosk.web.pages.choices import Question, questions
from kiosk.web.pages.console import Seat, console
from kiosk.web.pages.verbs import Verb, commands, verbs
from tests.support.branch import A, B
from tests.web.pages.conftest import ANNA, BO, ONE, SOMEBODY, TWO, TestHall, root_ids

OPEN, NEXT = OpenCounter(ONE, ANNA), CallNext(ONE, ANNA)


def _parts(
    hall: TestHall,
    teller: StaffRef = ANNA,
    language: str = "en",
    book: EstimateBook | None = None,
) -> dict[str, str]:
    book = book or EstimateBook()
    seat = Seat(ONE, teller, language, lambda ticket: f"Good day, {ticket.number}", book)
    return console(hall.branch, seat, hall.clock.now())


def _buttons(hall: TestHall) -> tuple[Verb, ...]:
    return verbs(hall.branch, hall.branch.counter(ONE), True, "en")


@pytest.mark.parametrize(
    ("done", "keys"),
    [
        ([], "O"),
        ([OPEN], "NPCWULIAM"),
        ([OPEN, NEXT], "NRSFXPBKTLEVDAM"),
        ([OPEN, NEXT, StartServing(ONE, ANNA)], "NFPKTLEVDAM"),
        ([OPEN, NEXT, FinishServing(ONE, ANNA)], "NPCWULIAM"),
        ([OPEN, NEXT, MarkNoShow(ONE, ANNA)], "NPCWULIAM"),
        ([OPEN, PauseCounter(ONE, ANNA)], "OCLAM"),
        ([OPEN, NEXT, PauseCounter(ONE, ANNA)], "NRSFXOBKTLEVDAM"),
        ([OPEN, CloseCounter(ONE, ANNA)], "O"),
    ],
)
def test_only_the_keys_of_use_are_there_to_be_pressed(
    hall: TestHall, done: list[Command], keys: str
) -> None:
    hall.issue()
    hall.do(*done)
    buttons = _buttons(hall)
    assert {one.key for one in buttons if one.enabled} == set(keys)


def test_every_button_has_a_key_of_its_own(hall: TestHall) -> None:
    buttons = _buttons(hall)
    assert sorted(one.key for one in buttons) == sorted("NRSFXOPCBKTUWLEVDIAM")


def test_a_called_ticket_is_shown_with_what_the_teller_should_know(hall: TestHall) -> None:
    hall.issue(recognition=SOMEBODY)
    hall.do(OPEN, NEXT, RecallTicket(ONE, ANNA))
    shown = _parts(hall)["counter"]
    for text in ("V001", "Cash", "Priority client", "Has complained before", "Called 2 times"):
        assert text in shown
    assert "c-of-somebody" not in "".join(_parts(hall).values())


def test_lob_59_the_teller_sees_that_the_lobby_manager_was_called_and_comes(
    hall: TestHall,
) -> None:
    hall.do(OPEN, CallLobbyManager(ONE))
    manager = next(one for one in _buttons(hall) if one.verb == "manager")
    assert (manager.label, manager.enabled) == ("The manager was called", False)
    assert "has seen your call" not in _parts(hall)["counter"]
    (call,) = hall.branch.alerts
    hall.do(AcknowledgeAlert(call, BO))
    assert "The lobby manager has seen your call" in _parts(hall)["counter"]
    again = next(one for one in _buttons(hall) if one.verb == "manager")
    assert (again.label, again.enabled) == ("Call the lobby manager", True)


def test_a_walk_in_has_no_mark_of_a_client(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, NEXT)
    shown = _parts(hall)["counter"]
    assert "A001" in shown
    assert "Priority client" not in shown
    assert "complained" not in shown


def test_who_waits_for_the_counter_and_who_is_next(hall: TestHall) -> None:
    hall.issue()
    hall.issue()
    hall.issue("account")  # not for counter 1
    hall.issue(recognition=SOMEBODY)
    hall.clock.forward(60)
    text = re.sub(r"<[^>]+>|\s+", " ", _parts(hall)["waiting"])
    words = " ".join(text.split())
    assert "3 people" in words
    assert "Next: V001 Cash" in words
    assert "A Personal cash 2" in words
    assert words.index("V001") < words.index("A001") < words.index("A002")


def test_a_queue_that_the_counter_only_helps_counts_once_its_line_reaches_there(
    hall: TestHall,
) -> None:
    plan = hall.branch.plan.counters[ONE]
    helping = replace(plan, profile=replace(plan.profile, fallback=frozenset({B})))
    hall.branch.plan = replace(
        hall.branch.plan, counters={**hall.branch.plan.counters, ONE: helping}
    )
    hall.issue("account")
    hall.issue("account")
    shown = " ".join(re.sub(r"<[^>]+>|\s+", " ", _parts(hall)["waiting"]).split())
    assert "2 people" in shown
    assert "B Personal accounts 2" in shown
    hall.issue()  # one of its own
    shown = " ".join(re.sub(r"<[^>]+>|\s+", " ", _parts(hall)["waiting"]).split())
    assert "Next: A001" in shown
    assert "3 people" in shown


def test_the_last_calls_stand_newest_first(hall: TestHall) -> None:
    hall.issue()
    hall.issue()
    hall.do(OPEN, NEXT, NEXT)
    assert re.findall(r"A\d{3}", _parts(hall)["calls"]) == ["A002", "A001"]


def test_a_counter_that_a_colleague_has_open_shows_nothing_to_press(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, NEXT)
    parts = _parts(hall, teller=BO)
    assert "A colleague has this counter open" in parts["counter"]
    assert "A001" not in parts["counter"]
    assert parts["verbs"].count(" disabled") == 20


@pytest.mark.parametrize("done", [[], [OPEN], [OPEN, NEXT], [OPEN, PauseCounter(ONE, ANNA)]])
def test_each_part_is_one_element_under_its_name(hall: TestHall, done: list[Command]) -> None:
    hall.issue()
    hall.do(*done)
    for name, html in _parts(hall).items():
        assert root_ids(html) == [name]


def test_names_of_the_settings_are_text_and_not_markup(hall: TestHall) -> None:
    hall.issue(recognition=SOMEBODY)
    hall.do(OPEN, NEXT)
    ticket = hall.branch.open_ticket(ONE)
    assert ticket is not None
    object.__setattr__(ticket, "number", "<b>1</b>")
    assert "&lt;b&gt;1&lt;/b&gt;" in _parts(hall)["counter"]


def test_the_console_speaks_chinese(hall: TestHall) -> None:
    parts = _parts(hall, language="zh")
    assert "1号窗口" in parts["counter"]
    assert "个人现金" in parts["waiting"]


def test_why_the_next_one_is_next(hall: TestHall) -> None:
    hall.issue()
    hall.clock.forward(6 * 60)
    assert "Regular, at 40 % of its target" in _parts(hall)["waiting"]
    hall.clock.forward(60 * 60)
    assert "Regular, overdue after 66 minutes" in _parts(hall)["waiting"]


def test_a_break_shows_its_limit_and_when_it_is_over(hall: TestHall) -> None:
    hall.do(OPEN, SetStatus(ONE, ANNA, "short"))
    shown = _parts(hall)["counter"]
    assert "Short break · 5 minutes" in shown
    assert "Break over its limit" not in shown
    hall.clock.forward(301)
    hall.do(KeepTime())
    assert "Break over its limit" in _parts(hall)["counter"]


def _asked(hall: TestHall) -> dict[str, Question]:
    counter = hall.branch.counter(ONE)
    return {one.verb: one for one in questions(hall.branch, counter, "en", hall.clock.now())}


def _answers(question: Question) -> dict[str, str]:
    """The commands of each answer."""
    return {one.label: commands(one.steps) for one in question.answers}


def test_what_is_asked_about_the_ticket(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, OpenCounter(TWO, BO), NEXT)
    asked = _asked(hall)
    ticket = hall.branch.open_ticket(ONE)
    assert ticket is not None
    assert _answers(asked["park"]) == {
        "Documents are missing": '[["counters/1/park", {"reason": "documents"}]]'
    }
    assert list(_answers(asked["transfer"])) == [
        "B Personal accounts",
        "V Priority",
        "Counter 2",
        "Counter 3",
        "Teller who is now at Counter 2",
    ]
    assert _answers(asked["result"]) == {
        "Done": '[["counters/1/finish", {"result": "done"}]]',
        "No result": '[["counters/1/finish", {}]]',
    }
    assert [one.label for one in asked["result"].ticks if one.ticked] == ["Cash"]
    assert asked["visit"].answers[1].steps[0].body == {
        "service": "account",
        "visit": ticket.visit,
        "print": False,
    }


def test_the_breaks_stand_with_their_limits(hall: TestHall) -> None:
    hall.do(OPEN)
    labels = list(_answers(_asked(hall)["status"]))
    assert labels == ["Not ready", "Lunch · 40 minutes", "Short break · 5 minutes"]


def test_who_waits_is_listed_in_calling_order(hall: TestHall) -> None:
    hall.issue()
    hall.issue("account")  # not for counter 1
    hall.issue(recognition=SOMEBODY)
    hall.do(OPEN)
    hall.clock.forward(60)
    assert [label.split()[0] for label in _answers(_asked(hall)["choose"])] == ["V001", "A001"]


def test_who_was_put_aside_is_called_or_waits_again(hall: TestHall) -> None:
    for _ in range(3):
        hall.issue()
    hall.do(OPEN, NEXT, ParkTicket(OpenTicketAt(ONE), "documents", teller=ANNA))
    hall.do(NEXT, MarkNoShow(ONE, ANNA))
    parked, missed = (ticket.id for ticket in hall.branch.aside.values())
    call = '{"counter": "1"}'
    waits = {
        "A001: back to the queue": f'[["tickets/{parked}/return", {{}}]]',
        "A002: back to the queue": f'[["tickets/{missed}/reinstate", {{}}]]',
    }
    assert _answers(_asked(hall)["aside"]) == waits | {
        "Call A001": f'[["tickets/{parked}/call", {call}]]',
        "Call A002": f'[["tickets/{missed}/reinstate", {{}}], ["tickets/{missed}/call", {call}]]',
    }
    assert "2 parked or missed" in _parts(hall)["waiting"]
    hall.do(NEXT)  # the counter is taken
    assert _answers(_asked(hall)["aside"]) == waits


def test_what_another_counter_put_aside_is_that_counters(hall: TestHall) -> None:
    hall.issue()
    hall.issue("account")
    hall.do(OpenCounter(TWO, BO), CallNext(TWO, BO), MarkNoShow(TWO, BO))
    hall.do(CallNext(TWO, BO), ParkTicket(OpenTicketAt(TWO), "documents", teller=BO))
    assert len(hall.branch.aside) == 2
    assert _asked(hall)["aside"].answers == ()


def test_the_greeting_stands_in_the_clients_language(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, NEXT)
    assert '<p class="greeting" lang="zh">“Good day, A001”</p>' in _parts(hall)["counter"]


def test_a_recall_that_would_be_refused_is_counted_down(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, NEXT)
    slow = replace(hall.branch.plan, calling=CallingRules(recall_cooldown=timedelta(seconds=20)))
    hall.branch.plan = slow
    ticket = hall.branch.open_ticket(ONE)
    assert ticket is not None
    assert ticket.called_at is not None
    until = instant(ticket.called_at + timedelta(seconds=20))
    assert _parts(hall)["verbs"].count(f'data-until="{until}"') == 2  # recall, nobody came
    hall.do(StartServing(ONE, ANNA))
    assert "data-until" not in _parts(hall)["verbs"]


def test_my_day_counts_those_served_and_the_breaks(hall: TestHall) -> None:
    for _ in range(2):
        hall.issue()
    hall.do(OPEN, NEXT)
    hall.clock.forward(239.5)
    hall.do(FinishServing(ONE, ANNA), NEXT, MarkNoShow(ONE, ANNA), SetStatus(ONE, ANNA, "short"))
    hall.clock.forward(120)
    hall.do(OPEN, SetStatus(ONE, ANNA, "lunch"), OPEN, SetStatus(ONE, ANNA, "lunch"))
    words = " ".join(re.sub(r"<[^>]+>|\s+", " ", _parts(hall)["workday"]).split())
    assert "Served 1 Mean service time 04:00 Nobody came 1" in words
    assert "Lunch 2 of 1 · 0 minutes" in words
    assert "Short break 1 · 2 minutes" in words
    assert " over" in _parts(hall)["workday"]
    assert "Served 0" in " ".join(re.sub(r"<[^>]+>|\s+", " ", _parts(hall, BO)["workday"]).split())


def test_the_site_decides_when_a_ticket_was_called_often_enough(hall: TestHall) -> None:
    hall.issue()
    hall.do(OPEN, NEXT)
    strict = replace(hall.branch.plan, calling=CallingRules(recalls_minimum=1, recall_limit=1))
    hall.branch.plan = strict
    assert not _enabled(hall, "no-show")
    hall.do(RecallTicket(ONE, ANNA))
    assert _enabled(hall, "no-show")
    assert not _enabled(hall, "recall")


def _enabled(hall: TestHall, verb: str) -> bool:
    buttons = verbs(hall.branch, hall.branch.counter(ONE), True, "en")
    return next(one.enabled for one in buttons if one.verb == verb)


def test_an_outage_of_the_log_is_said_over_everything_else(hall: TestHall) -> None:
    """R6: in plain words, with what to do."""
    hall.do(OPEN)
    assert "hidden" in _parts(hall)["outage"]
    hall.branch.outage = DeviceCondition(
        DeviceId("log"), DeviceKind.LOG, DeviceStatus.HARDWARE_ERROR, Fault.DISK_FULL
    )
    said = _parts(hall)["outage"]
    assert "Go on with the paper roll" in said
    assert "hidden" not in said


def test_each_queue_tells_its_longest_wait_and_what_a_newcomer_waits(hall: TestHall) -> None:
    assert "·" not in _parts(hall)["waiting"], "nobody waits and nothing is foretold"
    hall.issue()
    hall.clock.forward(7 * 60)
    now = hall.clock.now()
    book = EstimateBook()
    book.write({}, {(A, REGULAR): Outlook(Estimate(6, 11, 14, 19), now)})
    shown = _parts(hall, book=book)["waiting"]
    assert "longest 7 min" in shown
    assert "newcomer: 11 min" in shown
    book.write({}, {(A, REGULAR): Outlook(None, now)})
    assert "newcomer: probably not today" in _parts(hall, book=book)["waiting"]
