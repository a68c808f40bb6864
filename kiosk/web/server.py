"""The web server: uvicorn on a socket of its own, in the running event loop."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import cast

import uvicorn
from starlette.applications import Starlette

from kiosk.ports import KioskError
from kiosk.settings.listeners import HttpSection
from kiosk.web.connections import Connection, SocketConnection, StrangersConnection
from kiosk.web.handshakes import Handshakes

BACKLOG = 512

STRICT_TRANSPORT = ("strict-transport-security", "max-age=15552000")
"""Half a year in which a browser that came by TLS comes no other way (RFC 6797)."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104

UNHEARD = 30_000
"""Milliseconds after which a connection is given up whose other end takes nothing (RFC 5482)."""


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
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD)
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
    server = _Server(_config(app, tls, strangers), opened, tls)
    serving = asyncio.create_task(server.serve_here(), name="web server")
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        app.state.closing.set()
        server.stop()
        await serving
        raise
    finally:
        opened.close()


def _config(app: Starlette, tls: ssl.SSLContext | None, strangers: bool) -> uvicorn.Config:
    connection = StrangersConnection if strangers else Connection
    return uvicorn.Config(
        app,
        http=connection,
        ws="none" if strangers else SocketConnection,
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
        timeout_keep_alive=15 if strangers else 30,
        timeout_graceful_shutdown=1,
        headers=[STRICT_TRANSPORT] if tls else [],
    )


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs the branch, and looks at the time once a second.

    TLS is spoken before uvicorn takes a connection over: it would wait a minute for each handshake.
    """

    def __init__(
        self, config: uvicorn.Config, opened: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()
        self._opened = opened
        self._tls = tls

    async def serve_here(self) -> None:
        """Serve until :meth:`stop`."""
        await self.serve(sockets=[] if self._tls else [self._opened])

    def stop(self) -> None:
        """End what :meth:`serve_here` does."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        async with asyncio.TaskGroup() as group:
            accepting = group.create_task(self._accept(self._tls), name="TLS arrivals")
            while not await self.on_tick(0):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), 1)
            accepting.cancel()

    async def _accept(self, tls: ssl.SSLContext | None) -> None:
        if tls:
            self._opened.setblocking(False)
            await Handshakes(tls, self._connection).accept(self._opened)

    def _connection(self) -> asyncio.Protocol:
        kind = cast(type[Connection], self.config.http_protocol_class)
        return kind(self.config, self.server_state, self.lifespan.state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
