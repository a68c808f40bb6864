"""Timekeeping: parked tickets return, breaks overrun, calls lapse, alerts begin, by themselves.

An outage of the log ends by itself, too: at each look the desk tries whether it can write again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from kiosk.domain.commands import KeepTime, Reminders
from kiosk.domain.timekeeping import keep_time
from kiosk.flow.desk import Desk
from kiosk.ports import Clock, LogUnavailable

LOOK_EVERY = 1.0
"""Seconds."""


async def keep_times(
    desk: Desk,
    clock: Clock,
    reminders: Callable[[datetime], Reminders] = lambda _: (),
    every: float = LOOK_EVERY,
) -> None:
    """Have done what is due, until cancelled; nothing is written while nothing is.

    ``reminders`` tells at each look, in a thread, which PADs want to be reminded of long waits.
    """
    while True:
        with suppress(LogUnavailable):
            due = KeepTime(await asyncio.to_thread(reminders, clock.now()))
            while desk.outage or keep_time(await desk.branch(), due, clock.now()):
                if not (await desk.submit(due)).facts:
                    break
        await asyncio.sleep(every)
