"""The controller's end of the feed for windows that run as processes of their own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TextIO

from websockets.asyncio.server import Server, ServerConnection, serve

from tests.display.examples import Json


class FeedServer:
    """The controller's end: greets every window with the same first message."""

    def __init__(self, first: Json) -> None:
        self.first = first
        self.tokens: list[str | None] = []
        self.received: list[Json] = []
        self.connections: list[ServerConnection] = []

    async def serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.tokens.append(connection.request.headers.get("Authorization"))
        self.connections.append(connection)
        await connection.send(json.dumps(self.first))
        async for message in connection:
            self.received.append(json.loads(message))


@asynccontextmanager
async def serving(feed: FeedServer, port: int = 0) -> AsyncIterator[Server]:
    async with serve(feed.serve, "127.0.0.1", port) as server:
        yield server


def port_of(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


@asynccontextmanager
async def window(
    port: int, name: str = "touch", stderr: TextIO | None = None, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kiosk", "display", name),
        stderr=stderr,
        env=os.environ
        | {"KIOSK_FEED": f"ws://127.0.0.1:{port}/api/v1/feed?display={name}", "KIOSK_TOKEN": "t0"}
        | environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
