"""The shapes in which the hall is shown: HTTP answers, events, state messages (interfaces.md).

Each has the field names of a domain object. JSON Schemas are made from them.
"""

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Annotated, Any, TypeVar, get_args, get_origin

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

Json = dict[str, Any]
Restored = TypeVar("Restored")


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


_DOMAIN_NAMES = {"copied": "copy"}
"""Where a shape can't have the name of a domain object's field."""


def written(shape: type[_Shape], told: object) -> Json:
    """A domain object in this shape as JSON values. It isn't checked again: the domain made it."""
    names, values, worded = _reading(shape)
    found = dict(zip(names, values(told), strict=True))
    for name in worded:
        if (value := found[name]) is not None:
            found[name] = _write(value)
    return found


_Values = Callable[[object], tuple[Any, ...]]


@cache
def _reading(shape: type[_Shape]) -> tuple[tuple[str, ...], _Values, tuple[str, ...]]:
    """The names to write, how to read their values, and which of these JSON has no word for."""
    fields = shape.model_fields
    names = {field: info.serialization_alias or field for field, info in fields.items()}
    worded = tuple(names[field] for field, info in fields.items() if _is_worded(info.annotation))
    values = attrgetter(*(_DOMAIN_NAMES.get(field, field) for field in fields))
    return tuple(names.values()), values, worded


def _is_worded(annotation: Any) -> bool:
    if parts := get_args(annotation):
        return get_origin(annotation) is tuple or any(map(_is_worded, parts))
    return isinstance(annotation, type) and issubclass(annotation, date | StrEnum)


def _write(value: Any) -> Any:
    match value:
        case datetime():
            return instant(value)
        case StrEnum():
            return value.value
        case tuple():
            return [_write(one) for one in value]
        case date():
            return value.isoformat()
        case DeviceCondition():
            return device_json(value)
        case _:
            return value


def restored(shape: type[_Shape], kind: Callable[..., Restored], found: Json) -> Restored:
    """The dataclass that was written in this shape; what it lacks is as the shape says.

    Raises KeyError or ValueError when ``found`` is something else.
    """
    defaults, readers, in_order = _restoring(shape, kind)
    values = defaults | found
    for name, read in readers:
        if (value := values[name]) is not None:
            values[name] = read(value)
    return kind(*in_order(values))


_Reader = Callable[[Any], Any]


@cache
def _restoring(
    shape: type[_Shape], kind: Any
) -> tuple[Json, tuple[tuple[str, _Reader], ...], Callable[[Json], tuple[Any, ...]]]:
    """What may be lacking, how to read what JSON has no word for, and the values in their order."""
    fields = shape.model_fields
    names = {field: info.serialization_alias or field for field, info in fields.items()}
    defaults = {names[field]: one.default for field, one in fields.items() if not one.is_required()}
    readers = {names[field]: _reader(info.annotation) for field, info in fields.items()}
    own = {_DOMAIN_NAMES.get(field, field): name for field, name in names.items()}
    in_order = itemgetter(*(own[field.name] for field in dataclasses.fields(kind)))
    return defaults, tuple((name, read) for name, read in readers.items() if read), in_order


def _reader(annotation: Any) -> Callable[[Any], Any] | None:
    parts = get_args(annotation)
    if parts and get_origin(annotation) is tuple:
        return tuple
    if parts:
        return next(filter(None, map(_reader, parts)), None)
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, date):
        return annotation.fromisoformat
    if issubclass(annotation, StrEnum):
        return {one.value: one for one in annotation}.__getitem__
    return None


def ticket_json(ticket: Ticket) -> Json:
    """The ticket's shape as JSON values."""
    return written(TicketShape, ticket)


def counter_json(counter: Counter) -> Json:
    """The counter's shape as JSON values."""
    return written(CounterShape, counter)


def device_json(condition: DeviceCondition) -> Json:
    """The device's shape as JSON values."""
    return written(DeviceShape, condition)


def actor_json(actor: Actor) -> dict[str, str | None]:
    """Who did it: role, opaque reference, device."""
    return {"role": actor.role, "user": actor.user, "device": actor.device}
