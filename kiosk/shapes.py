"""The shapes in which the hall is shown: HTTP answers, events, state messages (interfaces.md).

Each is read from a domain object of the same field names. JSON Schemas are made from them.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import Actor
from kiosk.domain.ids import (
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


@lru_cache(256)  # a ticket's times stand in the log, in the answer and in every event about it
def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T08:15:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Instant = Annotated[datetime, BeforeValidator(_moment), PlainSerializer(instant)]


class _Shape(BaseModel):
    """Fields are read from a domain object by their names and written under their aliases."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class TicketShape(_Shape):
    """A ticket, as HTTP answers and events show it."""

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


class SlipShape(_Shape):
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


class EstimateShape(_Shape):
    """What a ticket was foretold first; minutes, all null: not today."""

    ticket: TicketId
    queue: QueueId
    as_of: Instant
    p10: int | None
    p50: int | None
    p70: int | None
    p90: int | None


class CounterShape(_Shape):
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


class DeviceShape(_Shape):
    """A device and how it is."""

    device: DeviceId
    kind: DeviceKind
    status: DeviceStatus
    fault: Fault | None
    detail: str


class DayShape(_Shape):
    """A business day."""

    day: date
    faults: tuple[DeviceShape, ...] = ()


class ClearedShape(_Shape):
    """The clearing of the hall."""

    day: date
    reason: str
    tickets: int


class GrowthShape(_Shape):
    """A series that has one digit more."""

    queue: QueueId
    series: str
    number: str


class LastTicketsShape(_Shape):
    """A service that is about to have given all its tickets."""

    service: ServiceId
    left: int


class TicketFact(TicketShape):
    """``data`` of ``event/ticket/*``."""

    was: TicketState | None = Field(
        default=None, validation_alias="from", serialization_alias="from"
    )
    slip: SlipShape | None = None
    reason: str | None = None


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """The ticket's shape as JSON values."""
    return TicketShape.model_validate(ticket).model_dump(mode="json", by_alias=True)


def counter_json(counter: Counter) -> dict[str, Any]:
    """The counter's shape as JSON values."""
    return CounterShape.model_validate(counter).model_dump(mode="json")


def device_json(condition: DeviceCondition) -> dict[str, Any]:
    """The device's shape as JSON values."""
    return DeviceShape.model_validate(condition).model_dump(mode="json")


def actor_json(actor: Actor) -> dict[str, str | None]:
    """Who did it: role, opaque reference, device."""
    return {"role": actor.role, "user": actor.user, "device": actor.device}
