"""The shapes in which the hall is shown: HTTP answers, events, state messages (interfaces.md).

Each has the field names of a domain object. JSON Schemas are made from them.
"""

from datetime import date

from pydantic import AliasChoices, Field
from typing_extensions import TypedDict

from kiosk.domain.alert import Alert, AlertKind, AlertLevel, Recipient
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault, TrialOutcome
from kiosk.domain.events import Actor
from kiosk.domain.ids import (
    AlertId,
    ClassId,
    ClientRef,
    CounterId,
    DeviceId,
    JobId,
    Language,
    QueueId,
    SegmentId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.shapes.writing import Instant, Json, Shape, written


class TicketShape(Shape):
    """A ticket, as HTTP answers and events show it; of no call while it waits or is parked."""

    id: TicketId
    number: str
    series: str
    serial: int
    queue: QueueId
    service: ServiceId
    priority_class: ClassId = Field(
        validation_alias=AliasChoices("priority_class", "class"),
        serialization_alias="class",
    )
    state: TicketState
    visit: VisitId
    client: ClientRef | None
    segment: SegmentId | None
    language: Language
    flags: tuple[str, ...]
    issued_at: Instant
    clock_start: Instant
    counter: CounterId | None
    teller: StaffRef | None
    called_at: Instant | None
    recalls: int
    last_called_at: Instant | None = None
    started_at: Instant | None
    ended_at: Instant | None
    parked_until: Instant | None = None
    park_reason: str | None = None
    only_counter: CounterId | None = None
    only_teller: StaffRef | None = None
    come_back: QueueId | None = None
    moved_from: TicketId | None = None
    moved_to: TicketId | None = None
    services: tuple[ServiceId, ...] = ()
    result: str | None = None


class SlipShape(Shape):
    """A slip job."""

    id: JobId
    ticket: TicketId
    printer: DeviceId
    state: SlipState
    digest: str | None
    fault: Fault | None
    copied: bool = Field(
        default=False,
        validation_alias=AliasChoices("copied", "copy"),
        serialization_alias="copy",
    )


class EstimateShape(Shape):
    """What a ticket was foretold first; minutes, all null: not today."""

    ticket: TicketId
    queue: QueueId
    as_of: Instant
    p10: int | None
    p50: int | None
    p70: int | None
    p90: int | None


class CounterShape(Shape):
    """A counter."""

    id: CounterId
    state: CounterState
    teller: StaffRef | None
    ticket: TicketId | None
    pausing: bool
    status: str | None = None
    since: Instant | None = None
    nth: int = 0
    overrun: bool = False


class DeviceShape(Shape):
    """A device and how it is."""

    device: DeviceId
    kind: DeviceKind
    status: DeviceStatus
    fault: Fault | None
    detail: str


class AlertShape(Shape):
    """An alert; ``recipient`` is the end of its topic."""

    id: AlertId
    kind: AlertKind
    level: AlertLevel
    recipient: Recipient
    raised_at: Instant
    ticket: TicketId | None = None
    number: str | None = None
    queue: QueueId | None = None
    counter: CounterId | None = None
    device: DeviceId | None = None
    fault: Fault | None = None
    escalated_to: Recipient | None = None
    acknowledged_at: Instant | None = None
    acknowledged_by: StaffRef | None = None
    expired_at: Instant | None = None


class TrialShape(Shape):
    """What came of trying a device."""

    device: DeviceId
    outcome: TrialOutcome


class DayShape(Shape):
    """A business day."""

    day: date
    faults: tuple[DeviceShape, ...] = ()


class ClearedShape(Shape):
    """The clearing of the hall."""

    day: date
    reason: str
    tickets: int


class GrowthShape(Shape):
    """A series that has one digit more."""

    queue: QueueId
    series: str
    number: str


class LastTicketsShape(Shape):
    """A service that is about to have given all its tickets."""

    service: ServiceId
    left: int


def ticket_json(ticket: Ticket) -> Json:
    """The ticket's shape as JSON values."""
    return written(TicketShape, ticket)


def counter_json(counter: Counter) -> Json:
    """The counter's shape as JSON values."""
    return written(CounterShape, counter)


def device_json(condition: DeviceCondition) -> Json:
    """The device's shape as JSON values."""
    return written(DeviceShape, condition)


def alert_json(alert: Alert) -> Json:
    """The alert's shape as JSON values."""
    return written(AlertShape, alert)


class ActorJson(TypedDict):
    """Who did it: role or ``system``, opaque reference of the person, device."""

    role: str
    user: str | None
    device: str | None


def actor_json(actor: Actor) -> ActorJson:
    """Who did it."""
    return {"role": actor.role, "user": actor.user, "device": actor.device}
