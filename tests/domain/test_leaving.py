"""Who leaves a counter and isn't done: transferred, parked, sent back to wait."""

from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    KeepTime,
    OpenCounter,
)
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.refusals import (
    SameQueue,
    TellerAway,
    UnknownCounter,
    UnknownQueue,
)
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.ticketcommands import (
    CounterTarget,
    OpenTicketAt,
    ParkTicket,
    ReinstateTicket,
    ReturnTicket,
    TellerTarget,
    TicketCommand,
    TransferTicket,
)
from kiosk.domain.ticketevents import TicketParked, TicketReturned, TicketTransferred
from tests.domain.day import LI, ONE, THREE, TWO, WANG, Day
from tests.domain.ticketstates import CALL, T1, day_with
from tests.support.branch import ACCOUNT, CASH, Q_NOWHERE, A, B

Seat = tuple[CounterId, StaffRef]


class TestTransfer:
    @pytest.mark.parametrize(
        ("target", "caller", "other"),
        [
            (CounterTarget(THREE), (THREE, StaffRef("zhao")), (TWO, WANG)),
            (TellerTarget(WANG), (TWO, WANG), (THREE, StaffRef("zhao"))),
        ],
    )
    def test_one_counter_or_teller_alone_calls_it(
        self, target: CounterTarget | TellerTarget, caller: Seat, other: Seat
    ) -> None:
        day = Day()
        day.issue("t1")
        day.do(OpenCounter(ONE, LI), OpenCounter(TWO, WANG), OpenCounter(THREE, StaffRef("zhao")))
        day.do(CallNext(ONE, LI), TransferTicket(OpenTicketAt(ONE), target, teller=LI))
        assert (day["t1"].number, day["t1"].state) == ("A001", TicketState.WAITING)
        day.do(CallNext(ONE, LI), CallNext(*other))
        assert day["t1"].state is TicketState.WAITING
        day.do(CallNext(*caller))
        assert (day["t1"].state, day["t1"].counter) == (TicketState.CALLED, caller[0])

    def test_it_comes_back_when_it_was_served_there(self) -> None:
        day = day_with(TicketState.CALLED)
        clock = day["t1"].clock_start
        day.do(TransferTicket(OpenTicketAt(ONE), B, come_back=True, teller=LI))
        assert (day["t1"].queue, day["t1"].clock_start) == (B, clock)
        day.do(CallNext(TWO, WANG), FinishServing(TWO, WANG, (ACCOUNT,), "done"))
        back = day["t1"]
        assert (back.state, back.queue, back.come_back) == (TicketState.WAITING, A, None)
        assert (back.services, back.result) == ((ACCOUNT,), "done")
        day.do(CallNext(ONE, LI), FinishServing(ONE, LI, (CASH,)))
        assert (day["t1"].state, day["t1"].services) == (TicketState.SERVED, (ACCOUNT, CASH))

    def test_where_there_is_nobody(self) -> None:
        day = day_with(TicketState.WAITING)
        assert isinstance(day.refusal(TransferTicket(T1, Q_NOWHERE)), UnknownQueue)
        nowhere = TransferTicket(T1, CounterTarget(CounterId("9")))
        assert isinstance(day.refusal(nowhere), UnknownCounter)
        nobody = TransferTicket(T1, TellerTarget(StaffRef("nobody")))
        assert isinstance(day.refusal(nobody), TellerAway)
        assert isinstance(day.refusal(TransferTicket(T1, A)), SameQueue)


class TestParking:
    def test_it_returns_by_itself_with_its_clock(self) -> None:
        day = day_with(TicketState.CALLED)
        clock = day["t1"].clock_start
        due = day.now + timedelta(minutes=10)
        day.do(ParkTicket(OpenTicketAt(ONE), "documents", due, LI))
        assert (day["t1"].park_reason, day["t1"].parked_until) == ("documents", due)
        assert day.branch.counter(ONE).ticket is None
        day.wait(minutes=9, seconds=59)
        assert day.do(KeepTime()) == []
        day.wait(seconds=1)
        (returned,) = day.do(KeepTime())
        assert getattr(returned, "reason", None) == "due"
        assert (day["t1"].state, day["t1"].clock_start) == (TicketState.WAITING, clock)
        assert day["t1"].parked_until is None

    def test_without_a_time_it_stays(self) -> None:
        day = day_with(TicketState.PARKED)
        day.wait(hours=5)
        assert day.do(KeepTime()) == []


def test_a_called_ticket_returns_to_its_place() -> None:
    day = Day()
    day.issue("t1")
    day.wait(minutes=1)
    day.issue("t2")
    day.do(*CALL, ReturnTicket(OpenTicketAt(ONE), LI))
    assert list(day.branch.lines.in_order(A, day.now.timestamp())) == ["t1", "t2"]


@pytest.mark.parametrize(
    ("state", "goes_away"),
    [
        (TicketState.CALLED, ReturnTicket(OpenTicketAt(ONE), LI)),
        (TicketState.CALLED, ParkTicket(OpenTicketAt(ONE), "documents", teller=LI)),
        (TicketState.SERVING, ParkTicket(OpenTicketAt(ONE), "documents", teller=LI)),
        (TicketState.CALLED, TransferTicket(OpenTicketAt(ONE), B, teller=LI)),
        (TicketState.SERVING, TransferTicket(OpenTicketAt(ONE), CounterTarget(TWO), teller=LI)),
    ],
)
def test_who_goes_away_from_a_counter_is_at_none_and_the_fact_says_which_it_was(
    state: TicketState, goes_away: TicketCommand
) -> None:
    """LOB-15: nobody is shown at a counter who waits again."""
    day = day_with(state)
    (event,) = day.do(goes_away)
    assert isinstance(event, TicketReturned | TicketParked | TicketTransferred)
    assert event.left == ONE
    assert called(day["t1"]) == NOT_CALLED


def test_who_comes_back_from_where_he_was_served_was_there_last() -> None:
    day = day_with(TicketState.CALLED)
    day.do(TransferTicket(OpenTicketAt(ONE), B, come_back=True, teller=LI))
    day.do(CallNext(TWO, WANG))
    (event,) = day.do(FinishServing(TWO, WANG))
    assert isinstance(event, TicketTransferred)
    assert (event.left, called(day["t1"])) == (TWO, NOT_CALLED)


def test_a_reinstated_no_show_is_at_no_counter() -> None:
    day = day_with(TicketState.NO_SHOW)
    assert day["t1"].counter == ONE
    day.do(ReinstateTicket(T1))
    assert called(day["t1"]) == NOT_CALLED


@pytest.mark.parametrize("goes_on", [ParkTicket(T1, "documents"), TransferTicket(T1, B)])
def test_who_was_at_no_counter_has_left_none(goes_on: TicketCommand) -> None:
    (event,) = day_with(TicketState.WAITING).do(goes_on)
    assert isinstance(event, TicketParked | TicketTransferred)
    assert event.left is None


NOT_CALLED = (None, None, None, None, 0)


def called(ticket: Ticket) -> tuple[object, ...]:
    """What a ticket tells of its call."""
    return (ticket.counter, ticket.teller, ticket.called_at, ticket.last_called_at, ticket.recalls)
