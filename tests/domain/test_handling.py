"""Every verb on a ticket in every state, and what each leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    Command,
    OpenCounter,
)
from kiosk.domain.events import HallCleared, TicketCalled, TicketExpired
from kiosk.domain.ids import ClassId, DeviceId, JobId, StaffRef, TicketId
from kiosk.domain.queue import VIP
from kiosk.domain.refusals import (
    NotYours,
    ReturnPast,
    SameQueue,
    TicketIs,
    TooLate,
    UnknownClass,
    UnknownQueue,
    UnknownReason,
    UnknownTicket,
)
from kiosk.domain.slip import SlipJob, SlipRequest
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    ClearHall,
    DropTicket,
    MoveTicket,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    TicketCommand,
    TransferTicket,
)
from tests.domain.day import LI, THREE, TWO, WANG, Day, issue
from tests.domain.ticketstates import CALL, NEW, PARK, T1, day_with
from tests.support.branch import ACCOUNT, CASH, Q_NOWHERE, A, B

SLIP = SlipRequest(JobId("j1"), DeviceId("slip"))

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


@pytest.mark.parametrize("early", [timedelta(), timedelta(seconds=1), timedelta(days=1)])
def test_a_ticket_is_parked_until_a_time_that_is_still_to_come(early: timedelta) -> None:
    day = Day()
    day.issue("t1")
    refused = day.refusal(replace(PARK, until=day.now - early))
    assert isinstance(refused, ReturnPast)
    assert (refused.number, refused.until, refused.now) == ("A001", day.now - early, day.now)
    assert refused.now.tzinfo is day.branch.plan.zone
    assert day["t1"].state == "waiting"
    day.do(replace(PARK, until=day.now + timedelta(seconds=1)))
    assert day["t1"].state == "parked"


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
