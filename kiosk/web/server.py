"""The web server: uvicorn on a socket of its own, in the running event loop."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiosk.ports import KioskError
from kiosk.settingslisteners import HttpSection

BACKLOG = 512

LONGEST_HEAD = 512_000
"""Bytes; a request whose headers end before is told in words that they are too large."""

STRICT_TRANSPORT = ("strict-transport-security", "max-age=15552000")
"""Half a year in which a browser that came by TLS comes no other way (RFC 6797)."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104

STRANGERS = 400
"""Connections on a listener for strangers: the machine's files and sockets are for the branch."""
STRANGERS_STAY = 15
"""Seconds for which a stranger's connection may be quiet, or in the middle of a request."""


class AddressUnavailable(KioskError):
    """The machine can't listen where it should."""


def listening(listen: str, key: str = "listen") -> socket.socket:
    """A socket that listens at ``host:port``; port 0: a free one.

    Raises AddressUnavailable, naming the ``key`` of ``[http]``.
    """
    host, _, port = listen.rpartition(":")
    address = host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, int(port)))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise AddressUnavailable(f"[http] {key} {listen}: {error.strerror}") from error
    return opened


def origin(http: HttpSection, opened: socket.socket) -> str:
    """How this machine itself addresses the pages on this socket: ``http://127.0.0.1:8080``."""
    scheme = "https" if http.encrypts(http.listen) else "http"
    host = http.listen.rpartition(":")[0]
    return f"{scheme}://{_EVERYWHERE.get(host, host)}:{opened.getsockname()[1]}"


async def serve(
    app: Starlette,
    opened: socket.socket,
    tls: ssl.SSLContext | None = None,
    *,
    strangers: bool = False,
) -> None:
    """Serve until cancelled; then WebSockets are closed first and all ends within a second.

    ``tls``: with the certificate that is presented; None: plain HTTP.
    ``strangers``: anybody may come, so connections are few, short and without WebSockets.
    """
    server = _Server(_config(app, tls, strangers))
    serving = asyncio.create_task(server.serve(sockets=[opened]), name="web server")
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        app.state.closing.set()
        server.stop()
        await serving
        raise
    finally:
        opened.close()


_STRANGERS_LOG = "kiosk.web.strangers"


def _config(app: Starlette, tls: ssl.SSLContext | None, strangers: bool) -> uvicorn.Config:
    # Anybody can send nonsense; only what goes wrong here is worth a line.
    logging.getLogger(_STRANGERS_LOG).setLevel(logging.ERROR)
    return uvicorn.Config(
        app,
        http=_Strangers if strangers else _Protocol,
        ws="none" if strangers else "websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        ws_ping_interval=10,
        ws_ping_timeout=10,
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=STRANGERS_STAY if strangers else 30,
        timeout_graceful_shutdown=1,
        headers=[STRICT_TRANSPORT] if tls else [],
        ssl_context_factory=(lambda *_: tls) if tls else None,
    )


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs the branch, and looks at the time once a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End what :meth:`serve` does."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(HttpToolsProtocol):
    """Turns headers without an end away before they fill the memory."""

    _in_head: bool = False
    _head: int = 0
    """Bytes that came while headers were unfinished, whole reads counted."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > LONGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()


class _Strangers(_Protocol):
    """Lets nobody fill the machine with connections or the journal with complaints."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.logger = logging.getLogger(_STRANGERS_LOG)
        if len(self.connections) > STRANGERS:
            transport.abort()
        else:
            self._limit()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._limit()

    def on_message_complete(self) -> None:
        self._unlimit()
        super().on_message_complete()

    def _limit(self) -> None:
        self._deadline = self.loop.call_later(STRANGERS_STAY, self.transport.abort)

    def _unlimit(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
