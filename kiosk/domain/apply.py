"""What each fact changes in the hall. Facts are never refused: what happened, happened."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from kiosk.domain.alertevents import (
    AlertAcknowledged,
    AlertEscalated,
    AlertExpired,
    AlertRaised,
)
from kiosk.domain.auditevents import OnRecord
from kiosk.domain.branch import Branch
from kiosk.domain.call import Call
from kiosk.domain.counter import CounterState
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
from kiosk.domain.queue import PAPER
from kiosk.domain.shift import count_work
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


def apply(branch: Branch, fact: Fact) -> None:
    """Change the hall by one fact."""
    count_work(branch.shifts, branch.counters, fact.event, fact.time)
    match fact.event:
        case DayOpened(day=day, faults=faults):
            branch.day = day
            branch.empty_hall()
            branch.devices = {fault.device: fault for fault in faults}
        case HallCleared(reason=reason):
            branch.cleared = reason
        case TicketIssued(ticket=ticket):
            _count(branch, ticket)
            _put(branch, ticket, fact.time)
        case TicketCalled(ticket=ticket) | TicketRecalled(ticket=ticket):
            branch.estimated.add(ticket.id)
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
    if ticket.state.final:
        branch.estimated.discard(ticket.id)
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
