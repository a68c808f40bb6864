"""The outbox: every fact of the log is published at least once, in the log's order.

The log is the queue. While the outbox keeps up, facts are published as the feed hands them on; else
pages of the log are. Nothing is remembered but one place in the log.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol

from kiosk.domain.events import Fact
from kiosk.flow.feed import Feed, Follower
from kiosk.messaging.cursor import Cursor
from kiosk.ports import Message, Publisher

IN_FLIGHT = 100
PAGE = 500
STEP_BACK = 60.0
"""Seconds of connection that are published again after each reconnect: the broker saves its memory
every 10 s, so what it confirmed just before it was killed may be gone."""
TICK = 1.0
"""Seconds between two looks at what is safe by now."""


class Facts(Protocol):
    """The log, as far as the outbox reads it."""

    def read(self, after: int, limit: int) -> list[Fact]:
        """Up to ``limit`` facts with a sequence above ``after``, in order."""
        ...

    def last_sequence(self) -> int:
        """The sequence of the latest fact; 0 in an empty log."""
        ...


class Outbox:
    """Publishes the log. :meth:`run` is one connection's worth of it."""

    def __init__(
        self,
        log: Facts,
        feed: Feed,
        cursor: Cursor,
        messages_of: Callable[[Fact], tuple[Message, ...]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._feed = feed
        self._cursor = cursor
        self._messages_of = messages_of
        self._monotonic = monotonic
        self._safe: int | None = None
        """Everything up to here survives a broker that is killed; None: not loaded yet."""
        self._confirmed = 0
        """Everything up to here is confirmed within this connection."""
        self.published = 0
        """The highest sequence up to which everything has been confirmed."""

    def __repr__(self) -> str:
        return f"<Outbox at {self.published}>"

    @property
    def lag(self) -> int:
        """Facts of the log that no broker has confirmed yet. Reads the log."""
        return self._log.last_sequence() - self.published

    async def run(self, publisher: Publisher) -> None:
        """Publish until the broker is lost; raises BrokerLost, alone or in a group."""
        with self._feed.follow() as follower:
            self._confirmed = await self._begin()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_cursor(), name="outbox cursor")
                window = _Window(publisher, self._confirm)
                group.create_task(window.lost(), name="outbox window")
                after = self._confirmed
                while True:
                    after = await self._catch_up(after, window, group)
                    after = await self._keep_up(after, follower, window)

    async def _begin(self) -> int:
        """The place to begin at: nothing after it is sure to have outlived the broker."""
        if self._safe is None:
            self._safe = await asyncio.to_thread(self._cursor.load)
        # A log that was restored from a backup may be shorter than it was.
        last = await asyncio.to_thread(self._log.last_sequence)
        self._safe = min(self._safe, last)
        self.published = min(max(self.published, self._safe), last)
        return self._safe

    async def _catch_up(self, after: int, window: "_Window", group: asyncio.TaskGroup) -> int:
        """Publish from the log until its end; a page is read while the one before goes out."""
        page = await self._page(after)
        while page:
            after = page[-1].sequence
            following = group.create_task(self._page(after), name="outbox page")
            for fact in page:
                await window.send(fact.sequence, self._messages_of(fact))
            page = await following
        return after

    async def _page(self, after: int) -> list[Fact]:
        return await asyncio.to_thread(self._log.read, after, PAGE)

    async def _keep_up(self, after: int, follower: Follower, window: "_Window") -> int:
        """Publish what the feed hands on, until it has left something out."""
        while True:
            for fact in await follower.next():
                if fact.sequence <= after:
                    continue
                if fact.sequence > after + 1:
                    return after
                await window.send(fact.sequence, self._messages_of(fact))
                after = fact.sequence
            if follower.missed:
                follower.missed = False
                return after

    def _confirm(self, sequence: int) -> None:
        self._confirmed = sequence
        self.published = max(self.published, sequence)

    async def _keep_cursor(self) -> None:
        """Move the safe place on, ``STEP_BACK`` seconds of connection behind what is confirmed."""
        marks: deque[tuple[float, int]] = deque()
        while True:
            now = self._monotonic()
            marks.append((now, self._confirmed))
            safe = self._safe
            while marks and marks[0][0] <= now - STEP_BACK:
                safe = marks.popleft()[1]
            if safe is not None and safe != self._safe:
                # A disk that takes nothing is told by the desk; what is told twice does no harm.
                with suppress(OSError):
                    await asyncio.to_thread(self._cursor.save, safe)
                    self._safe = safe
            await asyncio.sleep(TICK)


class _Window:
    """Messages under way, in order. ``confirm`` is told up to where all of them are confirmed."""

    def __init__(self, publisher: Publisher, confirm: Callable[[int], None]) -> None:
        self._publisher = publisher
        self._confirm = confirm
        self._free = asyncio.Semaphore(IN_FLIGHT)
        self._sent: deque[tuple[int | None, asyncio.Future[None]]] = deque()
        """Beside the last message of each fact, its sequence."""
        self._lost: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

    async def lost(self) -> NoReturn:
        """Wait for a message that isn't confirmed. Raises BrokerLost."""
        await self._lost

    async def send(self, sequence: int, messages: Sequence[Message]) -> None:
        """Let a fact's messages go; waits only while too many are under way."""
        for left, message in enumerate(messages, 1 - len(messages)):
            await self._free.acquire()
            confirmed = self._publisher.publish(message)
            self._sent.append((None if left else sequence, confirmed))
            confirmed.add_done_callback(self._settle)

    def _settle(self, confirmed: asyncio.Future[None]) -> None:
        self._free.release()
        lost = None if confirmed.cancelled() else confirmed.exception()
        if lost and not self._lost.done():
            self._lost.set_exception(lost)
        while self._sent and _succeeded(self._sent[0][1]):
            sequence, _ = self._sent.popleft()
            if sequence is not None:
                self._confirm(sequence)


def _succeeded(confirmed: asyncio.Future[None]) -> bool:
    return confirmed.done() and not confirmed.cancelled() and confirmed.exception() is None
