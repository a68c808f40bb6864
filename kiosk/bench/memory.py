"""P11: what the processes of a branch hold in memory after a busy day."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from typing import TYPE_CHECKING

from kiosk.bench.caller import Caller
from kiosk.bench.calling import Tellers
from kiosk.bench.figure import Branch, Run
from kiosk.bench.processes import command_of, family, megabytes
from kiosk.bench.site import COUNTERS, Site, ready, site, started
from kiosk.bench.touch import SETTINGS, Touch, token_of_window, touchscreen
from kiosk.domain.role import Role
from kiosk.ports import KioskError
from kiosk.tasks import end

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

PADS = 50
COUNTERS_OPEN = 16
MOST = {"controller": 90.0, "window": 50.0, "broker": 15.0}
"""Megabytes."""

_BOARD = """
[[display]]
id = "board"
kind = "board"
"""
_COUNTER = """
[[counter]]
id = "{}"
queues = ["V", "A"]
"""


async def after_a_day(branch: Branch, count: int) -> Run:
    """``kiosk run`` with two windows; ``count`` tickets are issued as fast as they come.

    Fifty others follow the feed as PADs do, sixteen counters call, and somebody stands at the touch
    screen all the time. Times are those of issuing. ``controller``, ``window`` (the larger one) and
    ``broker`` are what each holds in the end, in megabytes of its own and of files it shares;
    ``ratio`` is the worst of them to what it may hold.
    """
    with site() as place:
        counters = [str(number) for number in range(1, COUNTERS_OPEN + 1)]
        place.equip(SETTINGS + _BOARD + "".join(map(_COUNTER.format, counters[len(COUNTERS) :])))
        staff = {counter: place.teller(f"bench-teller-{counter}") for counter in counters}
        terminal = place.program("bench-terminal", Role.TERMINAL)
        pad = place.program("bench-pad", Role.TERMINAL)
        async with AsyncExitStack() as ending:
            process = await ending.enter_async_context(started(place, {"SDL_VIDEODRIVER": "dummy"}))
            await ready(place)
            await ending.enter_async_context(_pads(place, pad))
            window = await token_of_window(process.pid)
            touch = await ending.enter_async_context(touchscreen(place, window))
            issuing = await ending.enter_async_context(Caller(place.http, terminal))
            tellers = Tellers(await _at_counters(place, staff, ending))
            for work in (_visits(touch), _calls(tellers)):
                ending.push_async_callback(end, asyncio.create_task(work))
            times = [await _issued(issuing) for _ in range(count)]
            return Run(times, besides=_held(process.pid))


async def _issued(terminal: Caller) -> float:
    began = time.perf_counter()
    await terminal.post("/tickets", {"service": "cash", "print": False})
    return time.perf_counter() - began


async def _at_counters(
    place: Site, staff: Mapping[str, str], ending: AsyncExitStack
) -> dict[str, Caller]:
    callers = {}
    for counter, session in staff.items():
        callers[counter] = await ending.enter_async_context(Caller(place.http, session))
        await callers[counter].post(f"/counters/{counter}/open")
    return callers


async def _calls(tellers: Tellers) -> None:
    """Whoever is free calls; until cancelled."""
    while True:
        with contextlib.suppress(KioskError):  # nobody waits just now
            await tellers.next()


async def _visits(touch: Touch) -> None:
    """One after the other, in every language; until cancelled."""
    for language in cycle(("zh", "en", "ru")):
        await touch.press(f"language:{language}")
        await touch.until(lambda screen: screen["kind"] == "services")
        await touch.press("service:cash")
        await touch.until(lambda screen: screen["kind"] == "ticket")
        await touch.press("cancel")
        await touch.until(lambda screen: screen["kind"] == "idle")


@asynccontextmanager
async def _pads(place: Site, token: str) -> AsyncIterator[None]:
    from websockets.asyncio.client import connect

    address = f"ws://127.0.0.1:{place.http}/api/v1/feed"
    headers = {"Authorization": f"Bearer {token}"}
    async with AsyncExitStack() as ending:
        for _ in range(PADS):
            pad = await ending.enter_async_context(
                connect(address, additional_headers=headers, compression=None, max_size=None)
            )
            ending.push_async_callback(end, asyncio.create_task(_follow(pad)))
        yield


async def _follow(pad: "ClientConnection") -> None:
    async for _ in pad:
        pass


def _held(controller: int) -> dict[str, float]:
    """Of each kind of process the largest."""
    held = {"controller": megabytes(controller), "window": 0.0, "broker": 0.0}
    for process in family(controller):
        words = command_of(process)
        kind = "window" if "display" in words else "broker" if "mosquitto" in words[0] else ""
        if kind:
            held[kind] = max(held[kind], megabytes(process))
    return {"ratio": max(held[kind] / most for kind, most in MOST.items()), **held}
