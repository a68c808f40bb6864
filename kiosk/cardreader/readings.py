"""What a reader has read and nobody has taken yet."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from kiosk.domain.ids import CardToken
from kiosk.identities import CardPresented, CardReading, DocumentPresented, DocumentToken

ONE_READING = 3.0
"""Seconds within which the same card, shown again, is the same reading."""

_MOST_UNTAKEN = 16


class Readings:
    """The readings of one reader, for one taker."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._untaken: asyncio.Queue[CardReading] = asyncio.Queue(_MOST_UNTAKEN)
        self._latest: tuple[CardToken | DocumentToken, float] | None = None

    def from_now_on(self) -> AsyncIterator[CardReading]:
        """Every reading from now on; see :class:`~kiosk.ports.CardReader`."""
        self._untaken = asyncio.Queue(_MOST_UNTAKEN)
        return self._taken(self._untaken)

    def present(self, reading: CardPresented | DocumentPresented) -> None:
        """Hand on that a card was read, unless it is the latest one once more within 3 s."""
        now = self._monotonic()
        if self._latest is not None:
            latest, at = self._latest
            if reading.token == latest and now - at < ONE_READING:
                return
        self._latest = (reading.token, now)
        self.hand_on(reading)

    def hand_on(self, reading: CardReading) -> None:
        """Put a reading before the taker."""
        # A reading that nobody took for so long is of a person who has left.
        if self._untaken.full():
            self._untaken.get_nowait()
        self._untaken.put_nowait(reading)

    async def _taken(self, untaken: asyncio.Queue[CardReading]) -> AsyncIterator[CardReading]:
        while True:
            yield await untaken.get()
