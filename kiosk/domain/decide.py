"""Deciding: from the hall, a command and the time to the facts that follow, or to a refusal."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.calling import work_counter
from kiosk.domain.commands import (
    Command,
    IssueTicket,
    OpenDay,
    RecogniseTicket,
    RecordSlipOutcome,
    RecordSlipSent,
    ReportDevice,
)
from kiosk.domain.device import DeviceStatus
from kiosk.domain.events import (
    DayOpened,
    DeviceFailed,
    DeviceRecovered,
    Event,
    PrintFailed,
    PrintUnknown,
    SlipPrepared,
    SlipSent,
    TicketExpired,
    TicketIssued,
    TicketPrinted,
    TicketRecognised,
)
from kiosk.domain.ids import JobId
from kiosk.domain.queue import REGULAR, VIP
from kiosk.domain.refusals import (
    ServiceClosed,
    SlipDone,
    UnknownService,
    UnknownSlip,
    UnknownTicket,
)
from kiosk.domain.service import Service, is_open, opens_at
from kiosk.domain.slip import SlipJob, SlipState
from kiosk.domain.ticket import Ticket, TicketState


def decide(branch: Branch, command: Command, now: datetime) -> list[Event]:
    """The events that the command causes, in order; none when nothing changes. Raises Refused."""
    match command:
        case OpenDay():
            return _open_day(branch, command, now)
        case IssueTicket():
            return _issue(branch, command, now)
        case RecogniseTicket():
            return _recognise(branch, command)
        case RecordSlipSent() | RecordSlipOutcome():
            return _record_slip(branch, command)
        case ReportDevice():
            return _report_device(branch, command)
        case _:
            return work_counter(branch, command, now)


def _open_day(branch: Branch, command: OpenDay, now: datetime) -> list[Event]:
    if branch.day is not None and command.day <= branch.day:
        return []
    expired: list[Event] = [
        _expire(ticket, now) for ticket in branch.tickets.values() if not ticket.state.final
    ]
    faults = tuple(
        device for device in branch.devices.values() if device.status is not DeviceStatus.ONLINE
    )
    return [*expired, DayOpened(command.day, faults)]


def _expire(ticket: Ticket, now: datetime) -> TicketExpired:
    ended = ticket.ended_at or now
    return TicketExpired(replace(ticket, state=TicketState.EXPIRED, ended_at=ended), ticket.state)


def _issue(branch: Branch, command: IssueTicket, now: datetime) -> list[Event]:
    service = branch.plan.services.get(command.service)
    if service is None:
        raise UnknownService(command.service)
    local = now.astimezone(branch.plan.zone)
    if not is_open(service, local):
        raise ServiceClosed(service.id, opens_at(service, local))
    ticket = _new_ticket(branch, service, command, now)
    events: list[Event] = [TicketIssued(ticket)]
    if command.slip:
        events.append(SlipPrepared(SlipJob(command.slip.job, ticket.id, command.slip.printer)))
    return events


def _new_ticket(branch: Branch, service: Service, command: IssueTicket, now: datetime) -> Ticket:
    known = command.recognition
    priority = (known and known.priority_class) or REGULAR
    queue = branch.plan.queues[
        service.vip_queue if priority == VIP and service.vip_queue else service.queue
    ]
    series = queue.series
    serial = branch.numbers.get(series.letter, series.first - 1) + 1
    return Ticket(
        id=command.ticket,
        series=series.letter,
        serial=serial,
        number=series.label(serial),
        queue=queue.id,
        service=service.id,
        priority_class=priority,
        state=TicketState.WAITING,
        visit=command.visit,
        language=command.language,
        issued_at=now,
        clock_start=now,
        client=known.client if known else None,
        segment=known.segment if known else None,
        flags=known.flags if known else (),
    )


def _recognise(branch: Branch, command: RecogniseTicket) -> list[Event]:
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


def _record_slip(branch: Branch, command: RecordSlipSent | RecordSlipOutcome) -> list[Event]:
    job = _slip(branch, command.job)
    if job.state.final:
        raise SlipDone(job.id)
    if isinstance(command, RecordSlipSent):
        return [SlipSent(replace(job, state=SlipState.SENT, digest=command.digest))]
    done = replace(job, state=command.state, fault=command.fault)
    ticket = branch.tickets[job.ticket]
    match command.state:
        case SlipState.PRINTED:
            return [TicketPrinted(ticket, done)]
        case SlipState.FAILED:
            return [PrintFailed(ticket, done)]
        case SlipState.UNKNOWN:
            return [PrintUnknown(ticket, done)]
        case SlipState.PREPARED | SlipState.SENT:
            raise ValueError(f"{command.state} is no outcome of a slip")
        case _:
            assert_never(command.state)


def _slip(branch: Branch, job: JobId) -> SlipJob:
    if job not in branch.slips:
        raise UnknownSlip(job)
    return branch.slips[job]


def _report_device(branch: Branch, command: ReportDevice) -> list[Event]:
    """One event when a fault begins or changes and one when it ends; none while all is well."""
    new = command.condition
    old = branch.devices.get(new.device)
    well = new.status is DeviceStatus.ONLINE
    was_well = old is None or old.status is DeviceStatus.ONLINE
    if well:
        return [] if was_well else [DeviceRecovered(new)]
    if old and (old.status, old.fault) == (new.status, new.fault):
        return []
    return [DeviceFailed(new)]
