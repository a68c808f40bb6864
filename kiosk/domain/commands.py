"""Commands: what somebody wants done in the hall, in the imperative; the desk decides.

Identifiers and whatever is random are made by whoever gives the command: deciding stays pure.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.auditevents import AuditEvent
from kiosk.domain.device import DeviceCondition, DeviceTrial, Fault
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.ids import (
    AlertId,
    ClassId,
    ClientRef,
    CounterId,
    DeviceId,
    JobId,
    Language,
    SegmentId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.slip import SlipMedia, SlipRequest, SlipState
from kiosk.domain.ticketcommands import ClearHall, TicketCommand


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Begin a business day: what is still alive of the last one expires."""

    day: date


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the flow learnt of a client, as far as the hall may know it."""

    client: ClientRef
    segment: SegmentId | None = None
    priority_class: ClassId | None = None
    flags: tuple[str, ...] = ()
    pads: tuple[str, ...] = ()
    """PADs whose own VIP amount this client's assets meet (LOB-30, LOB-53)."""


@dataclass(frozen=True, slots=True)
class IssueTicket:
    """Give a number for a service."""

    ticket: TicketId
    visit: VisitId
    service: ServiceId
    language: Language
    recognition: Recognition | None = None
    """None: a walk-in."""
    slip: SlipRequest | None = None
    """None: no paper."""
    booked: datetime | None = None
    """The time of the appointment that the person comes for; None: there is none."""
    once: bool = False
    """The visit is a code's, which gives one number and no more."""


@dataclass(frozen=True, slots=True)
class RecogniseTicket:
    """Say whose ticket it is, after it was given."""

    ticket: TicketId
    recognition: Recognition


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """Open a counter, or go on after a pause."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class PauseCounter:
    """Call nobody for a while; while serving it takes effect when the open ticket is done."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class CloseCounter:
    """Leave the counter; refused while it has an open ticket."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class CallNext:
    """Call whoever is next. An open ticket is finished first, also when nobody waits."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class RecallTicket:
    """Call the counter's open ticket once more."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class StartServing:
    """The called person arrived. Optional: without it service counts from the call."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class FinishServing:
    """The counter's open ticket is done; with what was done and what came of it, if told."""

    counter: CounterId
    teller: StaffRef
    services: tuple[ServiceId, ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """Nobody came for the counter's called ticket."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Be ready, or not: ``ready``, ``not_ready`` or a code of the branch's breaks (OPR-20).

    On a closed counter it is opened in that status.
    """

    counter: CounterId
    teller: StaffRef
    status: str


@dataclass(frozen=True, slots=True)
class ServeWithoutTicket:
    """Serve somebody who has no number, in the service given or the counter's first one."""

    counter: CounterId
    teller: StaffRef
    ticket: TicketId
    visit: VisitId
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True)
class CallPaperNumber:
    """Call a number of the paper roll, with which numbers are given while the kiosk is down."""

    counter: CounterId
    teller: StaffRef
    ticket: TicketId
    visit: VisitId
    number: int
    service: ServiceId | None = None


Reminders = tuple[tuple[str, int], ...]
"""PADs, and after how many minutes of a wait each wants to be reminded (LOB-21)."""


@dataclass(frozen=True, slots=True)
class KeepTime:
    """Do what is due by now: parked tickets return, breaks overrun, calls lapse, alerts begin."""

    reminders: Reminders = ()


@dataclass(frozen=True, slots=True)
class CallLobbyManager:
    """Ask the lobby manager to come to a counter, or to a kiosk (LOB-59)."""

    counter: CounterId | None = None
    device: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeAlert:
    """Say that somebody for whom the alert is has seen it."""

    alert: AlertId
    by: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class RecordSlipSent:
    """The slip's bytes are about to leave."""

    job: JobId
    digest: str | None
    """Of what is sent; None: whoever sends it doesn't say."""


@dataclass(frozen=True, slots=True)
class RecordSlipOutcome:
    """What became of a slip; ``state`` is one of the three outcomes."""

    job: JobId
    state: SlipState
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class RecordSlipMedia:
    """What becomes of a slip that the printer holds out."""

    job: JobId
    media: SlipMedia


@dataclass(frozen=True, slots=True)
class RecordEstimates:
    """Put on record what tickets were foretold first."""

    waits: tuple[EstimatedWait, ...]


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """How a device is now."""

    condition: DeviceCondition


@dataclass(frozen=True, slots=True)
class RecordDeviceTrial:
    """Put on record that a device was tried."""

    trial: DeviceTrial


@dataclass(frozen=True, slots=True)
class PutOnRecord:
    """Write down what somebody has to answer for."""

    event: AuditEvent


KeyCommand = (
    OpenCounter
    | PauseCounter
    | CloseCounter
    | CallNext
    | RecallTicket
    | StartServing
    | FinishServing
    | MarkNoShow
)
"""What one key of a call pad can say."""
CounterCommand = KeyCommand | SetStatus | ServeWithoutTicket | CallPaperNumber
AlertCommand = CallLobbyManager | AcknowledgeAlert
SlipCommand = RecordSlipSent | RecordSlipOutcome | RecordSlipMedia
Command = (
    OpenDay
    | IssueTicket
    | RecogniseTicket
    | CounterCommand
    | TicketCommand
    | ClearHall
    | KeepTime
    | AlertCommand
    | RecordEstimates
    | SlipCommand
    | ReportDevice
    | RecordDeviceTrial
    | PutOnRecord
)
