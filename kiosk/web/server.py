"""The web server: uvicorn on a socket of its own, in the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiosk.ports import KioskError
from kiosk.settings import TlsSection

BACKLOG = 512

LONGEST_HEAD = 512_000
"""Bytes; a request whose headers end before is told in words that they are too large."""


class AddressUnavailable(KioskError):
    """The machine can't listen where it should."""


def listening(listen: str) -> socket.socket:
    """A socket that listens at ``host:port``; port 0: a free one. Raises AddressUnavailable."""
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
        raise AddressUnavailable(f"[http] listen {listen}: {error.strerror}") from error
    return opened


async def serve(app: Starlette, opened: socket.socket, tls: TlsSection | None = None) -> None:
    """Serve until cancelled; then WebSockets are closed first and all ends within a second."""
    server = _Server(_config(app, tls or TlsSection()))
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


def _config(app: Starlette, tls: TlsSection) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="websockets-sansio",
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
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
        ssl_certfile=tls.certificate or None,
        ssl_keyfile=tls.key or None,
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


_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
