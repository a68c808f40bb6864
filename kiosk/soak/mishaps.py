"""What goes wrong in a branch now and then, done to it on purpose, and mended."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from kiosk.bench.caller import Caller
from kiosk.soak.crowd import Diary

LASTS = (2.0, 15.0)
"""Seconds that a mishap lasts, from … to."""
TOLD_WITHIN = 30.0
"""Seconds in which the branch says what it can't fail to notice."""
HEALED_WITHIN = 90.0
"""Seconds in which it is as before, once that is mended."""
LOOK_EVERY = 0.25


def nothing() -> None:
    """What heals by itself is mended by nobody."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that goes wrong."""

    name: str
    begin: Callable[[], None]
    mend: Callable[[], None] = nothing
    tells: str | None = None
    """The device of which ``/health`` tells a fault, whoever uses the branch meanwhile."""
    closes: bool = False
    """Nothing can be taken on record meanwhile: then the branch must refuse what it is asked."""
    settled: float = 0
    """Seconds that the branch must have run before."""


async def degraded(watch: Caller) -> set[str]:
    """The devices of which ``/health`` tells a fault; ``watch`` may see that."""
    health = json.loads(await watch.text("/health"))
    return {one["device"] for one in health.get("degradations", ())}


class Mishaps:
    """One thing after the other, each mended and healed before the next. :meth:`run` is its task.

    Each kind comes as often as any other, one after ``every`` seconds, more or less. ``told`` gives
    the devices of which the branch says that they don't work. What the branch should have done, and
    didn't, is a fault in the diary.
    """

    def __init__(
        self,
        kinds: Sequence[Mishap],
        told: Callable[[], Awaitable[set[str]]],
        diary: Diary,
        luck: Random,
        every: float,
    ) -> None:
        self._kinds, self._told, self._diary = kinds, told, diary
        self._luck, self._every = luck, every

    async def run(self) -> None:
        """Until cancelled."""
        began = time.monotonic()
        while True:
            for mishap in self._luck.sample(self._kinds, len(self._kinds)):
                await asyncio.sleep(self._luck.expovariate(1 / self._every))
                if time.monotonic() - began >= mishap.settled:
                    await self._suffer(mishap)

    async def _suffer(self, mishap: Mishap) -> None:
        before = await self._told()
        self._diary.happened[mishap.name] += 1
        self._diary.closed = mishap.closes
        mishap.begin()
        try:
            await asyncio.sleep(self._luck.uniform(*LASTS))
            await self._noticed(mishap)
        finally:
            mishap.mend()
        await self._healed(mishap, before)
        self._diary.closed = False

    async def _noticed(self, mishap: Mishap) -> None:
        device = mishap.tells
        if device and not await self._within(TOLD_WITHIN, lambda told: device in told):
            self._diary.faults.append(f"{mishap.name}: nobody was told")

    async def _healed(self, mishap: Mishap, before: set[str]) -> None:
        began = time.monotonic()
        if await self._within(HEALED_WITHIN, lambda told: told <= before):
            self._diary.timed("healing", time.monotonic() - began)
        else:
            left = ", ".join(sorted(await self._told() - before))
            self._diary.faults.append(f"{mishap.name}: {left} did not heal")

    async def _within(self, seconds: float, condition: Callable[[set[str]], bool]) -> bool:
        """Whether this comes to be true of the devices that ``/health`` tells faults of."""
        began = time.monotonic()
        while not condition(await self._told()):
            if time.monotonic() - began > seconds:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True
