"""P11: what the processes of a branch hold in memory after a busy day."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

from kiosk.bench.caller import Caller
from kiosk.bench.calling import Seen, Tellers, at_counters, staff_of
from kiosk.bench.devices import devices
from kiosk.bench.figure import Branch, Run
from kiosk.bench.followers import following
from kiosk.bench.pads import looking_on
from kiosk.bench.processes import command_of, family, megabytes
from kiosk.bench.site import Site, ready, site, started
from kiosk.bench.touch import Touch, token_of_window, touchscreen
from kiosk.domain.role import Role
from kiosk.tasks import end

PADS = 50
COUNTERS_OPEN = 16
MOST = {"controller": 90.0, "window": 50.0, "broker": 15.0}
"""Megabytes."""

_AT_THE_SCREEN = 10
"""Of so many people one takes a number at the touch screen, with a slip."""
_LANGUAGES = ("zh", "en", "ru")


@dataclass(frozen=True, slots=True)
class _Hall:
    """A branch at work."""

    controller: int
    touch: Touch
    terminal: Caller
    tellers: Tellers
    pad: Seen


async def after_a_day(branch: Branch, count: int) -> Run:
    """``kiosk run`` with reader, printer and two windows; ``count`` people come, one after the other.

    Each takes a number, over HTTP or at the touch screen, and is called, by sixteen tellers in
    turn, who thereby finish the one before; the next comes when the PAD that signed in last has the
    call. Fifty lobby managers are signed in at PADs and connected to the broker, and each teller's
    console is followed. Times are those of issuing over HTTP. ``controller``, ``window`` (the
    larger one) and ``broker`` are what each holds in the end, in megabytes of its own and of files
    it shares; ``ratio`` is the worst of them to what it may hold.
    """
    with site() as place:
        async with _hall(place) as hall:
            times: list[float] = []
            for first, language in zip(
                range(0, count, _AT_THE_SCREEN), cycle(_LANGUAGES), strict=False
            ):
                await _visit(hall.touch, language)
                await _called(hall)
                async with _nobody_at(hall.touch):
                    for _ in range(first + 1, min(first + _AT_THE_SCREEN, count)):
                        times.append(await _issued(hall.terminal))
                        await _called(hall)
            return Run(times, besides=_held(hall.controller))


@asynccontextmanager
async def _hall(place: Site) -> AsyncIterator[_Hall]:
    staff = staff_of(place, place.with_counters(COUNTERS_OPEN))
    token = place.program("bench-terminal", Role.TERMINAL)
    pads = place.managers_at_pads(PADS)
    consoles = [(f"/live?page=counter/{counter}", session) for counter, session in staff.items()]
    async with AsyncExitStack() as ending:
        enter = ending.enter_async_context
        await enter(devices(place))
        process = await enter(started(place, {"SDL_VIDEODRIVER": "dummy"}))
        await ready(place)
        await enter(looking_on(place, pads[:-1]))
        pad = await enter(looking_on(place, pads[-1:]))
        await enter(following(place, consoles))
        touch = await enter(touchscreen(place, await token_of_window(process.pid)))
        terminal = await enter(Caller(place.http, token))
        tellers = await enter(at_counters(place, staff, 0))
        yield _Hall(process.pid, touch, terminal, tellers, pad)


@asynccontextmanager
async def _nobody_at(touch: Touch) -> AsyncIterator[None]:
    looking_on = asyncio.create_task(touch.look_on())
    try:
        yield
    finally:
        await end(looking_on)


async def _called(hall: _Hall) -> None:
    _, number = await hall.tellers.next()
    await hall.pad.when(number)


async def _issued(terminal: Caller) -> float:
    began = time.perf_counter()
    await terminal.post("/tickets", {"service": "cash", "print": False})
    return time.perf_counter() - began


async def _visit(touch: Touch, language: str) -> None:
    await touch.press(f"language:{language}")
    await touch.until(lambda screen: screen["kind"] == "services")
    await touch.press("service:cash")
    await touch.until(lambda screen: screen["kind"] == "ticket")
    await touch.press("cancel")
    await touch.until(lambda screen: screen["kind"] == "idle")


def _held(controller: int) -> dict[str, float]:
    """Of each kind of process the largest."""
    held = {"controller": megabytes(controller), "window": 0.0, "broker": 0.0}
    for process in family(controller):
        words = command_of(process)
        kind = "window" if "display" in words else "broker" if "mosquitto" in words[0] else ""
        if kind:
            held[kind] = max(held[kind], megabytes(process))
    return {"ratio": max(held[kind] / most for kind, most in MOST.items()), **held}
