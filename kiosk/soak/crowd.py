"""Everybody in a branch that is soaked: people who come as in a scenario, tellers, and PADs that look on."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from random import Random

from kiosk.bench.caller import Caller, Json, Refusal
from kiosk.bench.touch import Touch
from kiosk.cardreader.simulator import SampleCard, SimulatedCardReader
from kiosk.domain.calling import DOUBLE_PRESS
from kiosk.domain.queue import VIP
from kiosk.sim.people import Person, people
from kiosk.sim.scenario import Scenario
from kiosk.tasks import end

AT_THE_SCREEN = 0.5
"""Share of people who touch the screen; the others' numbers are asked for over HTTP."""
WITH_A_CARD = 0.4
"""Share of those who swipe one there, besides the bank's best clients, who all do."""
BADLY_SWIPED = 0.1
MOST_AT_THE_SCREEN = 5
"""Who finds more people before the screen asks the staff."""
IDLE_WITHIN = 90.0


@dataclass
class Diary:
    """What happened, and how long each answer took: seconds, by what was asked."""

    issued: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    took: dict[str, deque[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What must not happen."""
    closed: bool = False
    """Nothing can be taken on record just now, so whoever wants something must be refused."""
    given: dict[str, str] = field(default_factory=dict)
    """The numbers that were acknowledged over HTTP, by their ticket."""
    shown: list[str] = field(default_factory=list)
    """The numbers that the screen showed."""
    swiped: list[str] = field(default_factory=list)
    """Those of them whose owner swiped a card that the directory knows."""

    def timed(self, what: str, seconds: float) -> None:
        """An answer came."""
        self.took.setdefault(what, deque()).append(seconds)

    def latest_times(self) -> Iterator[tuple[str, list[float]]]:
        """What was timed since the last time this was asked."""
        for what, times in self.took.items():
            taken = list(times)
            times.clear()
            if taken:
                yield what, taken


async def asked(caller: Caller, diary: Diary, path: str, body: Json | None = None) -> Json | None:
    """What was answered; None when it was refused, which is a fault unless the branch had to."""
    try:
        return await caller.post(path, body)
    except Refusal as refusal:
        if diary.closed and refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
            diary.happened["refused while nothing could be written"] += 1
        else:
            diary.faults.append(str(refusal))
        return None


async def arrivals(scenario: Scenario, pace: float, seed: str) -> AsyncIterator[Person]:
    """People as they come, day after day without a night, ``pace`` times as fast as there."""
    began, before = time.monotonic(), 0.0
    for number in count():
        for person in people(scenario, Random(f"{seed}/{number}")):  # noqa: S311 - no cryptography
            at = began + 60 * (before + person.comes) / pace
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            yield person
        before += scenario.open_for


class Doorway:
    """Gives each person who comes a number, at the screen or by asking for it."""

    def __init__(
        self,
        terminal: Caller,
        touch: Touch,
        reader: SimulatedCardReader,
        cards: Mapping[str, SampleCard],
        *,
        diary: Diary,
        luck: Random,
    ) -> None:
        self._terminal, self._touch, self._reader = terminal, touch, reader
        self._cards, self._diary, self._luck = cards, diary, luck
        self._line: asyncio.Queue[Person] = asyncio.Queue()

    async def open(self, coming: AsyncIterator[Person]) -> None:
        """Until cancelled."""
        async for person in coming:
            by_screen = self._luck.random() < AT_THE_SCREEN
            if by_screen and self._line.qsize() < MOST_AT_THE_SCREEN:
                self._line.put_nowait(person)
            else:
                await self._ask()

    async def at_the_screen(self) -> None:
        """One after the other; until cancelled."""
        while True:
            person = await self._next_person()
            try:
                await self._visit(person)
                self._diary.happened["visits at the screen"] += 1
            except TimeoutError:
                self._diary.happened["visits given up"] += 1
                await self._leave()

    async def _next_person(self) -> Person:
        looking_on = asyncio.create_task(self._touch.look_on())
        try:
            return await self._line.get()
        finally:
            await end(looking_on)

    async def _ask(self) -> None:
        began = time.perf_counter()
        wish = {"service": "cash", "print": False}
        if answer := await asked(self._terminal, self._diary, "/tickets", wish):
            self._diary.timed("issue", time.perf_counter() - began)
            self._diary.issued += 1
            self._diary.given[answer["id"]] = answer["number"]

    async def _visit(self, person: Person) -> None:
        vip = person.priority_class == VIP
        swiping = vip or self._luck.random() < WITH_A_CARD
        began = time.perf_counter()
        known = swiping and await self._swipe("gold" if vip else "everyday")
        if not swiping:
            await self._touch.press("language:en")
        await self._touch.until(lambda screen: screen["kind"] == "services")
        if swiping:
            self._diary.timed("swipe", time.perf_counter() - began)
        touched = time.perf_counter()
        await self._touch.press("service:cash")
        screen = await self._touch.until(lambda screen: screen["kind"] == "ticket")
        self._diary.timed("touch", time.perf_counter() - touched)
        self._diary.issued += 1
        self._diary.shown.append(screen["ticket"])
        if known:
            self._diary.swiped.append(screen["ticket"])
        await self._leave()

    async def _swipe(self, card: str) -> bool:
        """Whether it was done as one should."""
        if self._luck.random() < BADLY_SWIPED:
            await self._reader.swipe_garbled(self._cards[card])
            self._diary.happened["bad swipes"] += 1
            return False
        await self._reader.swipe(self._cards[card])
        self._diary.happened["swipes"] += 1
        return True

    async def _leave(self) -> None:
        """Press *cancel* where there is one, and wait for the idle screen."""
        deadline = time.monotonic() + IDLE_WITHIN
        while self._touch.screen["kind"] != "idle" and time.monotonic() < deadline:
            if any(one["action"] == "cancel" for one in self._touch.screen["buttons"]):
                await self._touch.press("cancel")
            with suppress(TimeoutError):
                await self._touch.until(lambda screen: True)


class Teller:
    """At one counter: calls, serves as long as it takes, and calls again."""

    def __init__(
        self, counter: str, caller: Caller, diary: Diary, service: float, luck: Random
    ) -> None:
        """``service``: seconds that serving takes, on average."""
        self._path = f"/counters/{counter}"
        self._caller, self._diary = caller, diary
        self._service, self._luck = service, luck

    async def work(self) -> None:
        """Until cancelled."""
        await asked(self._caller, self._diary, f"{self._path}/open")
        while True:
            await self._call()
            await asyncio.sleep(
                DOUBLE_PRESS.total_seconds() + self._luck.expovariate(1 / self._service)
            )

    async def _call(self) -> None:
        began = time.perf_counter()
        answer = await asked(self._caller, self._diary, f"{self._path}/next")
        if not answer:
            return
        self._diary.timed("next", time.perf_counter() - began)
        if answer["ticket"]:
            self._diary.happened["calls"] += 1
            await asked(self._caller, self._diary, f"{self._path}/start")


class Pad:
    """Looks on over the feed, and comes back after a while."""

    def __init__(self, port: int, token: str, diary: Diary, luck: Random) -> None:
        self._address = f"ws://127.0.0.1:{port}/api/v1/feed"
        self._token, self._diary, self._luck = token, diary, luck

    async def look_on(self) -> None:
        """Until cancelled."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed

        headers = {"Authorization": f"Bearer {self._token}"}
        while True:
            async with connect(
                self._address,
                additional_headers=headers,
                compression=None,
                max_size=None,
                proxy=None,
            ) as line:
                self._diary.happened["PADs that came"] += 1
                try:
                    async with asyncio.timeout(self._luck.uniform(5, 120)):
                        async for _ in line:
                            self._diary.happened["messages at PADs"] += 1
                except TimeoutError:
                    continue
                except ConnectionClosed as why:
                    self._diary.happened[f"PADs that lost their connection: {why}"] += 1
