"""A window's line to the controller: JSON objects in and out, for ever trying again."""

import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    from websockets.sync.client import ClientConnection

Json = dict[str, Any]

BACKOFF_FIRST, BACKOFF_MOST = 0.2, 2.0
"""Seconds between one try and the next, doubling."""

KEEPALIVE = 5.0
"""Seconds between pings, and for each answer: how soon a controller's silence is noticed."""


class Connection:
    """Talks to the feed in a thread of its own.

    ``received`` gets each message and ``lost`` is told whenever there is no connection any more;
    both are called from that thread. By TLS (``wss:``) it talks to nobody but to whom the
    ``certificate`` in this file belongs; it is read for each connection, for it is renewed.
    """

    def __init__(
        self,
        address: str,
        token: str,
        received: Callable[[Json], None],
        lost: Callable[[], None],
        certificate: Path = Path(),
    ) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._received = received
        self._lost = lost
        self._certificate = certificate
        self._closing = threading.Event()
        self._socket: ClientConnection | None = None
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def open(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def send(self, message: Json) -> None:
        """Send, or drop it while there is no connection: a touch isn't for later."""
        from websockets.exceptions import ConnectionClosed

        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                self._socket.send(json.dumps(message))

    def close(self) -> None:
        """Say goodbye; returns within half a second."""
        self._closing.set()
        if self._socket is not None:
            self._socket.close()
        self._thread.join(0.5)

    def _run(self) -> None:
        wait = BACKOFF_FIRST
        while not self._closing.is_set():
            if self._listen():
                wait = BACKOFF_FIRST
                self._lost()
            self._closing.wait(wait)
            wait = min(2 * wait, BACKOFF_MOST)

    def _listen(self) -> bool:
        """Follow one connection to its end; False when there was none."""
        from websockets.exceptions import ConnectionClosed, WebSocketException
        from websockets.sync.client import connect

        try:
            socket = connect(
                self._address,
                ssl=self._trust(),
                additional_headers=self._headers,
                compression=None,
                proxy=None,
                open_timeout=2,
                close_timeout=0.2,
                ping_interval=KEEPALIVE,
                ping_timeout=KEEPALIVE,
            )
        except (OSError, TimeoutError, WebSocketException):
            return False
        with socket, contextlib.suppress(ConnectionClosed):
            self._socket = socket
            for message in socket:
                self._received(json.loads(message))
        self._socket = None
        return True

    def _trust(self) -> "ssl.SSLContext | None":
        """Raises OSError while the file can't be read."""
        if not self._address.startswith("wss:"):
            return None
        from kiosk.machine.tls import pinned_context

        return pinned_context(self._certificate.read_text())
