"""Turns at something that takes one at a time: whoever asks seldom isn't kept waiting by who asks often."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from kiosk.flow.attempts import TooManyAttempts

Waiting = deque["asyncio.Future[None]"]


class Turns:
    """One at a time; sources take turns, however many of theirs are waiting.

    Of one source ``most_of_one`` may wait, of all ``most``.
    """

    def __init__(self, most_of_one: int, most: int) -> None:
        self._most_of_one = most_of_one
        self._most = most
        self._busy = False
        self._waiting: dict[Hashable, Waiting] = {}

    @asynccontextmanager
    async def turn(self, source: Hashable) -> AsyncIterator[None]:
        """Wait for a turn of this source. Raises TooManyAttempts when too many wait already."""
        if self._busy:
            await self._wait(source)
        self._busy = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, source: Hashable) -> None:
        waiting = self._waiting.get(source, deque())
        if len(waiting) >= self._most_of_one or sum(map(len, self._waiting.values())) >= self._most:
            raise TooManyAttempts(1)
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._waiting[source] = waiting
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given, and nobody takes it
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            source = next(iter(self._waiting))
            waiting = self._waiting.pop(source)
            turn = waiting.popleft()
            if waiting:
                self._waiting[source] = waiting  # behind the others
            if not turn.cancelled():
                turn.set_result(None)
                return
        self._busy = False
