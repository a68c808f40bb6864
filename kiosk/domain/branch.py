"""The hall: the fold of the open business day's facts. Only ``apply`` changes it."""

from collections import Counter as Counted
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never

from kiosk.domain.alert import Alerts
from kiosk.domain.alertevents import (
    AlertAcknowledged,
    AlertEscalated,
    AlertExpired,
    AlertRaised,
)
from kiosk.domain.auditevents import OnRecord
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.call import CALLS_KEPT, Call
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.device import DeviceCondition
from kiosk.domain.events import (
    BreakOverrun,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    DayOpened,
    DeviceFailed,
    DeviceRecovered,
    DeviceTested,
    Fact,
    HallCleared,
    LastTickets,
    SeriesGrew,
    ServingStarted,
    TicketCalled,
    TicketExpired,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketRecognised,
    TicketServed,
    WaitEstimated,
)
from kiosk.domain.ids import (
    CounterId,
    DeviceId,
    JobId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.ordering import WaitingLines
from kiosk.domain.queue import PAPER
from kiosk.domain.shift import Shifts, count_work
from kiosk.domain.slip import SlipJob
from kiosk.domain.slipevents import (
    PrintFailed,
    PrintUnknown,
    SlipDropped,
    SlipLeft,
    SlipPrepared,
    SlipRetracted,
    SlipSent,
    SlipTaken,
    TicketPrinted,
)
from kiosk.domain.ticket import ASIDE, Ticket, TicketState
from kiosk.domain.ticketevents import (
    TicketDropped,
    TicketMoved,
    TicketParked,
    TicketReclassified,
    TicketReinstated,
    TicketReprinted,
    TicketRerouted,
    TicketReturned,
    TicketTransferred,
)


@dataclass(slots=True)
class Branch:
    """The hall now. Read it freely; only :func:`apply` writes."""

    plan: BranchPlan
    day: date | None = None
    """The open business day; None before the first one."""
    sequence: int = 0
    """Of the latest fact applied."""
    time: datetime | None = None
    """Of the latest fact applied."""
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    counters: dict[CounterId, Counter] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """The latest number given, by series."""
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    """The latest calls, the newest last."""
    slips: dict[JobId, SlipJob] = field(default_factory=dict)
    left: set[JobId] = field(default_factory=set)
    """Slips that hang in a printer's mouth because nobody took them."""
    devices: dict[DeviceId, DeviceCondition] = field(default_factory=dict)
    """Those whose condition was reported in this day, or that came into it with a fault."""
    aside: dict[TicketId, Ticket] = field(default_factory=dict)
    """Parked tickets and no-shows: alive, in no line, at no counter."""
    visits: dict[VisitId, datetime] = field(default_factory=dict)
    """When the first ticket of each visit was issued: from then on its waits count."""
    issued: Counted[tuple[ServiceId, str]] = field(default_factory=Counted)
    """Tickets given, by service and person: a client, or a visit of somebody unknown."""
    given: Counted[ServiceId] = field(default_factory=Counted)
    """Tickets given, by service."""
    drawn: Counted[QueueId] = field(default_factory=Counted)
    """Numbers given, by queue."""
    estimated: set[TicketId] = field(default_factory=set)
    """Tickets of which it is on record what they were foretold."""
    breaks: Counted[tuple[StaffRef, str]] = field(default_factory=Counted)
    """Breaks begun, by teller and kind."""
    shifts: Shifts = field(default_factory=dict)
    paper: dict[int, TicketId] = field(default_factory=dict)
    """Numbers of the paper roll that were called."""
    alerts: Alerts = field(default_factory=Alerts)
    cleared: str | None = None
    """Why the hall was cleared; None once a number is given again."""
    outage: DeviceCondition | None = None
    """Why nothing can be written down just now. No fact, for it couldn't be told: see the desk."""
    lines: WaitingLines = field(init=False)

    def __post_init__(self) -> None:
        self._empty_hall()

    def people_ahead(self, ticket: Ticket, now: datetime) -> int | None:
        """How many of its queue go before this ticket; None when it doesn't wait."""
        if ticket.state is not TicketState.WAITING:
            return None
        return self.lines.people_ahead(ticket, now.timestamp())

    def open_ticket(self, counter: CounterId) -> Ticket | None:
        """The ticket called or being served at this counter."""
        ticket = self.counter(counter).ticket
        return self.tickets[ticket] if ticket else None

    def counter(self, counter: CounterId) -> Counter:
        """A counter as it is; closed when the settings no longer have it but the day's facts do."""
        return self.counters.get(counter) or Counter(counter)

    def _empty_hall(self) -> None:
        for kept in (self.tickets, self.numbers, self.calls, self.slips, self.aside, self.visits):
            kept.clear()
        for counted in (self.issued, self.given, self.drawn, self.breaks, self.paper, self.shifts):
            counted.clear()
        self.estimated.clear()
        self.alerts.clear()
        self.left.clear()
        self.cleared = None
        self.counters = {counter: Counter(counter) for counter in self.plan.counters}
        self.lines = WaitingLines(self.plan.classes)


def apply(branch: Branch, fact: Fact) -> None:
    """Change the hall by one fact. Facts are never refused: what happened, happened."""
    count_work(branch.shifts, branch.counters, fact.event, fact.time)
    match fact.event:
        case DayOpened(day=day, faults=faults):
            branch.day = day
            branch._empty_hall()
            branch.devices = {fault.device: fault for fault in faults}
        case HallCleared(reason=reason):
            branch.cleared = reason
        case TicketIssued(ticket=ticket):
            _count(branch, ticket)
            _put(branch, ticket, fact.time)
        case TicketCalled(ticket=ticket) | TicketRecalled(ticket=ticket):
            _put(branch, ticket, fact.time)
            _remember_call(branch, ticket, fact.time)
        case TicketRecognised(ticket=ticket):
            if ticket.client is not None:
                branch.issued[ticket.service, ticket.client] += 1
            _put(branch, ticket, fact.time)
        case (
            ServingStarted(ticket=ticket)
            | TicketServed(ticket=ticket)
            | TicketNoShow(ticket=ticket)
            | TicketParked(ticket=ticket)
            | TicketReturned(ticket=ticket)
            | TicketTransferred(ticket=ticket)
            | TicketMoved(ticket=ticket)
            | TicketDropped(ticket=ticket)
            | TicketReinstated(ticket=ticket)
            | TicketReclassified(ticket=ticket)
            | TicketExpired(ticket=ticket)
        ):
            _put(branch, ticket, fact.time)
        case TicketRerouted(ticket=ticket):
            _recount(branch, branch.tickets[ticket.id], ticket)
            _put(branch, ticket, fact.time)
        case TicketReprinted() | SeriesGrew() | LastTickets() | DeviceTested() | OnRecord():
            pass  # told, and nothing else is different
        case WaitEstimated(wait=wait):
            branch.estimated.add(wait.ticket)
        case (
            SlipPrepared(job=job)
            | SlipSent(job=job)
            | TicketPrinted(job=job)
            | PrintFailed(job=job)
            | PrintUnknown(job=job)
        ):
            branch.slips[job.id] = job
        case SlipLeft(job=job):
            branch.left.add(job.id)
        case SlipTaken(job=job) | SlipRetracted(job=job) | SlipDropped(job=job):
            branch.left.discard(job.id)
        case CounterPaused(counter=counter):
            if counter.teller and counter.status:
                branch.breaks[counter.teller, counter.status] += 1
            branch.counters[counter.id] = counter
        case (
            CounterOpened(counter=counter)
            | BreakOverrun(counter=counter)
            | CounterClosed(counter=counter)
        ):
            branch.counters[counter.id] = counter
        case DeviceFailed(condition=condition) | DeviceRecovered(condition=condition):
            branch.devices[condition.device] = condition
        case (
            AlertRaised(alert=alert)
            | AlertEscalated(alert=alert)
            | AlertAcknowledged(alert=alert)
            | AlertExpired(alert=alert)
        ):
            branch.alerts.put(alert)
        case _:
            assert_never(fact.event)
    branch.sequence = fact.sequence
    branch.time = fact.time


def _count(branch: Branch, ticket: Ticket) -> None:
    """What caps and clocks are reckoned from; a moved ticket is no further one."""
    branch.numbers[ticket.series] = max(ticket.serial, branch.numbers.get(ticket.series, 0))
    branch.drawn[ticket.queue] += 1
    branch.cleared = None
    if ticket.series == PAPER:
        branch.paper[ticket.serial] = ticket.id
    if ticket.moved_from is None:
        branch.visits.setdefault(ticket.visit, min(ticket.clock_start, ticket.issued_at))
        branch.given[ticket.service] += 1
        branch.issued[ticket.service, ticket.client or ticket.visit] += 1


def _recount(branch: Branch, old: Ticket, new: Ticket) -> None:
    """The paper stands for another service."""
    for ticket, step in ((old, -1), (new, 1)):
        branch.given[ticket.service] += step
        branch.issued[ticket.service, ticket.client or ticket.visit] += step


def _put(branch: Branch, ticket: Ticket, now: datetime) -> None:
    """Replace a ticket by its newer self, in the lines and at the counters too."""
    old = branch.tickets.get(ticket.id)
    if old and old.state is TicketState.WAITING:
        branch.lines.remove(old)
    if ticket.state is TicketState.WAITING:
        branch.lines.add(ticket)
    if ticket.state in ASIDE:
        branch.aside[ticket.id] = ticket
    else:
        branch.aside.pop(ticket.id, None)
    branch.tickets[ticket.id] = ticket
    if ticket.state.at_counter:
        _seat(branch, ticket, now)
    elif old and old.state.at_counter:
        _unseat(branch, old, now)


def _seat(branch: Branch, ticket: Ticket, now: datetime) -> None:
    assert ticket.counter is not None
    counter = branch.counter(ticket.counter)
    since = counter.since if counter.ticket == ticket.id else now
    branch.counters[counter.id] = replace(
        counter, state=CounterState.SERVING, ticket=ticket.id, since=since
    )


def _unseat(branch: Branch, ticket: Ticket, now: datetime) -> None:
    assert ticket.counter is not None
    counter = branch.counter(ticket.counter)
    state = CounterState.PAUSED if counter.pausing else CounterState.OPEN
    branch.counters[counter.id] = replace(
        counter, state=state, ticket=None, pausing=False, since=now
    )


def _remember_call(branch: Branch, ticket: Ticket, at: datetime) -> None:
    assert ticket.counter is not None
    call = Call(
        ticket.id,
        ticket.number,
        ticket.counter,
        ticket.language,
        at,
        ticket.recalls + 1,
    )
    branch.calls.append(call)
