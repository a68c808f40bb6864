"""The outbox after an outage: every fact that the broker hasn't had yet, with twenty tablets away."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from kiosk.bench.figure import Branch, Run, Running
from kiosk.bench.history import write_history
from kiosk.bench.issuing import until_told
from kiosk.bench.site import BRANCH, Site, site
from kiosk.domain.role import Role
from kiosk.messaging.topics import Topics
from kiosk.ports import KioskError
from kiosk.settings.file import load
from kiosk.store.log import SqliteLog

if TYPE_CHECKING:
    from aiomqtt import Client

TABLETS = 20
SESSION = 3600
"""Seconds for which the broker keeps what comes for a tablet that is away."""
_READY_WITHIN = 20.0
_DRAINED_WITHIN = 120.0
_LOOK = 0.005


async def after_an_outage(branch: Branch, count: int) -> Run:
    """``count`` tickets, issued, called and served, while no broker was there; then it is.

    The branch is in this process, with its broker. Twenty tablets have a lasting session for all
    events and are away: the broker keeps everything for each of them. Times are those from when
    nothing was confirmed yet until each fact was. One tablet comes back in the end:
    ``missing`` is what it isn't told then, ``caught_up_after`` the seconds that takes.
    """
    with site() as place:
        write_history(SqliteLog(place.var / "log.db"), place, count)
        tablets = {f"tablet-{nth}": Role.CRM for nth in range(TABLETS)}
        tokens = {name: place.program(name, role) for name, role in tablets.items()}
        async with branch(load(place.config), place.var) as running:
            await until_told(running, _READY_WITHIN)
            for name, token in tokens.items():
                await _leave_a_session(place, name, token)
        place.told(0)
        async with branch(load(place.config), place.var) as running:
            times = await _drained(running)
            caught_up, missing = await _caught_up(place, *tokens.popitem(), len(times))
    return Run(
        times,
        times[-1],
        wrong={"missing": missing},
        besides={"caught_up_after": caught_up},
    )


async def _drained(running: Running) -> list[float]:
    """When each fact was confirmed, since none was yet. Raises KioskError."""
    outbox = running.telling.outbox
    times: list[float] = []
    latest = began = time.perf_counter()
    while not times or outbox.lag:
        if not times:
            began = latest
        await asyncio.sleep(_LOOK)
        latest = time.perf_counter()
        times += [latest - began] * (outbox.published - len(times))
        if latest - began > _DRAINED_WITHIN:
            raise KioskError(f"the broker has not got every fact within {_DRAINED_WITHIN:.0f} s")
    return times


async def _leave_a_session(place: Site, name: str, token: str) -> None:
    async with _tablet(place, name, token) as tablet:
        await tablet.subscribe(Topics(BRANCH).under("event/#"), qos=1)


async def _caught_up(place: Site, name: str, token: str, facts: int) -> tuple[float, int]:
    """How long a tablet that comes back is told what it missed, and what it isn't told."""
    began = time.perf_counter()
    seen: set[int] = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINED_WITHIN), _tablet(place, name, token) as tablet:
            async for message in tablet.messages:
                seen.add(json.loads(message.payload)["sequence"])
                if len(seen) >= facts:
                    break
    return time.perf_counter() - began, facts - len(seen)


@asynccontextmanager
async def _tablet(place: Site, name: str, token: str) -> "AsyncIterator[Client]":
    """A connection whose session outlives it."""
    from aiomqtt import Client, ProtocolVersion
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    lasting.SessionExpiryInterval = SESSION
    async with Client(
        "127.0.0.1",
        place.mqtt,
        username=name,
        password=token,
        identifier=name,
        protocol=ProtocolVersion.V5,
        clean_start=False,
        properties=lasting,
    ) as client:
        yield client
