"""Timekeeping: parked tickets return, breaks overrun, calls lapse, also when nobody commands."""

import asyncio

from kiosk.domain.commands import KeepTime
from kiosk.domain.timekeeping import keep_time
from kiosk.flow.desk import Desk
from kiosk.ports import Clock

LOOK_EVERY = 1.0
"""Seconds."""


async def keep_times(desk: Desk, clock: Clock, every: float = LOOK_EVERY) -> None:
    """Have done what is due, until cancelled; nothing is written while nothing is."""
    while True:
        if keep_time(await desk.branch(), clock.now()):
            await desk.submit(KeepTime())
        await asyncio.sleep(every)
