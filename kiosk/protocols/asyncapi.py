"""The AsyncAPI 3.0 document of what a branch publishes, written from topics, shapes and the access table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiosk import __version__
from kiosk.access import TOPICS, WHO_MAY
from kiosk.domain.alert import Recipient
from kiosk.domain.ids import BranchId, CounterId, QueueId
from kiosk.messaging.presence import Presence
from kiosk.messaging.telling import ALERT_EXPIRY
from kiosk.messaging.topics import Topics
from kiosk.protocols.eventschemas import TOLD, event_of, event_schemas
from kiosk.protocols.schemas import REFERENCE, Json, Schemas, plain, used
from kiosk.shapes.cloudevents import CONTENT_TYPE
from kiosk.shapes.hall import (
    BoardState,
    BranchState,
    CounterNowJson,
    PublicQueueState,
    QueueState,
)
from kiosk.web.feed import FeedEstimates, FeedSnapshot
from kiosk.wire import KINDS

ABOUT = """\
What a branch tells native PADs, the CRM, monitoring and displays of other makers. It is asked and
commanded over HTTP: see `openapi.json`.

Every message is published at least once, in the order of the branch's log, however often controller,
broker or network die. Order events by `sequence` and drop what you have seen. `prev` is the sequence
of the event before it of the same family (`event/ticket`): where that isn't the last one that you
have of this family, some are missing, and `GET /api/v1/events?after=N` has them. State messages are
retained, complete, and as of their `sequence`.

Fields may be added to any message: pass over those that you don't know. A change of meaning is a new
version of the topic or of the event's type.
"""
TOPIC = Topics(BranchId("{branch}"))
PREFIX = TOPIC.under("")
MQTT_BINDING = "0.2.0"
_BLANKS = {
    "branch": "The branch's id in its settings.",
    "queue": "The queue's id in the settings.",
    "counter": "The counter's id in the settings.",
    "role": "Everybody of a role: `lobby-manager`.",
    "device": "Whoever is signed in at this PAD.",
    "reference": "One person, by the opaque reference that sign-in answers as `user`.",
    "node": "The name of a program's token, a PAD's id, or `controller`.",
}
_ALERTS = tuple(name for name in KINDS if name.startswith("alert."))


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic: what is published there, and how."""

    id: str
    address: str
    text: str
    messages: tuple[str, ...]
    """The names of their schemas."""
    content_type: str = "application/json"
    retain: bool = False
    expiry: int | None = None
    """Seconds."""


def asyncapi() -> Json:
    """The document."""
    told = (QueueState, PublicQueueState, CounterNowJson, BoardState, BranchState, Presence)
    schemas = Schemas((), [*TOLD, *told, FeedSnapshot, FeedEstimates])
    named = schemas.named | event_schemas(schemas)
    channels = list(_channels())
    document: Json = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "kiosk, what a branch tells",
            "version": __version__,
            "description": ABOUT,
            "license": {
                "name": "Apache 2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0.html",
            },
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": {one.id: _channel(one) for one in channels},
        "operations": {f"send{_capital(one.id)}": _operation(one) for one in channels},
        "components": {
            "schemas": named,
            "messages": _messages(channels, named),
            "securitySchemes": _SECURITY,
        },
    }
    document["components"]["schemas"] = used(document, "schemas")
    return document


def message_schemas(document: Json) -> Json:
    """The schemas of the document as JSON Schemas, for whoever validates without AsyncAPI."""
    definitions = _moved(document["components"]["schemas"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The messages of a branch, by name; see asyncapi.json for where they come",
        "$defs": definitions,
    }


def _moved(part: Any) -> Any:
    match part:
        case {"$ref": str(reference)}:
            return {**part, "$ref": reference.replace(REFERENCE, "#/$defs/")}
        case dict():
            return {key: _moved(one) for key, one in part.items()}
        case list():
            return [_moved(one) for one in part]
        case _:
            return part


_UNNAMED = " Tickets' `client` is null here: displays read it too."


def _channels() -> Iterator[Channel]:
    queue, counter = QueueId("{queue}"), CounterId("{counter}")
    for id_, address, text, message in (
        ("queueState", TOPIC.queue(queue), f"Who waits, in calling order.{_UNNAMED}", "QueueState"),
        ("publicQueueState", TOPIC.public_queue(queue), "Counts and waits.", "PublicQueueState"),
        ("counterState", TOPIC.counter(counter), f"What a counter does.{_UNNAMED}", "CounterNow"),
        ("board", TOPIC.board, "What a hall board draws.", "BoardState"),
        ("branchState", TOPIC.hall, "The open day, and what doesn't work.", "BranchState"),
        ("presence", TOPIC.presence("{node}"), "Who is there; by last will.", "Presence"),
    ):
        yield Channel(id_, address, text, (message,), retain=True)
    for recipient in ("role/{role}", "pad/{device}", "user/{reference}"):
        yield Channel(
            f"alertFor{recipient.partition('/')[0].capitalize()}",
            TOPIC.alert(Recipient(recipient)),
            "Alerts for these, as they come about and end; all of them: `GET /api/v1/alerts`.",
            tuple(map(event_of, _ALERTS)),
            CONTENT_TYPE,
            expiry=ALERT_EXPIRY,
        )
    yield FEED
    for name, kind in KINDS.items():
        id_ = event_of(name)
        text = plain(kind.__doc__).partition("\n")[0]
        yield Channel(id_[0].lower() + id_[1:], TOPIC.kind(name), text, (id_,), CONTENT_TYPE)


FEED = Channel(
    "feed",
    "/api/v1/feed",
    "A snapshot of the hall, then every change, over a WebSocket.",
    ("FeedSnapshot", "FeedChange", "FeedEstimates"),
)


def _channel(one: Channel) -> Json:
    blanks = [level[1:-1] for level in one.address.split("/") if level.startswith("{")]
    return {
        "address": one.address,
        "description": one.text,
        "servers": [{"$ref": "#/servers/feed" if one is FEED else "#/servers/broker"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in one.messages},
        "parameters": {name: {"description": _BLANKS[name]} for name in blanks},
    }


def _operation(one: Channel) -> Json:
    described: Json = {
        "action": "send",
        "channel": {"$ref": f"#/channels/{one.id}"},
        "summary": one.text,
    }
    if one is FEED:
        return described | {"x-roles": sorted(WHO_MAY["feed"] or ())}
    binding: Json = {"qos": 1, "retain": one.retain, "bindingVersion": MQTT_BINDING}
    if one.expiry is not None:
        binding["messageExpiryInterval"] = one.expiry
    roles = readers(one.address.removeprefix(PREFIX))
    return described | {"x-roles": roles, "bindings": {"mqtt": binding}}


def readers(topic: str) -> list[str]:
    """The roles that may read a topic below the branch's prefix, or some of what its blanks name."""
    return sorted(
        role
        for role, rights in TOPICS.items()
        if any(_covers(one.split("/"), topic.split("/")) for one in rights.reads)
    )


def _covers(levels: list[str], topic: list[str]) -> bool:
    if levels[:1] == ["#"]:
        return True
    if not levels or not topic:
        return levels == topic
    blank = levels[0].startswith("{") or topic[0].startswith("{")
    return (blank or levels[0] == topic[0]) and _covers(levels[1:], topic[1:])


def _messages(channels: list[Channel], named: Json) -> dict[str, Json]:
    return {
        message: {
            "name": message,
            "title": plain(named[message].get("description")).partition(". ")[0].rstrip("."),
            "contentType": one.content_type,
            "payload": {"$ref": REFERENCE + message},
        }
        for one in channels
        for message in one.messages
    }


def _capital(id_: str) -> str:
    return id_[0].upper() + id_[1:]


_SERVERS: Json = {
    "broker": {
        "host": "{host}",
        "protocol": "mqtts",
        "protocolVersion": "5.0",
        "description": (
            "The branch's broker, at the address that sign-in tells. MQTT 3.1.1 will do: all that"
            " matters is in the JSON."
        ),
        "variables": {"host": {"description": "Host and port of `mqtt.url`."}},
        "security": [{"$ref": "#/components/securitySchemes/broker"}],
    },
    "feed": {
        "host": "{host}",
        "protocol": "wss",
        "description": "The branch's HTTP server.",
        "variables": {"host": {"description": "Host and port of the branch."}},
        "security": [{"$ref": "#/components/securitySchemes/bearer"}],
    },
}
_SECURITY: Json = {
    "broker": {
        "type": "userPassword",
        "description": (
            "`username`, `password` and `client_id` of `POST /api/v1/login`'s `mqtt`, good as long"
            " as the session; for a PAD in client mode those of"
            " `POST /api/v1/devices/{device}/client-mode`; for programs the name and token of"
            " `kiosk token add`."
        ),
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of the session."},
}
