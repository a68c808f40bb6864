"""The protocol documents, for whoever programs against this branch; ``scripts/protocols`` writes them."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "protocols"


class ProtocolRoutes:
    """``/openapi.json``, ``/asyncapi.json``, ``/message-schemas.json``"""

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [
            Route("/api/v1/openapi.json", self.openapi, name="openapi"),
            Route("/api/v1/asyncapi.json", self.asyncapi, name="asyncapi"),
            Route("/api/v1/message-schemas.json", self.schemas, name="message-schemas"),
        ]

    async def openapi(self, request: Request) -> Response:
        """This document."""
        return await _answer("openapi.json")

    async def asyncapi(self, request: Request) -> Response:
        """What the branch tells over MQTT and its feed, in AsyncAPI 3.0."""
        return await _answer("asyncapi.json")

    async def schemas(self, request: Request) -> Response:
        """The JSON Schemas of all messages, by name."""
        return await _answer("message-schemas.json")


async def _answer(name: str) -> Response:
    """Read anew each time: it is asked for once in a PAD's life and would be memory for ever."""
    content = await asyncio.to_thread((FOLDER / name).read_bytes)
    return Response(content, media_type="application/json")
