"""Calling: what a teller does at a counter, one ticket at a time."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.breaks import ready, rest, set_status
from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    CloseCounter,
    CounterCommand,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    ServeWithoutTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import (
    CounterClosed,
    Event,
    ServingStarted,
    TicketCalled,
    TicketNoShow,
    TicketRecalled,
    TicketServed,
)
from kiosk.domain.ids import CounterId, ServiceId, StaffRef
from kiosk.domain.refusals import (
    CounterIs,
    CounterTaken,
    NoOpenTicket,
    RecallsExhausted,
    RecallsMissing,
    TicketIs,
    TooSoon,
    UnknownCounter,
    UnknownReason,
    UnknownService,
)
from kiosk.domain.rules import NOT_READY, CallingRules, ReasonFor
from kiosk.domain.ticket import Ticket, TicketState, waiting_again
from kiosk.domain.ticketevents import TicketTransferred
from kiosk.domain.unticketed import call_paper_number, serve_without_ticket

DOUBLE_PRESS = timedelta(milliseconds=300)
"""A *next* this soon after a call is the same press of a worn button, not a second one."""


def work_counter(branch: Branch, command: CounterCommand, now: datetime) -> list[Event]:
    """The events that a teller's command causes. Raises Refused."""
    if command.counter not in branch.plan.counters:
        raise UnknownCounter(command.counter)
    if isinstance(command, OpenCounter):
        return ready(branch, command.counter, command.teller, now)
    if isinstance(command, SetStatus):
        return set_status(branch, command, now)
    counter = counter_of(branch, command.counter, command.teller)
    match command:
        case PauseCounter():
            return _pause(branch, counter, now)
        case CloseCounter():
            return _close(branch, counter)
        case CallNext():
            return _call_next(branch, counter, now)
        case RecallTicket():
            return _recall(branch, counter, now)
        case StartServing():
            return _start(branch, counter, now)
        case FinishServing():
            return _finish(branch, counter, command, now)
        case MarkNoShow():
            return _no_show(branch, counter, now)
        case ServeWithoutTicket():
            return serve_without_ticket(branch, free(branch, counter), command, now)
        case CallPaperNumber():
            return call_paper_number(branch, free(branch, counter), command, now)
        case _:
            assert_never(command)


def counter_of(branch: Branch, counter: CounterId, teller: StaffRef) -> Counter:
    """The counter, provided that this teller has opened it. Raises CounterIs, CounterTaken."""
    present = branch.counter(counter)
    if present.state is CounterState.CLOSED:
        raise CounterIs(counter, present.state)
    if present.teller != teller:
        raise CounterTaken(counter)
    return present


def free(branch: Branch, counter: Counter) -> Counter:
    """The counter, provided that it can take somebody. Raises TicketIs, CounterIs."""
    present = branch.open_ticket(counter.id)
    if present:
        raise TicketIs(present.id, present.number, present.state)
    if counter.state is not CounterState.OPEN:
        raise CounterIs(counter.id, counter.state)
    return counter


def open_ticket(branch: Branch, counter: Counter) -> Ticket:
    """The ticket called or being served there. Raises NoOpenTicket."""
    ticket = branch.open_ticket(counter.id)
    if ticket is None:
        raise NoOpenTicket(counter.id)
    return ticket


def call(ticket: Ticket, counter: Counter, now: datetime) -> TicketCalled:
    """The ticket is called to this counter."""
    called = replace(
        waiting_again(ticket),
        state=TicketState.CALLED,
        counter=counter.id,
        teller=counter.teller,
        called_at=now,
        last_called_at=now,
        recalls=0,
    )
    return TicketCalled(called, ticket.state)


def following(branch: Branch, counter: Counter, now: datetime) -> list[TicketCalled]:
    """The call of whoever is next for this counter; none when nobody waits for it."""
    profile = branch.plan.counters[counter.id].profile
    ticket = branch.lines.next_for(profile, now.timestamp(), (counter.id, counter.teller))
    return [] if ticket is None else [call(branch.tickets[ticket], counter, now)]


def no_show(ticket: Ticket, now: datetime) -> TicketNoShow:
    """Nobody came for it."""
    return TicketNoShow(replace(ticket, state=TicketState.NO_SHOW, ended_at=now), ticket.state)


def cool_down(ticket: Ticket, rules: CallingRules, now: datetime) -> timedelta:
    """How much longer the person has to come before the next call or a no-show."""
    latest = ticket.last_called_at or ticket.called_at or now
    return max(latest + rules.recall_cooldown - now, timedelta())


def _pause(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    if counter.pausing or counter.state is CounterState.PAUSED:
        return []
    return rest(branch, counter, NOT_READY, now)


def _close(branch: Branch, counter: Counter) -> list[Event]:
    present = branch.open_ticket(counter.id)
    if present:
        raise TicketIs(present.id, present.number, present.state)
    return [CounterClosed(Counter(counter.id))]


def _call_next(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    if counter.state is CounterState.PAUSED:
        raise CounterIs(counter.id, counter.state)
    present = branch.open_ticket(counter.id)
    if present and present.called_at and now - present.called_at < DOUBLE_PRESS:
        return []
    events: list[Event] = [_done(present, now)] if present else []
    if counter.pausing:
        return events
    return [*events, *following(branch, counter, now)]


def _recall(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    ticket = _called_ticket(branch, counter)
    if ticket.recalls >= branch.plan.calling.recall_limit:
        raise RecallsExhausted(ticket.id, ticket.number, ticket.recalls)
    _give_time(branch, ticket, now)
    recalled = replace(ticket, recalls=ticket.recalls + 1, last_called_at=now)
    return [TicketRecalled(recalled, ticket.state)]


def _start(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    ticket = open_ticket(branch, counter)
    if ticket.state is TicketState.SERVING:
        return []
    serving = replace(ticket, state=TicketState.SERVING, started_at=now)
    return [ServingStarted(serving, ticket.state)]


def _finish(branch: Branch, counter: Counter, command: FinishServing, now: datetime) -> list[Event]:
    ticket = open_ticket(branch, counter)
    for service in command.services:
        if service not in branch.plan.services:
            raise UnknownService(service)
    results = branch.plan.reasons.get(ReasonFor.FINISH, {})
    if command.result is not None and command.result not in results:
        raise UnknownReason(command.result, list(results))
    return [_done(ticket, now, command.services, command.result)]


def _done(
    ticket: Ticket, now: datetime, services: tuple[ServiceId, ...] = (), result: str | None = None
) -> Event:
    """It is served; or waits again where it was transferred from, if it was to come back."""
    told = replace(ticket, services=(*ticket.services, *services), result=result or ticket.result)
    if ticket.come_back is None:
        return TicketServed(replace(told, state=TicketState.SERVED, ended_at=now), ticket.state)
    back = replace(
        waiting_again(told),
        queue=ticket.come_back,
        come_back=None,
        only_counter=None,
        only_teller=None,
    )
    return TicketTransferred(back, ticket.state, "come_back", ticket.counter)


def _no_show(branch: Branch, counter: Counter, now: datetime) -> list[Event]:
    ticket = _called_ticket(branch, counter)
    minimum = branch.plan.calling.recalls_minimum
    if ticket.recalls < minimum:
        raise RecallsMissing(ticket.id, ticket.number, ticket.recalls, minimum)
    _give_time(branch, ticket, now)
    return [no_show(ticket, now)]


def _called_ticket(branch: Branch, counter: Counter) -> Ticket:
    ticket = open_ticket(branch, counter)
    if ticket.state is not TicketState.CALLED:
        raise TicketIs(ticket.id, ticket.number, ticket.state)
    return ticket


def _give_time(branch: Branch, ticket: Ticket, now: datetime) -> None:
    if left := cool_down(ticket, branch.plan.calling, now):
        raise TooSoon(ticket.id, ticket.number, math.ceil(left.total_seconds()))
