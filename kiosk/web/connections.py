"""Connections of the web server: how many there may be, how long each may take, how they are refused."""

import asyncio
import logging
from http import HTTPStatus
from typing import Any, cast

from starlette.applications import Starlette
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from kiosk.web.crowd import gives_way, source_of

LONGEST_HEAD = 512_000
"""Bytes; a request whose headers end before is told in words that they are too large."""

_LOG = logging.getLogger(__name__)
# Anybody can send nonsense; only what goes wrong here is worth a line.
_LOG.setLevel(logging.ERROR)


class Answers(asyncio.Transport):
    """Where answers are written: uvicorn gives head and body one by one, they go out in one packet.

    A head whose body takes its time goes out alone.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep a head until the body comes or the loop has gone round."""
        if self._head is None:
            self._head = bytes(data)
            self._loop.call_soon(self.flush)
        else:
            head, self._head = self._head, None
            self._transport.writelines((head, data))

    def flush(self) -> None:
        """Let go what is kept, if anything is and anybody is there."""
        head, self._head = self._head, None
        if head and not self._transport.is_closing():
            self._transport.write(head)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()


class Connection(HttpToolsProtocol):
    """One of staff, windows and programs.

    When there are more than the machine has sockets for, one of those who have the most is hung up
    on, and so is whoever takes too long over a request: others wait for that place. What isn't HTTP
    is answered with what ``app.state.farewells`` has for the status, else bare.
    """

    most = 500
    """Connections at once: the machine's files and sockets are for the branch."""
    patience = 20.0
    """Seconds for which one may be quiet at first, or in the middle of a request."""

    source: str = ""
    since: float = 0.0

    _deadline: asyncio.TimerHandle | None = None
    _answers: Answers
    _in_head: bool = False
    _head: int = 0
    """Bytes that came while headers were unfinished, whole reads counted."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.logger = _LOG
        self.source, self.since = _source(self), self.loop.time()
        self._answers = Answers(transport, self.loop)
        self._limit()
        if len(self.connections) > self.most:
            self._make_room()

    @property
    def worth(self) -> int:
        """Whoever is being answered loses more than who is quiet, and who has asked nothing least."""
        if self._deadline is not None:
            return 0
        return 1 if self.cycle.response_complete else 2

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > LONGEST_HEAD and not self.transport.is_closing():
                self._part(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        self._in_head, self._head = True, 0
        super().on_message_begin()
        if self._deadline is None:
            self._limit()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        if self.cycle is not None:  # None: it asks for a WebSocket first of all
            self.cycle.transport = self._answers

    def on_message_complete(self) -> None:
        self._unlimit()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._answers.flush()  # of an answer without a body nothing else comes
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """Pings tell from here on whether anybody is there."""
        self._unlimit()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Told by the parser, in words that only its author understands."""
        self._part(HTTPStatus.BAD_REQUEST)

    def _part(self, status: HTTPStatus) -> None:
        app = cast(Starlette, self.config.app)
        told = app.state.farewells.get(status) or Response(status_code=status)
        headers = [*self.server_state.default_headers, *told.raw_headers, (b"connection", b"close")]
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        lines += [name + b": " + value for name, value in headers]
        self._answers.write(b"\r\n".join([*lines, b"", told.body]))
        self._answers.close()

    def _make_room(self) -> None:
        connections = cast("set[Connection | SocketConnection]", self.connections)
        present = [one for one in connections if not one.transport.is_closing()]
        if len(present) > self.most:
            gives_way(present).transport.abort()

    def _limit(self) -> None:
        self._deadline = self.loop.call_later(self.patience, self.transport.abort)

    def _unlimit(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class StrangersConnection(Connection):
    """One of somebody whom the branch doesn't know."""

    most = 400
    patience = 15.0


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket. To be refused is an answer, and none that goes to the journal."""

    source: str = ""
    since: float = 0.0
    worth = 3

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.source, self.since = _source(self), self.loop.time()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True


def _source(connection: HttpToolsProtocol | WebSocketsSansIOProtocol) -> str:
    return source_of(connection.client[0] if connection.client else "")
