"""Commands: what somebody wants done in the hall, in the imperative; the desk decides.

Identifiers and whatever is random are made by whoever gives the command: deciding stays pure.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.ids import (
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
from kiosk.domain.slip import SlipState


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


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """Where and under which job the ticket's slip is to be printed."""

    job: JobId
    printer: DeviceId


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
    """The counter's open ticket is done."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """Nobody came for the counter's called ticket."""

    counter: CounterId
    teller: StaffRef


@dataclass(frozen=True, slots=True)
class RecordSlipSent:
    """The slip's bytes are about to leave."""

    job: JobId
    digest: str


@dataclass(frozen=True, slots=True)
class RecordSlipOutcome:
    """What became of a slip; ``state`` is one of the three outcomes."""

    job: JobId
    state: SlipState
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """How a device is now."""

    condition: DeviceCondition


CounterCommand = (
    OpenCounter
    | PauseCounter
    | CloseCounter
    | CallNext
    | RecallTicket
    | StartServing
    | FinishServing
    | MarkNoShow
)
SlipCommand = RecordSlipSent | RecordSlipOutcome
Command = OpenDay | IssueTicket | RecogniseTicket | CounterCommand | SlipCommand | ReportDevice
