"""The parameters of the API's operations, and the headers of its answers."""

import re
from collections.abc import Iterator, Mapping

from kiosk.protocols.schemas import Json
from kiosk.web.consoles import HEADER as CONSOLE

_IN_PATH: Mapping[str, str] = {
    "ticket": "The ticket's id.",
    "visit": "The visit's id.",
    "queue": "The queue's id in the settings.",
    "counter": "The counter's id in the settings.",
    "alert": "The alert's id.",
    "device": "The PAD's id.",
    "period": "A day, `2026-03-02`, or several, `2026-03-01..2026-03-07`.",
}

PARAMETERS: Json = {
    "parameters": {
        "Language": {
            "name": "Accept-Language",
            "in": "header",
            "description": "The language of texts in the answer; one of the branch's.",
            "schema": {"type": "string"},
            "example": "zh",
        },
        "Console": {
            "name": CONSOLE,
            "in": "header",
            "required": True,
            "description": "Names the page that asks: any text that no other page has.",
            "schema": {"type": "string"},
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": (
                "Any text that is used for this command alone. A repeated request is answered from"
                " the event that the first one caused, also after a crash; what caused no event is"
                " decided anew. Another address or body under the same key is refused (`key-used`)."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        "Trace": {
            "name": "traceparent",
            "in": "header",
            "description": (
                "W3C Trace Context. What the command causes is told in this trace (`traceparent` of"
                " its events), unless it is about a visit: that is a trace of its own. What can't be"
                " read is passed over."
            ),
            "schema": {"type": "string"},
            "example": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        },
    },
    "headers": {
        "Retry-After": {
            "description": "Seconds after which another try makes sense.",
            "schema": {"type": "integer"},
        },
        "Upgrade": {
            "description": "What to ask for at this address.",
            "schema": {"const": "websocket"},
        },
    },
}
HEADERS: Mapping[int, tuple[str, ...]] = {
    426: ("Upgrade",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
"""Of answers with these statuses."""


def path_parameters(path: str) -> Iterator[Json]:
    """Of the blanks in a path."""
    for name in re.findall(r"{(\w+)}", path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": _IN_PATH[name],
            "schema": {"type": "string"},
        }


def query_parameters(schema: Json) -> Iterator[Json]:
    """Of the schema of a query."""
    for name, one in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": one,
        }
