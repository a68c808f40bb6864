"""The protocol documents as texts, by the names of their files."""

import json
from collections.abc import Iterable

from starlette.routing import BaseRoute

from kiosk.protocols.asyncapi import asyncapi, message_schemas
from kiosk.protocols.openapi import openapi
from kiosk.protocols.schemas import Json


def texts(routes: Iterable[BaseRoute]) -> dict[str, str]:
    """``openapi.json`` of the application's routes, ``asyncapi.json`` and ``message-schemas.json``."""
    messages = asyncapi()
    documents = {
        "openapi.json": openapi(routes),
        "asyncapi.json": messages,
        "message-schemas.json": message_schemas(messages),
    }
    return {name: _text(one) for name, one in documents.items()}


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
