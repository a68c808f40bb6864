"""The bookkeeper: makes reports beside the running branch, one at a time, in a thread of its own.

Issuing and calling never wait for one: it has its own connection to the log, and it rests often.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.businessday import business_day
from kiosk.domain.report.fold import KINDS, ReportFold
from kiosk.domain.report.period import Period
from kiosk.domain.report.report import Report
from kiosk.ports import Clock, DayRecords, KioskError
from kiosk.reports.naming import Naming, StaffNames
from kiosk.reports.shapes import ReportShape

FACTS_BETWEEN_RESTS = 50
REST = 0.001
"""Seconds for everybody else after so many facts, which take some 3 ms."""

Made = TypeVar("Made")


class NothingRecorded(KioskError):
    """The log knows nothing of this period."""

    def __init__(self, period: Period) -> None:
        super().__init__(f"the log knows nothing of {period}: choose a day on which it was open")
        self.period = period


class Interrupted(KioskError):
    """The machine is being stopped before the report is finished."""


def make_report(
    records: DayRecords,
    plan: BranchPlan,
    period: Period,
    now: datetime,
    rest: Callable[[], None] = lambda: None,
) -> Report:
    """Read the period's days and fold them. Blocks. Raises NothingRecorded, LogUnavailable.

    ``rest`` is called every few facts; what it raises ends the report.
    """
    days = records.days(period.first, period.last)
    if not days:
        raise NothingRecorded(period)
    fold = ReportFold(plan, period)
    for day in days:
        for number, fact in enumerate(records.facts(day, KINDS)):
            if number % FACTS_BETWEEN_RESTS == 0:
                rest()
            fold.take(fact)
    if days[-1] >= business_day(now, plan.zone, plan.day_starts):
        return fold.report(until=now)
    return replace(fold.report(), seal=records.seal(days[-1]))


def beside(
    records: DayRecords,
    plan: BranchPlan,
    period: Period | None,
    now: datetime,
    rest: Callable[[], None] = lambda: None,
) -> Report | None:
    """What a report is compared with; None when nobody asks, or when nothing is known of it."""
    if period is None:
        return None
    try:
        return make_report(records, plan, period, now, rest)
    except NothingRecorded:
        return None


class Bookkeeper:
    """Whoever asks for a report waits until it is their turn."""

    def __init__(
        self,
        records: DayRecords,
        plan: BranchPlan,
        clock: Clock,
        staff: Callable[[], StaffNames] = dict,
    ) -> None:
        self._records = records
        self._plan = plan
        self._clock = clock
        self._staff = staff
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._stopping = threading.Event()

    def close(self) -> None:
        """Leave off at once; idempotent."""
        self._stopping.set()
        self._thread.shutdown(cancel_futures=True)

    async def report(
        self,
        period: Period,
        compared: Period | None,
        language: str,
        write: Callable[[ReportShape], Made],
        *,
        named: bool = True,
    ) -> Made:
        """The report with names in this language, written as ``write`` does it in the same thread.

        Beside another period when asked for and known. Tellers are called by their names when
        ``named``. Raises NothingRecorded, LogUnavailable, Interrupted, and what ``write`` raises.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: write(self._shape(period, compared, language, named))
        )

    async def ended_after(self, day: date) -> list[date]:
        """The business days after this one that are over. Raises LogUnavailable."""
        loop = asyncio.get_running_loop()
        days = await loop.run_in_executor(self._thread, self._records.days, day, date.max)
        return [one for one in days[:-1] if one > day]

    def _shape(
        self, period: Period, compared: Period | None, language: str, named: bool
    ) -> ReportShape:
        now = self._clock.now()
        report = make_report(self._records, self._plan, period, now, self._rest)
        other = beside(self._records, self._plan, compared, now, self._rest)
        return Naming(self._plan, language, self._staff() if named else {}).shape(report, other)

    def _rest(self) -> None:
        if self._stopping.is_set():
            raise Interrupted("the machine is being stopped")
        time.sleep(REST)
