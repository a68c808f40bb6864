"""Facts as CloudEvents 1.0, JSON structured mode: what subscribers and ``GET /events`` get (messaging.md)."""

from typing import Annotated, Literal

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from kiosk.domain.events import Fact
from kiosk.shapes.hall import DayText, InstantText
from kiosk.shapes.objects import ActorJson, actor_json
from kiosk.shapes.writing import Json, instant
from kiosk.wire import VERSION, data_of, name_of, subject_of

CONTROLLER = "controller"
"""The controller's own name in presence and in the source of events."""

CONTENT_TYPE = "application/cloudevents+json"

Uuid = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
TraceParent = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-00$"}),
]
"""W3C Trace Context, version 00."""


class Certain(TypedDict):
    """What the data of every event tell; ``reason`` is a code of the site's, null without one."""

    reason: str | None
    sequence: int
    by: ActorJson


class CloudEvent(TypedDict):
    """A fact of the branch.

    Order by ``sequence``, drop what was seen, find gaps by ``prev``: the sequence of the previous
    event of the same family (``kiosk.ticket``), null for the first.
    """

    specversion: Literal["1.0"]
    id: Uuid
    source: str
    type: str
    subject: str
    time: InstantText
    datacontenttype: Literal["application/json"]
    sequence: int
    prev: int | None
    day: DayText
    correlationid: Uuid
    traceparent: TraceParent
    data: Json


def cloud_event(fact: Fact, source: str) -> CloudEvent:
    """The fact as a CloudEvent; ``source``: ``/branch/{id}/{node}``."""
    certain: Certain = {"reason": None, "sequence": fact.sequence, "by": actor_json(fact.by)}
    correlation = fact.correlation or fact.id
    return {
        "specversion": "1.0",
        "id": fact.id,
        "source": source,
        "type": type_of(name_of(fact.event)),
        "subject": subject_of(fact.event),
        "time": instant(fact.time),
        "datacontenttype": "application/json",
        "sequence": fact.sequence,
        "prev": fact.prev,
        "day": fact.day.isoformat(),
        "correlationid": correlation,
        "traceparent": traceparent(correlation, fact.id),
        "data": {**certain, **data_of(fact.event)},
    }


def type_of(name: str) -> str:
    """The type of an event by its name: ``kiosk.ticket.called.v1``."""
    return f"kiosk.{name}.v{VERSION}"


def traceparent(correlation: str, id_: str) -> str:
    """W3C Trace Context: what has one correlation id is one trace, each event a span of it.

    Both are UUIDs: the trace has the digits of the one, the span the last 16 of the other.
    """
    return f"00-{correlation.replace('-', '')}-{id_.replace('-', '')[-16:]}-00"
