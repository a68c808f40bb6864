"""Lending: devices that work for the hall, and for a while for somebody who tries them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from kiosk.counterports import Buttons, CounterDisplay, Key, Sign
from kiosk.identities import CardReading
from kiosk.ports import CardReader


class LentReader:
    """A :class:`~kiosk.ports.CardReader`. While it is lent, nobody's visit begins with what is read."""

    def __init__(self, reader: CardReader) -> None:
        self._reader = reader
        self._borrower: asyncio.Queue[CardReading] | None = None

    async def readings(self) -> AsyncIterator[CardReading]:
        """See :class:`~kiosk.ports.CardReader`; a borrower's come only while somebody takes these."""
        async for reading in self._reader.readings():
            if self._borrower is None:
                yield reading
            else:
                self._borrower.put_nowait(reading)

    @contextmanager
    def borrowed(self) -> Iterator[asyncio.Queue[CardReading]]:
        """Have the readings from now on; the last one to borrow has them."""
        queue = self._borrower = asyncio.Queue()
        try:
            yield queue
        finally:
            if self._borrower is queue:
                self._borrower = None


class LentDisplay:
    """A :class:`~kiosk.counterports.CounterDisplay`. Given back it shows what the hall wants by then."""

    def __init__(self, display: CounterDisplay) -> None:
        self._display = display
        self._wanted: Sign | None = None
        self._borrowers = 0

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        """See :class:`~kiosk.counterports.CounterDisplay`."""
        self._wanted = sign
        if not self._borrowers:
            self._display.show(sign, chime=chime)

    @contextmanager
    def borrowed(self) -> Iterator[CounterDisplay]:
        """Show on it."""
        self._borrowers += 1
        try:
            yield self._display
        finally:
            self._borrowers -= 1
            if self._wanted is not None:
                self.show(self._wanted)


class LentButtons(LentDisplay):
    """A :class:`~kiosk.counterports.Buttons`. While it is lent a key calls nobody."""

    def __init__(self, buttons: Buttons) -> None:
        super().__init__(buttons)
        self._buttons = buttons
        self._pressed: asyncio.Queue[Key] = asyncio.Queue()

    async def pressed(self) -> Key:
        """See :class:`~kiosk.counterports.Buttons`; a borrower's come only while somebody takes these."""
        while True:
            key = await self._buttons.pressed()
            if not self._borrowers:
                return key
            self._pressed.put_nowait(key)

    @contextmanager
    def borrowed_keys(self) -> Iterator[tuple[CounterDisplay, asyncio.Queue[Key]]]:
        """Show on it, and have the keys that are pressed from now on."""
        with self.borrowed() as display:
            self._pressed = asyncio.Queue()
            yield display, self._pressed
