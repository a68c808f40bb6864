"""P5 and P6: a teller calls the next ticket; when a subscriber and the hall board have it."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle, islice
from typing import Any

from kiosk.bench.caller import Caller
from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import BRANCH, COUNTERS, Site, ended, serving, site
from kiosk.domain.calling import DOUBLE_PRESS
from kiosk.domain.role import Role
from kiosk.messaging.topics import Topics
from kiosk.ports import KioskError

Json = dict[str, Any]

SUBSCRIBERS = 50
BOARD = "board"
_BOARD = f"""
[[display]]
id = "{BOARD}"
kind = "board"
"""
_WARMING = 4
_WITHIN = 15.0


class Tellers:
    """One teller at each counter; they call in turn, none of them twice within a double press."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers
        self._order = cycle(callers)
        self._called: dict[str, float] = {}

    async def next(self) -> tuple[float, str]:
        """Call the next ticket: when the request went out (``time.perf_counter``), and its number."""
        counter = next(self._order)
        rest = self._called.get(counter, 0.0) + DOUBLE_PRESS.total_seconds() - time.perf_counter()
        await asyncio.sleep(max(0.0, rest) + 0.01)
        pressed = time.perf_counter()
        answer = await self._callers[counter].post(f"/counters/{counter}/next")
        self._called[counter] = time.perf_counter()
        if answer["ticket"] is None:
            raise KioskError("nobody was waiting to be called")
        return pressed, str(answer["ticket"]["number"])


async def called_to_subscriber(branch: Branch, count: int) -> Run:
    """P5. ``kiosk run`` with its broker; fifty subscribers of all events.

    From the request going out until the client that subscribed last, in a process of its own, has
    the message: the other 49 share one process, which is their machine, not the branch's.
    """
    with site() as place:
        crowd = [_subscriber(place, f"bench-{one}") for one in range(1, SUBSCRIBERS)]
        last = [_subscriber(place, "bench-last")]
        staff = staff_of(place)
        async with (
            serving(place),
            _subscribed(place, crowd),
            _subscribed(place, last) as seen,
            at_counters(place, staff, count) as tellers,
        ):
            times = [await _called(tellers, seen) for _ in range(_WARMING + count)]
    return Run(times[_WARMING:])


async def called_to_board(branch: Branch, count: int) -> Run:
    """P6. ``kiosk run``; the hall board's window in a process of its own, without a screen.

    The window's own parts on SDL's driver without a screen: from the request going out until the
    drawing with the ticket's number has been handed to SDL as a whole.
    """
    with site() as place:
        place.equip(_BOARD)
        token = place.program("bench-board", Role.DISPLAY)
        staff = staff_of(place)
        window = {
            "KIOSK_FEED": f"ws://127.0.0.1:{place.http}/api/v1/feed?display={BOARD}",
            "KIOSK_TOKEN": token,
            "SDL_VIDEODRIVER": "dummy",
        }
        async with (
            serving(place),
            child("kiosk.bench.boardwindow", {}, window) as seen,
            at_counters(place, staff, count) as tellers,
        ):
            times = [await _called(tellers, seen) for _ in range(_WARMING + count)]
    return Run(times[_WARMING:])


class Seen:
    """What another process has seen and when: its lines ``{"at": …, "called": [number]}``."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def ready(self) -> None:
        """Its first line says that it sees."""
        await self._line()

    async def when(self, number: str) -> float:
        """When it first saw this number called. Raises KioskError."""
        while True:
            line = await self._line()
            if number in line["called"]:
                return float(line["at"])

    async def _line(self) -> Json:
        try:
            async with asyncio.timeout(_WITHIN):
                found: Json = json.loads(await self._reader.readline() or b"null")
        except TimeoutError:
            raise KioskError(f"nothing was seen for {_WITHIN:.0f} s") from None
        if found is None:
            raise KioskError("whoever was to look on has ended")
        return found


async def _called(tellers: Tellers, seen: Seen) -> float:
    pressed, number = await tellers.next()
    return await seen.when(number) - pressed


def _subscriber(place: Site, name: str) -> list[str]:
    return [name, place.program(name, Role.CRM)]


def staff_of(place: Site, counters: Sequence[str] = COUNTERS) -> dict[str, str]:
    """A teller for each counter: sessions by counter."""
    return {counter: place.teller(f"bench-teller-{counter}") for counter in counters}


@asynccontextmanager
async def at_counters(place: Site, staff: Mapping[str, str], count: int) -> AsyncIterator[Tellers]:
    """Everybody at the counter, and enough people waiting."""
    async with AsyncExitStack() as connections:
        callers = {
            counter: await connections.enter_async_context(Caller(place.http, session))
            for counter, session in staff.items()
        }
        for counter, caller in callers.items():
            await caller.post(f"/counters/{counter}/open")
        for caller in islice(cycle(callers.values()), _WARMING + count):
            await caller.post("/tickets", {"service": "cash", "print": False})
        yield Tellers(callers)


@asynccontextmanager
async def _subscribed(place: Site, clients: list[list[str]]) -> AsyncIterator[Seen]:
    topic = Topics(BRANCH).under("event/#")
    order = {"port": place.mqtt, "topics": [topic], "clients": clients}
    async with child("kiosk.bench.subscribers", order, {}) as seen:
        yield seen


@asynccontextmanager
async def child(module: str, order: Json, environment: Mapping[str, str]) -> AsyncIterator[Seen]:
    """Another process that looks on; secrets reach it by its standard input or environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        stdin=PIPE,
        stdout=PIPE,
        env={**os.environ, **environment},
        limit=1 << 20,
    )
    try:
        yield await _looking_on(process, order)
    finally:
        await ended(process)


async def _looking_on(process: Process, order: Json) -> Seen:
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(order).encode() + b"\n")
    seen = Seen(process.stdout)
    await seen.ready()
    return seen
