"""How domain objects are written as JSON values and read again: by the fields of a shape."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache, partial
from operator import attrgetter, itemgetter
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

Json = dict[str, Any]
Restored = TypeVar("Restored")


@lru_cache(256)  # a ticket's times stand in the log, in the answer and in every event about it
def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T08:15:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Instant = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Shape(BaseModel):
    """Fields are read from a domain object by their names and written under their aliases."""

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        json_schema_serialization_defaults_required=True,
        defer_build=True,
    )


@dataclass(frozen=True, slots=True)
class InShape:
    """Says of JSON values, in ``Annotated``, in which shape they were written: schemas are made of it."""

    shape: type[Shape]

    def __get_pydantic_core_schema__(self, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.shape)


_DOMAIN_NAMES = {"copied": "copy"}
"""Where a shape can't have the name of a domain object's field."""


def written(shape: type[Shape], told: object) -> Json:
    """A domain object in this shape as JSON values. It isn't checked again: the domain made it."""
    names, values, writers = _reading(shape)
    found = dict(zip(names, values(told), strict=True))
    for name, write in writers:
        if (value := found[name]) is not None:
            found[name] = write(value)
    return found


_Values = Callable[[object], tuple[Any, ...]]
_Writer = Callable[[Any], Any]


@cache
def _reading(
    shape: type[Shape],
) -> tuple[tuple[str, ...], _Values, tuple[tuple[str, _Writer], ...]]:
    """The names to write, how to read their values, and how to write those JSON has no word for."""
    fields = shape.model_fields
    names = {field: info.serialization_alias or field for field, info in fields.items()}
    writers = {names[field]: _writer(info.annotation) for field, info in fields.items()}
    values = _several(attrgetter, [_DOMAIN_NAMES.get(field, field) for field in fields])
    needed = tuple((name, write) for name, write in writers.items() if write)
    return tuple(names.values()), values, needed


def _several(getter: Callable[..., Any], names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What ``operator`` makes of names; a tuple also for one name alone."""
    get = getter(*names)
    return get if len(names) > 1 else lambda found: (get(found),)


def _writer(annotation: Any) -> _Writer | None:
    if parts := get_args(annotation):
        each = next(filter(None, map(_writer, parts)), None)
        if get_origin(annotation) is not tuple:
            return each
        return (lambda values: list(map(each, values))) if each else list
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, Shape):
        return partial(written, annotation)
    if issubclass(annotation, StrEnum):
        return attrgetter("value")
    if issubclass(annotation, date):
        return instant if issubclass(annotation, datetime) else date.isoformat
    return None


def restored(shape: type[Shape], kind: Callable[..., Restored], found: Json) -> Restored:
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
    shape: type[Shape], kind: Any
) -> tuple[Json, tuple[tuple[str, _Reader], ...], Callable[[Json], tuple[Any, ...]]]:
    """What may be lacking, how to read what JSON has no word for, and the values in their order."""
    fields = shape.model_fields
    names = {field: info.serialization_alias or field for field, info in fields.items()}
    defaults = {names[field]: one.default for field, one in fields.items() if not one.is_required()}
    readers = {names[field]: _reader(info.annotation) for field, info in fields.items()}
    own = {_DOMAIN_NAMES.get(field, field): name for field, name in names.items()}
    in_order = _several(itemgetter, [own[field.name] for field in dataclasses.fields(kind)])
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
