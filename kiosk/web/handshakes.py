"""TLS handshakes of whoever comes: each has its time, and no source takes all the room."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from kiosk.web.crowd import gives_way, source_of

logger = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds that a handshake may take: a poor wireless network loses a packet or three."""
MOST = 100
"""At once; more than PADs need that all come back at the same moment."""
PAUSE = 0.5
"""Seconds until somebody is let in again when the machine has no file for one more."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """Somebody whose handshake is under way."""

    source: str
    since: float
    line: socket.socket
    shaking: "asyncio.Task[None]"
    worth: ClassVar[int] = 0


class Handshakes:
    """Takes whoever calls at a listening socket, and hands on those who speak TLS."""

    def __init__(self, tls: ssl.SSLContext, handed_on: Callable[[], asyncio.Protocol]) -> None:
        self._tls = tls
        self._handed_on = handed_on
        self._arrivals: set[Arrival] = set()

    async def accept(self, opened: socket.socket) -> None:
        """Let people in until cancelled; then nobody is left half inside."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    line, address = await loop.sock_accept(opened)
                except OSError as error:
                    logger.error("nobody is let in for a moment: %s", error)
                    await asyncio.sleep(PAUSE)
                    continue
                shaking = group.create_task(self._shake_hands(line), name="TLS handshake")
                self._admit(Arrival(source_of(address[0]), loop.time(), line, shaking))

    def _admit(self, arrival: Arrival) -> None:
        self._arrivals.add(arrival)
        arrival.shaking.add_done_callback(lambda _: self._leave(arrival))
        if len(self._arrivals) > MOST:
            leaving = gives_way(self._arrivals)
            self._arrivals.discard(leaving)
            leaving.shaking.cancel()

    def _leave(self, arrival: Arrival) -> None:
        self._arrivals.discard(arrival)
        if arrival.shaking.cancelled():  # perhaps before it began
            arrival.line.close()

    async def _shake_hands(self, line: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):  # theirs: hung up, late, or no TLS at all
            await loop.connect_accepted_socket(
                self._handed_on, line, ssl=self._tls, ssl_handshake_timeout=PATIENCE
            )
