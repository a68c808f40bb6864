"""What happens at a kiosk, in one line: cards and touches, answers, the hall's changes, time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from kiosk.domain.refusals import Refused
from kiosk.domain.visit import Touch
from kiosk.flow.feed import Feed
from kiosk.flow.receipt import Receipt
from kiosk.flow.stay import Visit
from kiosk.identities import CardReading
from kiosk.ports import LogUnavailable


@dataclass(frozen=True, slots=True)
class Answered:
    """The directory answered in time, or its time is over."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Issued:
    """The ticket is on disk."""

    visit: Visit
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NotIssued:
    """No ticket could be given."""

    visit: Visit
    why: Refused | LogUnavailable


@dataclass(frozen=True, slots=True)
class HallChanged:
    """Facts happened."""


@dataclass(frozen=True, slots=True)
class SecondPassed:
    """Time went on."""


Happening = CardReading | Touch | Answered | Issued | NotIssued | HallChanged | SecondPassed


class Inbox:
    """Everything that happens at the kiosk, in the order in which it happened."""

    def __init__(self) -> None:
        self._happened: asyncio.Queue[Happening] = asyncio.Queue()
        self.put = self._happened.put_nowait
        self.get = self._happened.get

    async def pump(self, source: AsyncIterator[CardReading] | AsyncIterator[Touch]) -> None:
        """Take in what readers and screens tell."""
        async for happened in source:
            self.put(happened)

    async def follow(self, feed: Feed) -> None:
        """Take in that the hall changed; it is read anew anyway, so nothing is ever missed."""
        with feed.follow() as follower:
            while True:
                await follower.next()
                follower.missed = False
                self.put(HallChanged())

    async def tick(self) -> None:
        """Take in that time goes on."""
        while True:
            await asyncio.sleep(1)
            self.put(SecondPassed())
