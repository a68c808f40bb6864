"""Facts as CloudEvents 1.0, JSON structured mode: what subscribers and ``GET /events`` get (messaging.md)."""

from kiosk.domain.events import Fact
from kiosk.shapes import actor_json
from kiosk.shapewriting import Json, instant
from kiosk.wire import VERSION, data_of, name_of, subject_of

CONTROLLER = "controller"
"""The controller's own name in presence and in the source of events."""

CONTENT_TYPE = "application/cloudevents+json"


def cloud_event(fact: Fact, source: str) -> Json:
    """The fact as a CloudEvent; ``source``: ``/branch/{id}/{node}``."""
    told = {"reason": None} | data_of(fact.event)
    data = told | {"sequence": fact.sequence, "by": actor_json(fact.by)}
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
        "data": data,
    }


def type_of(name: str) -> str:
    """The type of an event by its name: ``kiosk.ticket.called.v1``."""
    return f"kiosk.{name}.v{VERSION}"


def traceparent(correlation: str, id_: str) -> str:
    """W3C Trace Context: what has one correlation id is one trace, each event a span of it.

    Both are UUIDs: the trace has the digits of the one, the span the last 16 of the other.
    """
    return f"00-{correlation.replace('-', '')}-{id_.replace('-', '')[-16:]}-00"
