"""Handling: what lobby managers and tellers do with one ticket besides the calling in turn."""

from collections.abc import Container
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.calling import call, counter_of, free, open_ticket
from kiosk.domain.events import Event, TicketIssued
from kiosk.domain.ids import CounterId, StaffRef, TicketId
from kiosk.domain.issuing import growth, next_serial, queue_of, service_to_be_had
from kiosk.domain.refusals import (
    CounterIs,
    NotYours,
    ReturnPast,
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
from kiosk.domain.rules import ReasonFor
from kiosk.domain.slip import SlipJob
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import Ticket, TicketState, waiting_again
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    CounterTarget,
    DropTicket,
    MoveTicket,
    OpenTicketAt,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    Target,
    TellerTarget,
    TicketCommand,
    TransferTicket,
    Which,
)
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

WAITING, CALLED, SERVING = TicketState.WAITING, TicketState.CALLED, TicketState.SERVING
PARKED, NO_SHOW = TicketState.PARKED, TicketState.NO_SHOW
ALIVE = frozenset(state for state in TicketState if not state.final)

REROUTE_WITHIN = timedelta(minutes=1)


def handle_ticket(branch: Branch, command: TicketCommand, now: datetime) -> list[Event]:
    """The events that the command causes. Raises Refused."""
    match command:
        case CallTicket():
            return _call(branch, command, now)
        case ParkTicket():
            return _park(branch, command, now)
        case ReturnTicket():
            return _return(branch, command)
        case ReinstateTicket():
            return _reinstate(branch, command, now)
        case TransferTicket():
            return _transfer(branch, command)
        case MoveTicket():
            return _move(branch, command, now)
        case DropTicket():
            return _drop(branch, command, now)
        case ChangePriority():
            return _change_priority(branch, command)
        case ReprintTicket():
            return _reprint(branch, command)
        case RerouteTicket():
            return _reroute(branch, command, now)
        case _:
            assert_never(command)


def reason_for(branch: Branch, verb: ReasonFor, reason: str | None) -> str:
    """One of the branch's reasons for this. Raises UnknownReason."""
    reasons = branch.plan.reasons.get(verb, {})
    if reason is None or reason not in reasons:
        raise UnknownReason(reason, list(reasons))
    return reason


def returned(ticket: Ticket, reason: str | None = None) -> TicketReturned:
    """It waits in its queue again."""
    return TicketReturned(waiting_again(ticket), ticket.state, reason, ticket.counter)


def _call(branch: Branch, command: CallTicket, now: datetime) -> list[Event]:
    if command.counter not in branch.plan.counters:
        raise UnknownCounter(command.counter)
    counter = branch.counter(command.counter)
    if command.teller is not None:
        counter = counter_of(branch, counter.id, command.teller)
    elif counter.teller is None:
        raise CounterIs(counter.id, counter.state)
    ticket = _ticket(branch, command.ticket)
    if command.teller is not None and not _serves(branch, counter.id, ticket):
        raise NotYours(ticket.id, ticket.number)
    _in_state(ticket, {WAITING, PARKED})
    return [replace(call(ticket, free(branch, counter), now), reason="chosen")]


def _park(branch: Branch, command: ParkTicket, now: datetime) -> list[Event]:
    ticket = _at_hand(branch, command.ticket, command.teller)
    _in_state(ticket, {WAITING, CALLED, SERVING})
    reason = reason_for(branch, ReasonFor.PARK, command.reason)
    if command.until is not None and command.until <= now:
        raise ReturnPast(ticket.id, ticket.number, command.until, now.astimezone(branch.plan.zone))
    parked = replace(
        waiting_again(ticket), state=PARKED, parked_until=command.until, park_reason=reason
    )
    return [TicketParked(parked, ticket.state, reason, ticket.counter)]


def _return(branch: Branch, command: ReturnTicket) -> list[Event]:
    ticket = _of_own_queues(branch, command.ticket, command.teller)
    _in_state(ticket, {CALLED, PARKED})
    return [returned(ticket)]


def _reinstate(branch: Branch, command: ReinstateTicket, now: datetime) -> list[Event]:
    """Its clock goes on, less the house's penalty."""
    ticket = _at_hand(branch, command.ticket, command.teller)
    _in_state(ticket, {NO_SHOW})
    clock = min(now, ticket.clock_start + branch.plan.calling.reinstate_penalty)
    return [TicketReinstated(replace(waiting_again(ticket), clock_start=clock), ticket.state)]


def _transfer(branch: Branch, command: TransferTicket) -> list[Event]:
    """Number, letter and clock are kept."""
    ticket = _at_hand(branch, command.ticket, command.teller)
    _in_state(ticket, {WAITING, CALLED, SERVING, PARKED})
    elsewhere = _aimed(branch, waiting_again(ticket), command.target)
    back = ticket.queue if command.come_back else None
    aimed = replace(elsewhere, come_back=back)
    return [TicketTransferred(aimed, ticket.state, left=ticket.counter)]


def _aimed(branch: Branch, ticket: Ticket, target: Target) -> Ticket:
    match target:
        case CounterTarget(counter=counter):
            if counter not in branch.plan.counters:
                raise UnknownCounter(counter)
            return replace(ticket, only_counter=counter, only_teller=None)
        case TellerTarget(teller=teller):
            if all(one.teller != teller for one in branch.counters.values()):
                raise TellerAway(teller)
            return replace(ticket, only_counter=None, only_teller=teller)
        case queue:
            if queue not in branch.plan.queues:
                raise UnknownQueue(queue)
            aimed = ticket.only_counter or ticket.only_teller
            if queue == ticket.queue and not aimed:
                raise SameQueue(ticket.id, ticket.number, queue)
            return replace(ticket, queue=queue, only_counter=None, only_teller=None)


def _move(branch: Branch, command: MoveTicket, now: datetime) -> list[Event]:
    """A new number at the place that its clock gives it there (LOB-42, LOB-46); both or neither."""
    ticket = _ticket(branch, command.ticket)
    _in_state(ticket, {WAITING})
    queue = branch.plan.queues.get(command.queue)
    if queue is None:
        raise UnknownQueue(command.queue)
    if queue.id == ticket.queue:
        raise SameQueue(ticket.id, ticket.number, queue.id)
    serial = next_serial(branch, queue)
    new = replace(
        ticket,
        id=command.new,
        series=queue.series.letter,
        serial=serial,
        number=queue.series.label(serial),
        queue=queue.id,
        issued_at=now,
        only_counter=None,
        only_teller=None,
        come_back=None,
        moved_from=ticket.id,
    )
    old = replace(ticket, state=TicketState.MOVED, ended_at=now, moved_to=new.id)
    grown = growth(branch, queue, new)
    return [TicketMoved(old, ticket.state), TicketIssued(new), *grown]


def _drop(branch: Branch, command: DropTicket, now: datetime) -> list[Event]:
    """One in service is ended by its teller instead."""
    ticket = _ticket(branch, command.ticket)
    _in_state(ticket, {WAITING, PARKED, CALLED, NO_SHOW})
    reason = reason_for(branch, ReasonFor.DROP, command.reason)
    dropped = replace(ticket, state=TicketState.DROPPED, ended_at=ticket.ended_at or now)
    return [TicketDropped(dropped, ticket.state, reason)]


def _change_priority(branch: Branch, command: ChangePriority) -> list[Event]:
    ticket = _ticket(branch, command.ticket)
    _in_state(ticket, ALIVE)
    if command.priority_class not in branch.plan.classes:
        raise UnknownClass(command.priority_class)
    reason = reason_for(branch, ReasonFor.PRIORITY, command.reason)
    if command.priority_class == ticket.priority_class:
        return []
    other = replace(ticket, priority_class=command.priority_class)
    return [TicketReclassified(other, ticket.state, reason)]


def _reprint(branch: Branch, command: ReprintTicket) -> list[Event]:
    ticket = _of_own_queues(branch, command.ticket, command.teller)
    _in_state(ticket, ALIVE)
    job = SlipJob(command.slip.job, ticket.id, command.slip.printer, copy=True)
    return [TicketReprinted(ticket, ticket.state), SlipPrepared(job)]


def _reroute(branch: Branch, command: RerouteTicket, now: datetime) -> list[Event]:
    ticket = _ticket(branch, command.ticket)
    _in_state(ticket, {WAITING})
    if now - ticket.issued_at > REROUTE_WITHIN:
        raise TooLate(ticket.id, ticket.number)
    if command.service == ticket.service:
        return []
    person = ticket.client or ticket.visit
    service = service_to_be_had(branch, command.service, person, now)
    queue = queue_of(service, ticket.priority_class)
    return [TicketRerouted(replace(ticket, service=service.id, queue=queue), ticket.state)]


def _ticket(branch: Branch, ticket: TicketId) -> Ticket:
    if ticket not in branch.tickets:
        raise UnknownTicket(ticket)
    return branch.tickets[ticket]


def _in_state(ticket: Ticket, allowed: Container[TicketState]) -> None:
    if ticket.state not in allowed:
        raise TicketIs(ticket.id, ticket.number, ticket.state)


def _at_hand(branch: Branch, which: Which, teller: StaffRef | None) -> Ticket:
    """Any ticket for a lobby manager; for a teller the one at the own counter, or last called there."""
    if isinstance(which, OpenTicketAt):
        if which.counter not in branch.plan.counters:
            raise UnknownCounter(which.counter)
        assert teller is not None
        return open_ticket(branch, counter_of(branch, which.counter, teller))
    ticket = _ticket(branch, which)
    if teller is not None and not _is_own(branch, ticket, teller):
        raise NotYours(ticket.id, ticket.number)
    return ticket


def _of_own_queues(branch: Branch, which: Which, teller: StaffRef | None) -> Ticket:
    """Like the one at hand, but for a teller also those that wait, or are put aside, in own queues."""
    if teller is None or isinstance(which, OpenTicketAt):
        return _at_hand(branch, which, teller)
    ticket = _ticket(branch, which)
    own = [one.id for one in branch.counters.values() if one.teller == teller]
    served = any(_serves(branch, counter, ticket) for counter in own)
    if not _is_own(branch, ticket, teller) and (ticket.state.at_counter or not served):
        raise NotYours(ticket.id, ticket.number)
    return ticket


def _is_own(branch: Branch, ticket: Ticket, teller: StaffRef) -> bool:
    at_counter = ticket.state.at_counter or ticket.state is NO_SHOW
    return (
        at_counter
        and ticket.counter is not None
        and branch.counter(ticket.counter).teller == teller
    )


def _serves(branch: Branch, counter: CounterId, ticket: Ticket) -> bool:
    profile = branch.plan.counters[counter].profile
    helped = {one.queue for one in profile.help}
    return ticket.queue in profile.queues | profile.fallback | helped
