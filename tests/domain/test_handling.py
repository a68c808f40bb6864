"""Every verb on a ticket in every state, and what each leaves behind."""

from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    Command,
    FinishServing,
    KeepTime,
    MarkNoShow,
    OpenCounter,
    ServeWithoutTicket,
    StartServing,
)
from kiosk.domain.events import HallCleared, TicketCalled, TicketExpired, TicketIssued
from kiosk.domain.ids import ClassId, CounterId, DeviceId, JobId, StaffRef, TicketId, VisitId
from kiosk.domain.queue import VIP
from kiosk.domain.refusals import (
    NotYours,
    NumberTaken,
    SameQueue,
    TellerAway,
    TicketIs,
    TooLate,
    UnknownClass,
    UnknownCounter,
    UnknownQueue,
    UnknownReason,
    UnknownTicket,
)
from kiosk.domain.slip import SlipJob, SlipRequest
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    ClearHall,
    CounterTarget,
    DropTicket,
    MoveTicket,
    OpenTicketAt,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    TellerTarget,
    TicketCommand,
    TransferTicket,
)
from kiosk.domain.ticketevents import TicketParked, TicketReturned, TicketTransferred
from tests.domain.day import LI, ONE, THREE, TWO, WANG, Day, issue
from tests.support.branch import ACCOUNT, CASH, Q_NOWHERE, A, B

Seat = tuple[CounterId, StaffRef]
T1, NEW = TicketId("t1"), TicketId("new")
CALL: list[Command] = [OpenCounter(ONE, LI), CallNext(ONE, LI)]
PARK = ParkTicket(T1, "documents")
SLIP = SlipRequest(JobId("j1"), DeviceId("slip"))

STATES: dict[TicketState, list[Command]] = {
    TicketState.WAITING: [],
    TicketState.CALLED: [*CALL],
    TicketState.SERVING: [*CALL, StartServing(ONE, LI)],
    TicketState.PARKED: [PARK],
    TicketState.NO_SHOW: [*CALL, MarkNoShow(ONE, LI)],
    TicketState.SERVED: [*CALL, FinishServing(ONE, LI)],
    TicketState.DROPPED: [DropTicket(T1, "left")],
    TicketState.MOVED: [MoveTicket(T1, B, NEW)],
    TicketState.EXPIRED: [ClearHall("evacuation")],
}
VERBS: dict[str, tuple[TicketCommand, str]] = {
    "call": (CallTicket(T1, TWO), "waiting parked"),
    "park": (PARK, "waiting called serving"),
    "return": (ReturnTicket(T1), "called parked"),
    "reinstate": (ReinstateTicket(T1), "no_show"),
    "transfer": (TransferTicket(T1, B), "waiting called serving parked"),
    "move": (MoveTicket(T1, B, TicketId("new2")), "waiting"),
    "drop": (DropTicket(T1, "left"), "waiting parked called no_show"),
    "priority": (
        ChangePriority(T1, VIP, "elderly"),
        "waiting called serving parked no_show",
    ),
    "reprint": (ReprintTicket(T1, SLIP), "waiting called serving parked no_show"),
    "reroute": (RerouteTicket(T1, ACCOUNT), "waiting"),
}
LEADS_TO = {
    "call": "called",
    "park": "parked",
    "return": "waiting",
    "reinstate": "waiting",
    "transfer": "waiting",
    "move": "moved",
    "drop": "dropped",
    "reroute": "waiting",
}


def day_with(state: TicketState) -> Day:
    """Ticket t1 is in this state; Wang sits at counter 2 with nobody."""
    day = Day()
    day.issue("t1")
    day.do(OpenCounter(TWO, WANG), *STATES[state])
    assert day["t1"].state is state
    day.wait(seconds=1)
    return day


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state_is_done_or_refused_with_the_state(
    verb: str, state: TicketState
) -> None:
    day = day_with(state)
    command, allowed = VERBS[verb]
    if state in allowed.split():
        assert day.do(command)
        assert day["t1"].state == LEADS_TO.get(verb, state)
        return
    refusal = day.refusal(command)
    assert isinstance(refusal, TicketIs)
    assert (refusal.ticket, refusal.number, refusal.state) == (T1, "A001", state)


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_ticket(verb: str) -> None:
    day = Day()
    day.do(OpenCounter(TWO, WANG))
    refusal = day.refusal(VERBS[verb][0])
    assert isinstance(refusal, UnknownTicket)


class TestMove:
    def test_the_new_number_stands_where_its_clock_puts_it(self) -> None:
        day = Day()
        day.issue("t1")
        day.wait(minutes=5)
        for name in ("b1", "b2"):
            day.do(issue(name, service=ACCOUNT))
        day.wait(minutes=5)
        events = day.do(MoveTicket(T1, B, NEW))
        new, old = day["new"], day["t1"]
        assert new.number == "B003"  # LOB-42
        assert list(day.branch.lines.in_order(B, day.now.timestamp())) == ["new", "b1", "b2"]
        assert (new.clock_start, new.issued_at) == (old.issued_at, day.now)
        assert (old.moved_to, new.moved_from, new.visit) == ("new", "t1", old.visit)
        assert not [event for event in events if isinstance(event, SlipPrepared)]  # LOB-43
        assert day.branch.lines.count(A) == 0  # LOB-45

    def test_its_number_is_not_given_again(self) -> None:
        day = Day()
        day.issue("t1")
        day.do(MoveTicket(T1, B, NEW))
        day.do(issue("b2", service=ACCOUNT))
        assert [day[name].number for name in ("t1", "new", "b2")] == ["A001", "B001", "B002"]

    def test_not_within_its_queue(self) -> None:
        day = day_with(TicketState.WAITING)
        refusal = day.refusal(MoveTicket(T1, A, NEW))
        assert isinstance(refusal, SameQueue)
        assert isinstance(day.refusal(MoveTicket(T1, Q_NOWHERE, NEW)), UnknownQueue)

    def test_it_counts_as_no_further_ticket_of_its_person(self) -> None:
        day = day_with(TicketState.WAITING)
        before = dict(day.branch.given)
        day.do(MoveTicket(T1, B, NEW))
        assert dict(day.branch.given) == before


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


@pytest.mark.parametrize(
    "command",
    [
        DropTicket(T1, None),
        DropTicket(T1, "documents"),
        ParkTicket(T1, "left"),
        ChangePriority(T1, VIP, None),
        ClearHall("left"),
    ],
)
def test_a_reason_is_one_of_the_branchs(command: Command) -> None:
    refusal = day_with(TicketState.WAITING).refusal(command)
    assert isinstance(refusal, UnknownReason)
    assert refusal.reasons


def test_another_class_changes_the_order_and_not_the_number() -> None:
    day = Day()
    day.issue("t1")
    day.issue("t2")
    day.wait(minutes=1)
    day.do(ChangePriority(TicketId("t2"), VIP, "elderly"))
    assert list(day.branch.lines.in_order(A, day.now.timestamp())) == ["t2", "t1"]
    assert (day["t2"].number, day["t2"].queue) == ("A002", A)
    assert day.do(ChangePriority(TicketId("t2"), VIP, "elderly")) == []
    unknown = day.refusal(ChangePriority(T1, ClassId("nobility"), "elderly"))
    assert isinstance(unknown, UnknownClass)


def test_a_dropped_ticket_is_never_called_and_its_number_never_given_again() -> None:
    day = day_with(TicketState.DROPPED)  # LOB-49, LOB-50
    assert day.do(CallNext(TWO, WANG)) == []
    assert day.issue("t2").number == "A002"


def test_a_reprint_is_a_job_of_its_own() -> None:
    day = day_with(TicketState.CALLED)
    prepared = day.do(ReprintTicket(T1, SLIP))[-1]
    assert prepared == SlipPrepared(SlipJob(SLIP.job, T1, SLIP.printer, copy=True))


class TestReroute:
    def test_same_paper_for_another_service(self) -> None:
        day = day_with(TicketState.WAITING)
        day.do(RerouteTicket(T1, ACCOUNT))
        assert (day["t1"].number, day["t1"].service, day["t1"].queue) == ("A001", ACCOUNT, B)
        assert (day.branch.given[CASH], day.branch.given[ACCOUNT]) == (0, 1)
        assert day.do(RerouteTicket(T1, ACCOUNT)) == []

    def test_within_a_minute(self) -> None:
        day = Day()
        day.issue("t1")
        day.wait(seconds=60, milliseconds=1)
        assert isinstance(day.refusal(RerouteTicket(T1, ACCOUNT)), TooLate)


def test_clearing_the_hall_takes_those_who_wait_and_nobody_else() -> None:
    day = Day()
    for name in ("t1", "t2", "t3"):
        day.issue(name)
    day.do(*CALL, ParkTicket(TicketId("t2"), "documents"))
    cleared, expired = day.do(ClearHall("evacuation"))
    assert isinstance(cleared, HallCleared)
    assert (cleared.reason, cleared.tickets) == ("evacuation", 1)
    assert isinstance(expired, TicketExpired)
    assert (expired.ticket.id, expired.reason) == ("t3", "evacuation")
    assert [day[name].state for name in ("t1", "t2")] == ["called", "parked"]
    assert day.branch.cleared == "evacuation"
    day.issue("t4")
    assert day.branch.cleared is None


class TestATellersOwn:
    @pytest.mark.parametrize(
        "command",
        [
            ParkTicket(T1, "documents", teller=WANG),
            ReturnTicket(T1, WANG),
            TransferTicket(T1, B, teller=WANG),
            ReprintTicket(T1, SLIP, WANG),
        ],
    )
    def test_a_colleagues_open_ticket_is_not(self, command: Command) -> None:
        refusal = day_with(TicketState.CALLED).refusal(command)
        assert isinstance(refusal, NotYours)

    def test_a_parked_one_of_own_queues_is(self) -> None:
        day = day_with(TicketState.PARKED)
        [called, *_] = day.do(CallTicket(T1, TWO, WANG))
        assert day["t1"].counter == TWO
        assert called == TicketCalled(day["t1"], TicketState.PARKED, "chosen"), "out of turn"

    def test_one_of_other_queues_is_not(self) -> None:
        day = day_with(TicketState.PARKED)
        zhao = StaffRef("zhao")
        day.do(OpenCounter(THREE, zhao))
        for command in (CallTicket(T1, THREE, zhao), ReturnTicket(T1, zhao)):
            assert isinstance(day.refusal(command), NotYours)

    def test_a_no_show_is_reinstated_where_it_was_called(self) -> None:
        day = day_with(TicketState.NO_SHOW)
        assert isinstance(day.refusal(ReinstateTicket(T1, WANG)), NotYours)
        day.do(ReinstateTicket(T1, LI))
        assert day["t1"].state is TicketState.WAITING


class TestUnticketed:
    def test_a_number_of_the_paper_roll_is_called_once(self) -> None:
        day = Day()
        day.do(OpenCounter(ONE, LI))
        paper = CallPaperNumber(ONE, LI, T1, VisitId("v1"), 57)
        day.do(paper)
        assert (day["t1"].number, day["t1"].state) == ("57", TicketState.CALLED)
        assert day.branch.calls[-1].number == "57"
        day.do(FinishServing(ONE, LI))
        taken = day.refusal(CallPaperNumber(ONE, LI, NEW, VisitId("v2"), 57))
        assert isinstance(taken, NumberTaken)
        assert (taken.ticket, taken.state) == ("t1", TicketState.SERVED)
        assert day.issue("t2").number == "A001"

    def test_somebody_without_a_number_is_served_and_not_called(self) -> None:
        day = Day()
        day.do(OpenCounter(THREE, LI), ServeWithoutTicket(THREE, LI, T1, VisitId("v1")))
        assert (day["t1"].state, day["t1"].service) == (TicketState.SERVING, ACCOUNT)
        assert not day.branch.calls
        busy = day.refusal(ServeWithoutTicket(THREE, LI, NEW, VisitId("v2")))
        assert isinstance(busy, TicketIs)
        day.do(FinishServing(THREE, LI))
        (issued, _) = day.do(ServeWithoutTicket(THREE, LI, NEW, VisitId("v2"), CASH))
        assert isinstance(issued, TicketIssued)
        assert (issued.ticket.serial, issued.ticket.service) == (2, CASH)
