"""Issuing: a number for a service, its caps, and whose it turns out to be."""

from dataclasses import replace
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.commands import IssueTicket, RecogniseTicket
from kiosk.domain.events import Event, LastTickets, SeriesGrew, TicketIssued, TicketRecognised
from kiosk.domain.ids import ClassId, QueueId, ServiceId, VisitId
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP, Queue
from kiosk.domain.refusals import (
    CapReached,
    CodeUsed,
    PersonCapReached,
    ServiceClosed,
    UnknownService,
    UnknownTicket,
)
from kiosk.domain.service import Service, is_open, opens_at
from kiosk.domain.slip import SlipJob
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import Ticket, TicketState


def issue(branch: Branch, command: IssueTicket, now: datetime) -> list[Event]:
    """A number, its slip's job, and what staff should know of it. Raises Refused."""
    if command.once and (given := ticket_of(branch, command.visit)):
        raise CodeUsed(given.id, given.number, given.state)
    known = command.recognition
    person = known.client if known else command.visit
    service = service_to_be_had(branch, command.service, person, now)
    queue = branch.plan.queues[queue_of(service, _class_of(command))]
    ticket = _ticket(branch, command, queue, now)
    events: list[Event] = [TicketIssued(ticket)]
    if command.slip:
        job = SlipJob(command.slip.job, ticket.id, command.slip.printer)
        events.append(SlipPrepared(job))
    return [*events, *growth(branch, queue, ticket), *_last_tickets(branch, service)]


def ticket_of(branch: Branch, visit: VisitId) -> Ticket | None:
    """The latest ticket of a visit today; None when it has none."""
    if visit not in branch.visits:
        return None
    return next(one for one in reversed(branch.tickets.values()) if one.visit == visit)


def service_to_be_had(branch: Branch, wanted: ServiceId, person: str, now: datetime) -> Service:
    """The service, provided that this person can have a ticket for it now. Raises Refused."""
    service = branch.plan.services.get(wanted)
    if service is None:
        raise UnknownService(wanted)
    local = now.astimezone(branch.plan.zone)
    if not is_open(service, local):
        raise ServiceClosed(service.id, opens_at(service, local))
    cap = service.cap_per_day
    if cap is not None and branch.given[service.id] >= cap:
        raise CapReached(service.id, cap)
    cap = service.cap_per_person
    if cap is not None and branch.issued[service.id, person] >= cap:
        raise PersonCapReached(service.id, cap)
    return service


def queue_of(service: Service, priority: ClassId) -> QueueId:
    """Where tickets of a class go for this service."""
    return service.vip_queue if priority == VIP and service.vip_queue else service.queue


def next_serial(branch: Branch, queue: Queue) -> int:
    """The number that the queue gives next."""
    return queue.series.following(branch.numbers.get(queue.series.letter))


def growth(branch: Branch, queue: Queue, ticket: Ticket) -> list[Event]:
    """The notice that the series has grown by a digit with this new ticket."""
    end = queue.series.end
    grown = branch.numbers.get(ticket.series, end) <= end < ticket.serial
    return [SeriesGrew(queue.id, ticket.series, ticket.number)] if grown else []


def recognise(branch: Branch, command: RecogniseTicket) -> list[Event]:
    """Number and queue are on paper and stay as they are; the class counts while waiting."""
    ticket = branch.tickets.get(command.ticket)
    if ticket is None:
        raise UnknownTicket(command.ticket)
    if ticket.client == command.recognition.client:
        return []
    known = command.recognition
    waiting = ticket.state is TicketState.WAITING
    recognised = replace(
        ticket,
        client=known.client,
        segment=known.segment,
        flags=known.flags,
        priority_class=(waiting and known.priority_class) or ticket.priority_class,
    )
    return [TicketRecognised(recognised, ticket.state)]


def _last_tickets(branch: Branch, service: Service) -> list[Event]:
    if service.cap_per_day is None:
        return []
    left = service.cap_per_day - branch.given[service.id] - 1
    return [LastTickets(service.id, left)] if left == service.last_tickets else []


def _ticket(branch: Branch, command: IssueTicket, queue: Queue, now: datetime) -> Ticket:
    known = command.recognition
    serial = next_serial(branch, queue)
    return Ticket(
        id=command.ticket,
        series=queue.series.letter,
        serial=serial,
        number=queue.series.label(serial),
        queue=queue.id,
        service=command.service,
        priority_class=_class_of(command),
        state=TicketState.WAITING,
        visit=command.visit,
        language=command.language,
        issued_at=now,
        clock_start=_clock_start(branch, command, now),
        client=known.client if known else None,
        segment=known.segment if known else None,
        flags=known.flags if known else (),
    )


def _class_of(command: IssueTicket) -> ClassId:
    """A VIP with an appointment stays one: no class is sooner called."""
    known = command.recognition.priority_class if command.recognition else None
    if command.booked is not None and known in (None, REGULAR):
        return APPOINTMENT
    return known or REGULAR


def _clock_start(branch: Branch, command: IssueTicket, now: datetime) -> datetime:
    """The first issue of the visit; of an appointment the check-in, but not before its time."""
    if command.booked is not None:
        return max(now, command.booked)
    return branch.visits.get(command.visit, now)
