"""Facts of the branch: what happened, in the past tense. This is the glossary of the log.

An event about a ticket carries the ticket as it is *after* the event, so that a reader of the log
needs no history to understand one fact.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.alertevents import AlertEvent
from kiosk.domain.auditevents import AuditEvent
from kiosk.domain.counter import Counter
from kiosk.domain.device import DeviceCondition, DeviceTrial
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.ids import QueueId, ServiceId
from kiosk.domain.slipevents import SlipMediaEvent, SlipOutcomeEvent, SlipPrepared, SlipSent
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.ticketevents import DetourEvent


@dataclass(frozen=True, slots=True)
class DayOpened:
    """A business day began: nobody waits, every counter is closed, numbers start anew."""

    day: date
    faults: tuple[DeviceCondition, ...] = ()
    """Devices that weren't well at that moment: faults outlive the day."""


@dataclass(frozen=True, slots=True)
class TicketIssued:
    """A person took a number."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class TicketRecognised:
    """The directory answered after the ticket was given: it has a client and perhaps a class."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketCalled:
    """A counter called the ticket for the first time; ``reason`` ``chosen``: out of turn."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TicketRecalled:
    """The same counter called it once more."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class ServingStarted:
    """The person arrived at the counter."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketServed:
    """The service is done."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketNoShow:
    """Nobody came to the counter."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketExpired:
    """The business day ended before the ticket did, or the hall was cleared for a reason."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HallCleared:
    """A lobby manager sent everyone who waited home; their tickets expire with it."""

    day: date
    reason: str
    tickets: int


@dataclass(frozen=True, slots=True)
class SeriesGrew:
    """The last number of a series was given: its numbers have one digit more from now on."""

    queue: QueueId
    series: str
    number: str
    """The first of them."""


@dataclass(frozen=True, slots=True)
class LastTickets:
    """A service is about to have given all its tickets of the day."""

    service: ServiceId
    left: int


@dataclass(frozen=True, slots=True)
class WaitEstimated:
    """What a ticket was foretold first is put on record, once, while it waits for its first call."""

    wait: EstimatedWait


@dataclass(frozen=True, slots=True)
class CounterOpened:
    """A teller opened the counter, or came back from a pause."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class CounterPaused:
    """The counter calls nobody for a while; its ``status`` says why."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class BreakOverrun:
    """The teller's break lasts longer than it may, or is one too many (OPR-21, OPR-22)."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class CounterClosed:
    """The teller left the counter."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    """A fault of a device began, or turned into another one."""

    condition: DeviceCondition


@dataclass(frozen=True, slots=True)
class DeviceRecovered:
    """The fault of a device ended."""

    condition: DeviceCondition


@dataclass(frozen=True, slots=True)
class DeviceTested:
    """Somebody tried a device."""

    trial: DeviceTrial


TicketEvent = (
    TicketIssued
    | TicketRecognised
    | TicketCalled
    | TicketRecalled
    | ServingStarted
    | TicketServed
    | TicketNoShow
    | DetourEvent
    | TicketExpired
)
CounterEvent = CounterOpened | CounterPaused | BreakOverrun | CounterClosed
NoticeEvent = SeriesGrew | LastTickets
DeviceEvent = DeviceFailed | DeviceRecovered | DeviceTested
Event = (
    DayOpened
    | HallCleared
    | TicketEvent
    | WaitEstimated
    | SlipPrepared
    | SlipSent
    | SlipOutcomeEvent
    | SlipMediaEvent
    | CounterEvent
    | NoticeEvent
    | DeviceEvent
    | AlertEvent
    | AuditEvent
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused a fact: a role, an opaque reference of the person, the device it was done from."""

    role: str
    user: str | None = None
    device: str | None = None

    @property
    def caller(self) -> str:
        """Within which an idempotency key is unique."""
        return f"{self.role}:{self.user or ''}:{self.device or ''}"


SYSTEM = Actor("system")
"""The machine itself: the day's cut-over, its devices."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its place in the log.

    ``sequence`` counts the branch's facts without gaps. ``command`` is the sequence of the first
    fact that the same command caused. ``prev`` is the sequence of the previous fact of the same
    topic family, None for the family's first.
    """

    sequence: int
    id: str
    time: datetime
    day: date
    event: Event
    by: Actor
    command: int
    key: str | None = None
    """The caller's idempotency key; only on the first fact of a command."""
    correlation: str | None = None
    prev: int | None = None
