"""What a soak finds out when a branch doesn't keep its promises (R1, R5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import Actor, Event, Fact, TicketCalled, TicketIssued, TicketRecognised
from kiosk.domain.ids import ClientRef, Language, QueueId, ServiceId, TicketId, VisitId
from kiosk.domain.queue import REGULAR
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.soak.crowd import Diary
from kiosk.soak.promises import RECOGNISED_WITHIN, broken, recognised_later
from tests.domain.day import MONDAY, MORNING

LATER = MORNING + RECOGNISED_WITHIN + timedelta(seconds=1)
WAITING = TicketState.WAITING


def ticket(serial: int) -> Ticket:
    return Ticket(
        id=TicketId(f"t{serial}"),
        series="A",
        serial=serial,
        number=f"A{serial:03}",
        queue=QueueId("A"),
        service=ServiceId("cash"),
        priority_class=REGULAR,
        state=WAITING,
        visit=VisitId(f"v{serial}"),
        language=Language("en"),
        issued_at=MORNING,
        clock_start=MORNING,
    )


FIRST, SECOND, THIRD = map(ticket, (1, 2, 3))
KNOWN = replace(FIRST, client=ClientRef("c-gold"))
BOTH = (TicketIssued(FIRST), TicketIssued(SECOND))


def log(*events: Event) -> list[Fact]:
    return [
        Fact(nth, f"f{nth}", LATER, MONDAY, event, Actor("system"), nth)
        for nth, event in enumerate(events, 1)
    ]


@pytest.mark.parametrize(
    "diary",
    [
        Diary(),
        Diary(given={"t1": "A001", "t2": "A002"}),
        Diary(shown=["A002"]),
    ],
)
def test_a_branch_that_kept_its_promises_is_told_nothing(diary: Diary) -> None:
    assert list(broken(log(*BOTH, TicketCalled(FIRST, WAITING)), diary)) == []


@pytest.mark.parametrize(
    ("events", "diary", "told"),
    [
        (BOTH, Diary(given={"t3": "A003"}), "A003 was acknowledged and isn't in the log"),
        (BOTH, Diary(given={"t1": "A002"}), "A002 was acknowledged and isn't in the log"),
        (BOTH, Diary(shown=["A003"]), "A003 was on the screen and isn't in the log"),
        (
            (TicketIssued(FIRST), TicketIssued(THIRD)),
            Diary(),
            "numbers of A on 2026-03-02 are left out or given twice",
        ),
        (
            (TicketIssued(FIRST), TicketIssued(replace(SECOND, serial=1))),
            Diary(),
            "numbers of A on 2026-03-02 are left out or given twice",
        ),
        (
            (*BOTH, *[TicketCalled(SECOND, WAITING)] * 2),
            Diary(),
            "A002 was called 2 times",
        ),
        (BOTH, Diary(swiped=["A001"]), "whose A001 is was never found out"),
    ],
)
def test_a_promise_that_was_not_kept_is_told(
    events: Sequence[Event], diary: Diary, told: str
) -> None:
    assert list(broken(log(*events), diary)) == [told]


def test_a_fact_that_is_missing_is_told() -> None:
    first, _, third = log(*BOTH, TicketCalled(FIRST, WAITING))
    assert "the log's sequence has gaps" in list(broken([first, third], Diary()))


def test_r5_who_is_recognised_at_once_or_later_was_found_out() -> None:
    diary = Diary(swiped=["A001"])
    at_once = log(TicketIssued(KNOWN))
    later = log(TicketIssued(FIRST), TicketRecognised(KNOWN, WAITING))
    assert [list(broken(one, diary)) for one in (at_once, later)] == [[], []]
    assert [recognised_later(one) for one in (at_once, later)] == [0, 1]


def test_r5_who_has_just_come_may_still_be_found_out() -> None:
    soon = [replace(one, time=MORNING) for one in log(*BOTH)]
    assert list(broken(soon, Diary(swiped=["A001"]))) == []
