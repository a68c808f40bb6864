"""Daybreak: the business day turns by the branch's clock, also when nobody gives a command."""

import asyncio
from contextlib import suppress

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.businessday import business_day
from kiosk.domain.commands import OpenDay
from kiosk.flow.desk import Desk
from kiosk.ports import Clock, LogUnavailable

LOOK_EVERY = 20.0
"""Seconds. Looked at rather than slept for: clocks are set, and machines sleep."""


async def turn_days(desk: Desk, clock: Clock, plan: BranchPlan) -> None:
    """Open each business day when it begins, until cancelled."""
    while True:
        today = business_day(clock.now(), plan.zone, plan.day_starts)
        with suppress(LogUnavailable):  # then at the next look
            if (await desk.branch()).day != today:
                await desk.submit(OpenDay(today))
        await asyncio.sleep(LOOK_EVERY)
