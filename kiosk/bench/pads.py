"""Native PADs at the branch's broker: how soon they have an alert and a call, and what they cost it."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from kiosk.bench.caller import Caller
from kiosk.bench.calling import Seen, Tellers, at_counters, child, staff_of
from kiosk.bench.figure import Branch, Run
from kiosk.bench.processes import command_of, family, megabytes, processor_time
from kiosk.bench.site import BRANCH, COUNTERS, Site, ready, site, started
from kiosk.domain.role import Role
from kiosk.messaging.topics import Topics
from kiosk.store.staffsessions import SignedIn

FOLLOWED = ("event/ticket/#", "event/counter/#", f"alert/role/{Role.LOBBY_MANAGER}")
"""What a lobby manager's PAD subscribes to, beside the states."""
_WARMING = 4


@dataclass(frozen=True, slots=True)
class _Hall:
    """A branch at work, with its PADs."""

    controller: int
    manager: Caller
    teller: Caller
    tellers: Tellers
    seen: Seen
    """What the PAD that signed in last is told."""


async def alerted(branch: Branch, count: int, *, pads: int) -> Run:
    """A teller calls the lobby manager (LOB-59); when the PAD that subscribed last has the alert.

    ``kiosk run``; so many PADs at which a lobby manager is signed in, each with its own session and
    connection. Each alert is acknowledged before the next.
    """
    async with _hall(pads, calls=0) as hall:
        times = [await _alerted(hall) for _ in range(_WARMING + count)]
        return Run(times[_WARMING:], besides=_held(hall.controller))


async def called(branch: Branch, count: int, *, pads: int) -> Run:
    """P5 with native PADs instead of programs; what controller and broker take for it.

    ``…_ms`` is how long each of them ran for a call, whatever else it did meanwhile included.
    """
    async with _hall(pads, calls=_WARMING + count) as hall:
        for _ in range(_WARMING):
            await _called(hall)
        before = _ran(hall.controller)
        times = [await _called(hall) for _ in range(count)]
        took = {
            f"{part}_ms": 1000 * (used - before[part]) / count
            for part, used in _ran(hall.controller).items()
        }
        return Run(times, besides=_held(hall.controller) | took)


@asynccontextmanager
async def _hall(pads: int, calls: int) -> AsyncIterator[_Hall]:
    with site() as place:
        staff = staff_of(place)
        signed_in = place.managers_at_pads(pads)
        async with AsyncExitStack() as ending:
            process = await ending.enter_async_context(started(place))
            await ready(place)
            enter = ending.enter_async_context
            manager = await enter(Caller(place.http, signed_in[0].token))
            await enter(looking_on(place, signed_in[:-1]))
            seen = await enter(looking_on(place, signed_in[-1:]))
            tellers = await enter(at_counters(place, staff, calls))
            teller = await enter(Caller(place.http, staff[COUNTERS[0]]))
            yield _Hall(process.pid, manager, teller, tellers, seen)


@asynccontextmanager
async def looking_on(place: Site, signed_in: list[SignedIn]) -> AsyncIterator[Seen]:
    """These PADs at the broker, in a process of their own; what the last of them is told."""
    clients = [(one.broker.name, one.broker.token) for one in signed_in if one.broker]
    topics = [Topics(BRANCH).under(one) for one in FOLLOWED]
    async with child(
        "kiosk.bench.subscribers", {"port": place.mqtt, "topics": topics, "clients": clients}, {}
    ) as seen:
        yield seen


async def _alerted(hall: _Hall) -> float:
    began = time.perf_counter()
    alert = str((await hall.teller.post("/alerts", {"kind": "call"}))["id"])
    took = await hall.seen.when(alert) - began
    await hall.manager.post(f"/alerts/{alert}/acknowledge")
    return took


async def _called(hall: _Hall) -> float:
    pressed, number = await hall.tellers.next()
    return await hall.seen.when(number) - pressed


def _parts(controller: int) -> dict[str, int]:
    (broker,) = (one for one in family(controller) if "mosquitto" in command_of(one)[0])
    return {"controller": controller, "broker": broker}


def _held(controller: int) -> dict[str, float]:
    return {f"{part}_mb": megabytes(one) for part, one in _parts(controller).items()}


def _ran(controller: int) -> dict[str, float]:
    return {part: processor_time([one]) for part, one in _parts(controller).items()}
