"""The schemas of events: a CloudEvent of each kind, and of what its data tell."""

from kiosk.protocols.schemas import ENDING, REFERENCE, Json, Schemas, plain
from kiosk.shapes.cloudevents import Certain, CloudEvent, type_of
from kiosk.wire import KINDS, MoreOfTicket, shape_of

TOLD = (CloudEvent, Certain, MoreOfTicket, *{shape_of(name): None for name in KINDS})
"""What the schemas of events are made of."""


_EVENT = {"$ref": REFERENCE + "Event"}
# Both are put together of texts that were written before.
EVENTS_ANSWER: Json = {
    "type": "object",
    "description": "Events that the caller may see; `next` is the following `after`.",
    "properties": {
        "events": {"type": "array", "items": _EVENT},
        "next": {"type": "integer"},
    },
    "required": ["events", "next"],
}
CHANGE: Json = {
    "type": "object",
    "description": "What happened since.",
    "properties": {"event": _EVENT, "sequence": {"type": "integer"}},
    "required": ["event", "sequence"],
}


def event_schemas(schemas: Schemas) -> dict[str, Json]:
    """By name: ``TicketCalledEvent`` for each kind, ``TicketFact`` for each shape of data, ``Event``
    for any, and in what they are sent.
    """
    facts = {fact_of(name): _fact(schemas, name) for name in KINDS}
    events = {event_of(name): _event(schemas, name) for name in KINDS}
    any_ = {"anyOf": [{"$ref": REFERENCE + name} for name in events]}
    return facts | events | {"Event": any_, "EventsAnswer": EVENTS_ANSWER, "FeedChange": CHANGE}


def event_of(name: str) -> str:
    """The name of the schema of ``ticket.called``: ``TicketCalledEvent``."""
    words = name.replace(".", "_").split("_")
    return "".join(word.capitalize() for word in words) + "Event"


def fact_of(name: str) -> str:
    """The name of the schema of its data: ``TicketFact``."""
    return shape_of(name).__name__.removesuffix(ENDING) + "Fact"


def _fact(schemas: Schemas, name: str) -> Json:
    shape = schemas.resolved(schemas.told(shape_of(name)))
    parts = [schemas.resolved(schemas.told(Certain)), shape]
    if shape_of(name) is shape_of("ticket.issued"):
        parts.append(schemas.resolved(schemas.told(MoreOfTicket)))
    return {
        "type": "object",
        "description": shape["description"],
        "properties": {key: one for part in parts for key, one in part["properties"].items()},
        "required": list(dict.fromkeys(key for part in parts for key in part["required"])),
    }


def _event(schemas: Schemas, name: str) -> Json:
    frame = schemas.resolved(schemas.told(CloudEvent))
    own = {
        "type": {"const": type_of(name), "type": "string"},
        "data": {"$ref": REFERENCE + fact_of(name)},
    }
    return frame | {
        "description": plain(KINDS[name].__doc__),
        "properties": frame["properties"] | own,
    }
