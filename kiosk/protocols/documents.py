"""The protocol documents as texts, by the names of their files."""

import json
from collections.abc import Iterable

from starlette.routing import BaseRoute

from kiosk.protocols.openapi import openapi
from kiosk.protocols.schemas import Json


def texts(routes: Iterable[BaseRoute]) -> dict[str, str]:
    """``openapi.json`` of the application's routes."""
    return {"openapi.json": _text(openapi(routes))}


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
