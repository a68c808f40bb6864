"""The hall's time: the machine's clock without its steps.

A clock that is set forwards or back, by hand or by a time server, must neither make a wait negative nor
everybody overdue at once (LOB-25). The hall goes on by the time that passes and approaches the clock.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import Clock, ReportCondition

CLOCK = DeviceId("clock")
"""The machine's clock among the devices that can have a fault."""

STEP = timedelta(seconds=2)
"""What a time server corrects at once; a smaller difference is a clock that is being trimmed."""

PACE = 0.5
"""How much faster or slower than the time that passes the hall approaches the clock."""

HOPELESS = timedelta(days=30)
"""A clock that is further behind isn't approached: the hall would go at half its speed for months.
So it is with machines that have no battery and reach no time server."""

SETTLING = 120.0
"""Seconds from the start in which a clock that is set forwards is followed: machines without a battery
learn the time when they boot."""

BELIEF = 900.0
"""Seconds on end after which a clock that has come to a later business day is believed. Whoever set the
wrong date has seen it by then; a machine that slept over night has lost no more than this."""

LOOK_EVERY = 1.0
"""Seconds."""


class HallClock:
    """A :class:`kiosk.ports.Clock` in whole milliseconds that never goes back.

    ``day_of`` tells the business day of an instant.
    """

    def __init__(self, clock: Clock, day_of: Callable[[datetime], date]) -> None:
        self.new_id = clock.new_id
        self.elapsed = clock.elapsed
        self._clock = clock
        self._day_of = day_of
        self._wall = clock.now()
        self._looked = self._began = clock.elapsed()
        self._ahead = timedelta()
        self._later_day_since: float | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)

    @property
    def skew(self) -> timedelta:
        """How far the machine's clock is ahead of the hall; negative: behind it. As last looked at."""
        return -self._ahead

    def begin_after(self, moment: datetime) -> None:
        """It is later than this: the hall goes on from there when the clock is behind it."""
        self._ahead = max(self._ahead, moment - self._wall)

    def now(self) -> datetime:
        """The present instant of the hall in UTC."""
        wall, elapsed = self._clock.now(), self._clock.elapsed()
        passed = elapsed - self._looked
        step = wall - self._wall - timedelta(seconds=passed)
        if abs(step) >= STEP:
            self._ahead -= step
        self._wall, self._looked = wall, elapsed
        if self._ahead or self._later_day_since is not None:
            self._come_closer(wall, elapsed, passed)
        self._latest = max(self._latest, _whole_milliseconds(wall + self._ahead))
        return self._latest

    def _come_closer(self, wall: datetime, elapsed: float, passed: float) -> None:
        if elapsed - self._began < SETTLING:
            self._ahead = max(self._ahead, timedelta())
        self._approach(timedelta(seconds=passed * PACE))
        if self._to_be_believed(wall, elapsed):
            self._ahead = timedelta()

    def _approach(self, way: timedelta) -> None:
        if self._ahead > HOPELESS:
            return
        if self._ahead > timedelta():
            self._ahead -= min(way, self._ahead)
        else:
            self._ahead += min(way, -self._ahead)

    def _to_be_believed(self, wall: datetime, elapsed: float) -> bool:
        """Whether the clock has said for long enough that a later business day has come."""
        if self._ahead >= timedelta() or self._day_of(wall) <= self._day_of(wall + self._ahead):
            self._later_day_since = None
            return False
        if self._later_day_since is None:
            self._later_day_since = elapsed
        return elapsed - self._later_day_since >= BELIEF


async def watch_clock(clock: HallClock, report: ReportCondition, every: float = LOOK_EVERY) -> None:
    """Report when the clock was set, and when the hall goes by it again; until cancelled."""
    told: DeviceStatus | None = None
    while True:
        clock.now()
        condition = _condition(clock.skew, told)
        if condition.status is not told:
            report(condition)
            told = condition.status
        await asyncio.sleep(every)


def _condition(skew: timedelta, told: DeviceStatus | None) -> DeviceCondition:
    if abs(skew) >= STEP or (skew and told is DeviceStatus.USER_ERROR):
        detail = f"{skew.total_seconds():+.0f} s"
        return DeviceCondition(
            CLOCK, DeviceKind.CLOCK, DeviceStatus.USER_ERROR, Fault.CLOCK_SET, detail
        )
    return DeviceCondition(CLOCK, DeviceKind.CLOCK)


def _whole_milliseconds(moment: datetime) -> datetime:
    """As the log keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
