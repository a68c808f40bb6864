"""The turn of the day, for whoever has something to do when a business day is over."""

import asyncio
from collections.abc import Sequence

from kiosk.domain.events import DayOpened, Fact


class DayTurn:
    """Whether a day has begun since it was looked at last. :meth:`take` listens to the desk."""

    def __init__(self) -> None:
        self._turned = asyncio.Event()

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        if any(isinstance(fact.event, DayOpened) for fact in facts):
            self._turned.set()

    def look(self) -> None:
        """From now on only a later turn counts. Look first, then do what is due."""
        self._turned.clear()

    async def wait(self) -> None:
        """Returns when a day has begun since the last look."""
        await self._turned.wait()
