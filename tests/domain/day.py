"""A day of the small branch in the pure domain, its clock set by hand."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.commands import Command, IssueTicket, OpenDay, Recognition
from kiosk.domain.decide import decide
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, Event, Fact
from kiosk.domain.ids import (
    ClassId,
    ClientRef,
    CounterId,
    DeviceId,
    JobId,
    SegmentId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.queue import VIP
from kiosk.domain.refusals import Refused
from kiosk.domain.ticket import Ticket
from kiosk.domain.waiting import DayPlan
from tests.support.branch import CASH, ZH, small_plan

MONDAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""9 o'clock in the branch."""

ONE, TWO, THREE = CounterId("1"), CounterId("2"), CounterId("3")
LI, WANG = StaffRef("li"), StaffRef("wang")
JOB, PRINTER = JobId("j1"), DeviceId("slip")
READER = DeviceCondition(DeviceId("swipe"), DeviceKind.CARD_READER)
AWAY = replace(READER, status=DeviceStatus.OFFLINE, fault=Fault.CONNECTION_LOST)
NO_PLAN = DayPlan({})
GOLD = Recognition(ClientRef("c-gold"), SegmentId("vip"), ClassId(VIP))


@dataclass
class Day:
    """Commands are carried out at ``now``."""

    plan: BranchPlan = field(default_factory=small_plan)
    now: datetime = MORNING

    def __post_init__(self) -> None:
        self.branch = Branch(self.plan)
        self.do(OpenDay(MONDAY))

    def do(self, *commands: Command) -> list[Event]:
        """The events of the last command."""
        events: list[Event] = []
        for command in commands:
            events = decide(self.branch, command, self.now)
            for event in events:
                self.apply(event)
        return events

    def apply(self, event: Event) -> None:
        number = self.branch.sequence + 1
        apply(self.branch, Fact(number, f"f{number}", self.now, MONDAY, event, SYSTEM, number))

    def refusal(self, command: Command) -> Refused:
        """Why the command is refused, having changed nothing."""
        before = snapshot(self.branch, self.now)
        with pytest.raises(Refused) as refused:
            self.do(command)
        assert snapshot(self.branch, self.now) == before
        return refused.value

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def issue(self, name: str, known: Recognition | None = None) -> Ticket:
        """A ticket for cash under this id."""
        self.do(issue(name, known))
        return self[name]

    def __getitem__(self, ticket: str) -> Ticket:
        return self.branch.tickets[TicketId(ticket)]


def issue(name: str, known: Recognition | None = None, service: ServiceId = CASH) -> IssueTicket:
    return IssueTicket(TicketId(name), VisitId(f"v-{name}"), service, ZH, known)


def snapshot(branch: Branch, now: datetime) -> dict[str, Any]:
    """All that a branch holds, to compare; the lines as the order in which they'd be called."""
    queues = branch.plan.queues
    return {
        "day": branch.day,
        "sequence": branch.sequence,
        "time": branch.time,
        "tickets": dict(branch.tickets),
        "counters": dict(branch.counters),
        "numbers": dict(branch.numbers),
        "calls": list(branch.calls),
        "slips": dict(branch.slips),
        "devices": dict(branch.devices),
        "aside": dict(branch.aside),
        "visits": dict(branch.visits),
        "shifts": {teller: replace(shift) for teller, shift in branch.shifts.items()},
        "issued": dict(+branch.issued),
        "given": dict(+branch.given),
        "drawn": dict(+branch.drawn),
        "estimated": set(branch.estimated),
        "breaks": dict(+branch.breaks),
        "paper": dict(branch.paper),
        "cleared": branch.cleared,
        "alerts": dict(branch.alerts),
        "open alerts": dict(branch.alerts.open),
        "standing alerts": dict(branch.alerts.standing),
        "answered alerts": set(branch.alerts.answered),
        "lines": {queue: list(branch.lines.in_order(queue, now.timestamp())) for queue in queues},
    }
