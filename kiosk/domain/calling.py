"""Calling: what a teller does at a counter, one ticket at a time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    CounterCommand,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    Event,
    ServingStarted,
    TicketCalled,
    TicketNoShow,
    TicketRecalled,
    TicketServed,
)
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.refusals import (
    CounterIs,
    CounterTaken,
    NoOpenTicket,
    TellerElsewhere,
    TicketIs,
    UnknownCounter,
)
from kiosk.domain.ticket import Ticket, TicketState

DOUBLE_PRESS = timedelta(milliseconds=300)
"""A *next* this soon after a call is the same press of a worn button, not a second one."""


def work_counter(branch: Branch, command: CounterCommand, now: datetime) -> list[Event]:
    """The events that a teller's command causes. Raises Refused."""
    if command.counter not in branch.plan.counters:
        raise UnknownCounter(command.counter)
    if isinstance(command, OpenCounter):
        return _open(branch, command)
    counter = _counter_of(branch, command.counter, command.teller)
    match command:
        case PauseCounter():
            return _pause(counter)
        case CloseCounter():
            return _close(branch, counter)
        case CallNext():
            return _call_next(branch, counter, now)
        case RecallTicket():
            return _recall(branch, counter)
        case StartServing():
            return _start(branch, counter, now)
        case FinishServing():
            return [_finish(_open_ticket(branch, counter), now)]
        case MarkNoShow():
            return _no_show(branch, counter, now)
        case _:
            assert_never(command)


def _counter_of(branch: Branch, counter: CounterId, teller: StaffRef) -> Counter:
    """The counter, provided that this teller has opened it."""
    present = branch.counter(counter)
    if present.state is CounterState.CLOSED:
        raise CounterIs(counter, present.state)
    if present.teller != teller:
        raise CounterTaken(counter)
    return present


def _open(branch: Branch, command: OpenCounter) -> list[Event]:
    counter = branch.counter(command.counter)
    if counter.teller not in (None, command.teller):
        raise CounterTaken(counter.id)
    for other in branch.plan.counters:
        if other != counter.id and branch.counter(other).teller == command.teller:
            raise TellerElsewhere(command.teller, other)
    if counter.pausing:
        return [CounterOpened(replace(counter, pausing=False))]
    if counter.state in (CounterState.OPEN, CounterState.SERVING):
        return []
    return [CounterOpened(replace(counter, state=CounterState.OPEN, teller=command.teller))]


def _pause(counter: Counter) -> list[Event]:
    if counter.pausing or counter.state is CounterState.PAUSED:
        return []
    if counter.state is CounterState.SERVING:
        return [CounterPaused(replace(counter, pausing=True))]
    return [CounterPaused(replace(counter, state=CounterState.PAUSED))]


def _close(branch: Branch, counter: Counter) -> list[Event]:
    open_ticket = branch.open_ticket(counter.id)
    if open_ticket:
        raise TicketIs(open_ticket.id, open_ticket.number, open_ticket.state)
    return [CounterClosed(Counter(counter.id))]


def _call_next(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    if counter.state is CounterState.PAUSED:
        raise CounterIs(counter.id, counter.state)
    present = branch.open_ticket(counter.id)
    if present and present.called_at and now - present.called_at < DOUBLE_PRESS:
        return []
    events: list[Event] = [_finish(present, now)] if present else []
    if counter.pausing:
        return events
    profile = branch.plan.counters[counter.id].profile
    following = branch.lines.next_for(profile, now.timestamp())
    if following is not None:
        events.append(_call(branch.tickets[following], counter, now))
    return events


def _call(ticket: Ticket, counter: Counter, now: datetime) -> TicketCalled:
    called = replace(
        ticket,
        state=TicketState.CALLED,
        counter=counter.id,
        teller=counter.teller,
        called_at=now,
        recalls=0,
    )
    return TicketCalled(called, ticket.state)


def _recall(branch: Branch, counter: Counter) -> list[Event]:
    ticket = _open_ticket(branch, counter)
    if ticket.state is not TicketState.CALLED:
        raise TicketIs(ticket.id, ticket.number, ticket.state)
    return [TicketRecalled(replace(ticket, recalls=ticket.recalls + 1), ticket.state)]


def _start(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    ticket = _open_ticket(branch, counter)
    if ticket.state is TicketState.SERVING:
        return []
    serving = replace(ticket, state=TicketState.SERVING, started_at=now)
    return [ServingStarted(serving, ticket.state)]


def _finish(ticket: Ticket, now: datetime) -> TicketServed:
    return TicketServed(replace(ticket, state=TicketState.SERVED, ended_at=now), ticket.state)


def _no_show(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    ticket = _open_ticket(branch, counter)
    if ticket.state is not TicketState.CALLED:
        raise TicketIs(ticket.id, ticket.number, ticket.state)
    return [TicketNoShow(replace(ticket, state=TicketState.NO_SHOW, ended_at=now), ticket.state)]


def _open_ticket(branch: Branch, counter: Counter) -> Ticket:
    ticket = branch.open_ticket(counter.id)
    if ticket is None:
        raise NoOpenTicket(counter.id)
    return ticket
