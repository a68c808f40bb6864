"""Timekeeping: parked tickets return, breaks overrun, calls lapse, also when nobody commands.

An outage of the log ends by itself, too: at each look the desk tries whether it can write again.
"""

import asyncio
from contextlib import suppress

from kiosk.domain.commands import KeepTime
from kiosk.domain.timekeeping import keep_time
from kiosk.flow.desk import Desk
from kiosk.ports import Clock, LogUnavailable

LOOK_EVERY = 1.0
"""Seconds."""


async def keep_times(desk: Desk, clock: Clock, every: float = LOOK_EVERY) -> None:
    """Have done what is due, until cancelled; nothing is written while nothing is."""
    while True:
        with suppress(LogUnavailable):
            while desk.outage or keep_time(await desk.branch(), clock.now()):
                if not (await desk.submit(KeepTime())).facts:
                    break
        await asyncio.sleep(every)
