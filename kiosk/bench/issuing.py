"""P2 and P3: tickets over HTTP, by one client and by sixteen at once."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from functools import partial
from typing import Any

from kiosk.bench.caller import Caller
from kiosk.bench.figure import Branch, Run, Running
from kiosk.bench.site import ended, serving, site
from kiosk.bench.steps import BRANCH_STEPS, Steps, with_steps
from kiosk.domain.role import Role
from kiosk.ports import KioskError
from kiosk.settings.file import load

CLIENTS = 16
_WARMING = 50
_TELLING_WITHIN = 20.0
_DRAINED_WITHIN = 120.0


async def one_client(branch: Branch, count: int) -> Run:
    """P2. ``kiosk run`` in a process of its own; the client is here.

    A terminal with an idempotency key for each ticket; from the request's first byte to the
    answer's last.
    """
    with site() as place:
        token = place.program("bench-terminal", Role.TERMINAL)
        async with serving(place), Caller(place.http, token) as caller:
            times = [await _issue(caller) for _ in range(_WARMING + count)]
    return Run(times[_WARMING:])


async def _issue(caller: Caller) -> float:
    began = time.perf_counter()
    await caller.post("/tickets", {"service": "cash", "print": False})
    return time.perf_counter() - began


async def many_clients(branch: Branch, count: int) -> Run:
    """P3. The branch in this process, with its broker; the clients in another.

    ``outbox_lag`` is how many facts no broker had confirmed when the last ticket was answered, and
    ``drained_after`` the seconds until it had confirmed all of them.
    """
    return await with_steps(partial(_by_many, branch), count, BRANCH_STEPS)


async def _by_many(branch: Branch, count: int, steps: Steps) -> Run:
    with site() as place:
        token = place.program("bench-terminal", Role.TERMINAL)
        async with branch(load(place.config), place.var) as running:
            await until_told(running, _TELLING_WITHIN)
            order = {"port": place.http, "token": token, "clients": CLIENTS, "each": count}
            steps.forget()
            seen = await _in_another_process(order)
            spent = steps.for_each(len(seen["serials"]), seen["lasted"] / len(seen["times"]))
            lag = running.telling.outbox.lag
            drained = await until_told(running, _DRAINED_WITHIN)
    return Run(
        seen["times"],
        seen["lasted"],
        wrong=numbering(seen["serials"]),
        besides={"outbox_lag": lag, "drained_after": drained},
        steps=spent,
    )


def numbering(serials: list[int]) -> dict[str, int]:
    """What is wrong with the numbers that were given in one series."""
    different = set(serials)
    gaps = max(different) - min(different) + 1 - len(different) if different else 0
    return {"duplicates": len(serials) - len(different), "gaps": gaps}


async def until_told(running: Running, within: float) -> float:
    """Wait for the broker: how long it took until the broker had every fact. Raises KioskError."""
    began = time.monotonic()
    outbox = running.telling.outbox
    while not outbox.published or outbox.lag:
        if time.monotonic() - began > within:
            raise KioskError(f"the broker has not got every fact within {within:.0f} s")
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def _in_another_process(order: dict[str, Any]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk.bench.issuers"), stdin=PIPE, stdout=PIPE, limit=1 << 26
    )
    assert process.stdin and process.stdout
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        line = await process.stdout.readline()
        if not line:
            raise KioskError("the clients ended early")
        seen: dict[str, Any] = json.loads(line)
        return seen
    finally:
        await ended(process)
