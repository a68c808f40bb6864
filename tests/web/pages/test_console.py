"""The console as HTML, without a browser."""

import re
from dataclasses import replace

import pytest

from kiosk.domain.commands import (
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
from kiosk.domain.ids import StaffRef
from kiosk.domain.rules import CallingRules
from kiosk.web.pages.choices import questions
from kiosk.web.pages.console import console, verbs
from tests.web.pages.conftest import ANNA, BO, ONE, SOMEBODY, TestHall, root_ids

OPEN, NEXT = OpenCounter(ONE, ANNA), CallNext(ONE, ANNA)


def _parts(hall: TestHall, teller: StaffRef = ANNA, language: str = "en") -> dict[str, str]:
    return console(hall.branch, ONE, teller, language, hall.clock.now())


@pytest.mark.parametrize(
    ("done", "keys"),
    [
        ([], "O"),
        ([OPEN], "NPCWUL"),
        ([OPEN, NEXT], "NRSFXPBKTL"),
        ([OPEN, NEXT, StartServing(ONE, ANNA)], "NFPKTL"),
        ([OPEN, NEXT, FinishServing(ONE, ANNA)], "NPCWUL"),
        ([OPEN, NEXT, MarkNoShow(ONE, ANNA)], "NPCWUL"),
        ([OPEN, PauseCounter(ONE, ANNA)], "OCL"),
        ([OPEN, NEXT, PauseCounter(ONE, ANNA)], "NRSFXOBKTL"),
        ([OPEN, CloseCounter(ONE, ANNA)], "O"),
    ],
)
def test_only_the_keys_of_use_are_there_to_be_pressed(
    hall: TestHall, done: list[Command], keys: str
) -> None:
    hall.issue()
    hall.do(*done)
    buttons = verbs(hall.branch, hall.branch.counter(ONE), True, "en")
    assert {one.key for one in buttons if one.enabled} == set(keys)


def test_every_button_has_a_key_of_its_own(hall: TestHall) -> None:
    buttons = verbs(hall.branch, hall.branch.counter(ONE), True, "en")
    assert sorted(one.key for one in buttons) == sorted("NRSFXOPCBKTUWL")


def test_a_called_ticket_is_shown_with_what_the_teller_should_know(hall: TestHall) -> None:
    hall.issue(recognition=SOMEBODY)
    hall.do(OPEN, NEXT, RecallTicket(ONE, ANNA))
    shown = _parts(hall)["counter"]
    for text in ("V001", "Cash", "Priority client", "Has complained before", "Called 2 times"):
        assert text in shown
    assert "c-1" not in "".join(_parts(hall).values())


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
    assert parts["verbs"].count(" disabled") == 14


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


def test_what_is_asked_before_a_verb(hall: TestHall) -> None:
    asked = {one.verb: one for one in questions(hall.branch.plan, ONE, "en")}
    assert [one.body for one in asked["park"].answers] == [{"reason": "documents"}]
    assert [one.label for one in asked["transfer"].answers] == [
        "A Personal cash",
        "B Personal accounts",
        "V Priority",
        "Counter 2",
        "Counter 3",
    ]
    assert asked["paper"].answers == ()
    statuses = [one.body["status"] for one in asked["status"].answers]
    assert statuses == ["ready", "not_ready", "lunch", "short"]
    assert asked["status"].answers[2].label == "Lunch · 40 minutes"


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
