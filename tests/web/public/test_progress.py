"""What a customer's own page says of each state, in each language."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.ids import QueueId, StaffRef, TicketId
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import ClearHall, DropTicket, MoveTicket, OpenTicketAt, ParkTicket
from kiosk.locale import complete_languages
from kiosk.web.public.progress import Progress, gone, progress, too_many
from tests.domain.day import GOLD, ONE, Day

ANNA = StaffRef("u-anna")
MINE = TicketId("t1")
HERE = OpenTicketAt(ONE)


def told(day: Day, foretold: dict[str, Any] | None = None, language: str = "en") -> Progress:
    return progress(day.branch, day["t1"], foretold, language, day.now)


def called() -> Day:
    day = Day()
    day.issue("t1", GOLD)
    day.do(OpenCounter(ONE, ANNA), CallNext(ONE, ANNA))
    return day


def test_waiting_with_others_before() -> None:
    day = Day()
    day.issue("t0")
    assert told_first(day) == "You are next."
    day.issue("t1")
    assert told(day).headline == "1 person is ahead of you."
    assert told(day).title == "A002: 1 person is ahead of you."
    assert told(day, language="zh").headline == "您前面还有 1 人。"
    assert not told(day).lasting


def told_first(day: Day) -> str:
    return progress(day.branch, day["t0"], None, "en", day.now).headline


@pytest.mark.parametrize(
    ("low", "median", "high", "wait"),
    [
        (10, 14, 18, ("about 10–18 minutes", "most likely 14 minutes")),
        (0, 1, 4, ("up to 4 minutes", "most likely 1 minute")),
        (0, 0, 1, ("up to 1 minute", "most likely 1 minute")),
        (24, 24, 24, ("about 24 minutes", None)),
    ],
)
def test_the_wait_in_words(low: int, median: int, high: int, wait: tuple[str, str | None]) -> None:
    day = Day()
    day.issue("t1")
    foretold = {"p10": low, "p50": median, "p70": median, "p90": high, "as_of": "…"}
    assert told(day, foretold).wait == wait
    assert told(day, foretold).notes == ()


@pytest.mark.parametrize(
    ("foretold", "note"),
    [
        (None, "How long it will take can't be told yet."),
        ({"today": False}, "As things stand your number won't be called today."),
        ({"p10": 0, "p50": 0, "p90": 0}, "It is your turn in a moment."),
    ],
)
def test_no_wait_to_tell(foretold: dict[str, Any] | None, note: str) -> None:
    day = Day()
    day.issue("t1")
    assert told(day, foretold).wait is None
    assert told(day, foretold).notes[0] == note


def test_called_and_called_again() -> None:
    day = called()
    once = told(day)
    assert (once.headline, once.title) == (
        "Please come to Counter 1",
        "● Please come to Counter 1",
    )
    day.do(RecallTicket(ONE, ANNA))
    assert told(day).calls == once.calls + 1
    assert told(day).notes == ("You have been called again.",)


def test_served() -> None:
    day = called()
    day.do(StartServing(ONE, ANNA))
    assert told(day).headline == "You are being served at Counter 1."
    day.do(FinishServing(ONE, ANNA))
    assert told(day).headline == "Thank you for your visit."
    assert told(day).lasting


def test_nobody_came() -> None:
    day = called()
    day.do(MarkNoShow(ONE, ANNA))
    assert told(day).headline == "You were called and nobody came."
    assert "ask the staff" in told(day).notes[0]
    assert not told(day).lasting


def test_parked_with_and_without_a_time() -> None:
    day = called()
    day.do(ParkTicket(HERE, "documents", teller=ANNA))
    assert told(day).notes == ("You keep it. Please tell the staff when you are ready.",)
    day = called()
    until = day.now.replace(hour=6, minute=30)
    day.do(ParkTicket(HERE, "documents", until, ANNA))
    assert told(day).notes == ("You are in the line again from 14:30 on.",)


def test_moved_and_its_new_number() -> None:
    day = Day()
    day.issue("t1")
    day.do(MoveTicket(MINE, QueueId("B"), TicketId("t2")))
    assert (told(day).number, told(day).headline) == ("B001", "Your number is now B001.")
    new = progress(day.branch, day["t2"], None, "en", day.now)
    assert "Your number was A001 before." in new.notes


def test_dropped() -> None:
    day = Day()
    day.issue("t1")
    day.do(DropTicket(MINE, "left"))
    assert told(day).headline == "This number was taken out of the line."
    assert told(day).lasting


def test_the_hall_was_cleared() -> None:
    day = Day()
    day.issue("t1")
    day.do(ClearHall("evacuation"))
    assert told(day).headline == "This number is no longer called."
    assert "Evacuation" in told(day).notes
    assert "紧急疏散" in told(day, language="zh").notes


@pytest.mark.parametrize("language", sorted(complete_languages()))
@pytest.mark.parametrize("state", TicketState)
def test_every_state_has_words_and_nothing_personal(state: TicketState, language: str) -> None:
    day = called()
    day.issue("t2")
    shown = replace(day["t1"], state=state, moved_to=TicketId("t2"))
    said = progress(day.branch, shown, None, language, day.now)
    assert said.headline
    for secret in ("c-gold", "vip", ANNA, "t1", "v-t1"):
        assert secret not in repr(said)


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_pages_without_a_ticket(language: str) -> None:
    assert gone(language).lasting
    assert not too_many(language).lasting
    assert gone(language).headline != too_many(language).headline
