"""Deciding: from the hall, a command and the time to the facts that follow, or to a refusal."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from kiosk.domain.alerting import acknowledge, call_lobby_manager, consequences
from kiosk.domain.branch import Branch
from kiosk.domain.calling import work_counter
from kiosk.domain.commands import (
    AcknowledgeAlert,
    CallLobbyManager,
    Command,
    IssueTicket,
    KeepTime,
    OpenDay,
    PutOnRecord,
    RecogniseTicket,
    Recognition,
    RecordDeviceTrial,
    RecordEstimates,
    RecordSlipMedia,
    RecordSlipOutcome,
    RecordSlipSent,
    ReportDevice,
)
from kiosk.domain.device import Fault
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.events import DeviceFailed, DeviceRecovered, DeviceTested, Event, WaitEstimated
from kiosk.domain.handling import handle_ticket
from kiosk.domain.ids import JobId
from kiosk.domain.issuing import issue, recognise
from kiosk.domain.refusals import SlipDone, UnknownSlip
from kiosk.domain.slip import SlipJob, SlipMedia, SlipState
from kiosk.domain.slipevents import (
    PrintFailed,
    PrintUnknown,
    SlipDropped,
    SlipLeft,
    SlipRetracted,
    SlipSent,
    SlipTaken,
    TicketPrinted,
)
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
    TransferTicket,
)
from kiosk.domain.timekeeping import clear_hall, keep_time, open_day


def decide(branch: Branch, command: Command, now: datetime) -> list[Event]:
    """The events that the command causes, in order; none when nothing changes. Raises Refused.

    The alerts that follow from them come last, and in the same commit.
    """
    events = _decide(branch, command, now)
    return [*events, *consequences(branch, events, now, _pads(command))]


def _pads(command: Command) -> tuple[str, ...]:
    """PADs to which whoever the command is about is a key client."""
    match command:
        case IssueTicket(recognition=Recognition() as known) | RecogniseTicket(recognition=known):
            return known.pads
        case _:
            return ()


def _decide(branch: Branch, command: Command, now: datetime) -> list[Event]:
    match command:
        case OpenDay():
            return open_day(branch, command, now)
        case IssueTicket():
            return issue(branch, command, now)
        case RecogniseTicket():
            return recognise(branch, command)
        case RecordEstimates(waits=waits):
            return [WaitEstimated(wait) for wait in waits if _is_news(branch, wait)]
        case RecordSlipSent() | RecordSlipOutcome():
            return _record_slip(branch, command)
        case RecordSlipMedia():
            return _record_media(branch, command)
        case ReportDevice():
            return _report_device(branch, command)
        case RecordDeviceTrial(trial=trial):
            return [DeviceTested(trial)]
        case PutOnRecord(event=event):
            return [event]
        case ClearHall():
            return clear_hall(branch, command, now)
        case KeepTime():
            return keep_time(branch, command, now)
        case CallLobbyManager():
            return call_lobby_manager(branch, command, now)
        case AcknowledgeAlert():
            return acknowledge(branch, command, now)
        case (
            CallTicket()
            | ParkTicket()
            | ReturnTicket()
            | ReinstateTicket()
            | TransferTicket()
            | MoveTicket()
            | DropTicket()
            | ChangePriority()
            | ReprintTicket()
            | RerouteTicket()
        ):
            return handle_ticket(branch, command, now)
        case _:
            return work_counter(branch, command, now)


def _is_news(branch: Branch, wait: EstimatedWait) -> bool:
    """Whether the ticket waits, wasn't called yet, and nothing is on record of it."""
    ticket = branch.tickets.get(wait.ticket)
    waits = ticket is not None and ticket.state is TicketState.WAITING
    return waits and wait.ticket not in branch.estimated


def _record_slip(branch: Branch, command: RecordSlipSent | RecordSlipOutcome) -> list[Event]:
    job = _slip(branch, command.job)
    if job.state.final:
        raise SlipDone(job.id, job.state)
    if isinstance(command, RecordSlipSent):
        if job.state is SlipState.SENT:
            return []
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


def _record_media(branch: Branch, command: RecordSlipMedia) -> list[Event]:
    """Only of a slip that was left there is more to tell."""
    job = _slip(branch, command.job)
    left = job.id in branch.left
    match command.media:
        case SlipMedia.LEFT:
            return [] if left else [SlipLeft(job)]
        case SlipMedia.TAKEN:
            return [SlipTaken(job)] if left else []
        case SlipMedia.RETRACTED:
            return [SlipRetracted(job)] if left else []
        case SlipMedia.DROPPED:
            return [SlipDropped(job)] if left else []
        case _:
            assert_never(command.media)


def _slip(branch: Branch, job: JobId) -> SlipJob:
    if job not in branch.slips:
        raise UnknownSlip(job)
    return branch.slips[job]


def _report_device(branch: Branch, command: ReportDevice) -> list[Event]:
    """One event when a fault begins or changes and one when it ends; none while all is well.

    Of paper that runs low each change of what is left is news, of other faults no detail is.
    """
    new = command.condition
    old = branch.devices.get(new.device)
    if new.well:
        return [] if old is None or old.well else [DeviceRecovered(new)]
    if old and (old.status, old.fault) == (new.status, new.fault):
        counted = new.fault is Fault.PAPER_LOW and new.detail != old.detail
        return [DeviceFailed(new)] if counted else []
    return [DeviceFailed(new)]
