"""P10: from the command ``kiosk run`` to the first ticket of a fresh branch."""

import asyncio
import contextlib
import time

from kiosk.bench.caller import Caller
from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import READY_WITHIN, Site, site, started
from kiosk.domain.role import Role
from kiosk.ports import KioskError

_DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"

[[display]]
id = "touch"
kind = "touch"

[[display]]
id = "board"
kind = "board"
"""


async def first_ticket(branch: Branch, count: int) -> Run:
    """``kiosk run`` as a child, each time on a new folder, with its broker and sample devices.

    From the process's creation to the answer with the ticket. All that is there before is the
    token of the terminal that asks for it.
    """
    return Run([await _start() for _ in range(count)])


async def _start() -> float:
    with site() as place:
        place.equip(_DEVICES)
        token = place.program("bench-terminal", Role.TERMINAL)
        began = time.perf_counter()
        async with started(place):
            await ticket_of_start(place, token)
            return time.perf_counter() - began


async def ticket_of_start(place: Site, token: str) -> None:
    """Ask a branch that is starting until there is one. Raises KioskError."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with Caller(place.http, token) as caller:
                await caller.post("/tickets", {"service": "cash", "print": False})
                return
        await asyncio.sleep(0.005)
    raise KioskError(f"no ticket within {READY_WITHIN:.0f} s")
