"""The bookkeeper beside a running branch: one report at a time, never in the way, gone at once."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest

from kiosk.domain.events import SYSTEM, DayOpened, Event, Fact, TicketIssued
from kiosk.domain.report.period import Period
from kiosk.reports.bookkeeper import Bookkeeper, Interrupted, make_report
from kiosk.reports.shapes import ReportShape
from tests.domain.day import MONDAY, MORNING, Day
from tests.flow.clock import HandClock
from tests.support.branch import small_plan

DAY = Period(MONDAY, MONDAY)


class BusyRecords:
    """``DayRecords`` of a day with so many tickets; None: it has no end."""

    def __init__(self, tickets: int | None) -> None:
        self._tickets = tickets
        self.reading = 0
        self.read_at_once = 0

    def days(self, first: date, last: date) -> list[date]:
        return [MONDAY]

    def facts(self, day: date, kinds: Iterable[type[Event]]) -> Iterator[Fact]:
        self.reading += 1
        self.read_at_once = max(self.read_at_once, self.reading)
        issued = TicketIssued(Day().issue("t1"))
        number = 1
        yield Fact(1, "f1", MORNING, MONDAY, DayOpened(MONDAY), SYSTEM, 1)
        while self._tickets is None or number <= self._tickets:
            number += 1
            yield Fact(number, f"f{number}", MORNING, MONDAY, issued, SYSTEM, number)
        self.reading -= 1

    def seal(self, day: date) -> str:
        return f"the seal of {day}"


def test_a_day_that_is_over_bears_its_seal_and_no_other_does() -> None:
    period = Period(MONDAY, MONDAY)
    morning, next_day = MORNING, MORNING + timedelta(days=1)
    reports = [
        make_report(BusyRecords(1), small_plan(), period, now) for now in (morning, next_day)
    ]
    assert [report.seal for report in reports] == [None, f"the seal of {MONDAY}"]


def issued(report: ReportShape) -> int:
    return report.overall.issued


async def test_reports_are_made_one_at_a_time_in_another_thread() -> None:
    records, threads = BusyRecords(500), set()

    def write(report: ReportShape) -> int:
        threads.add(threading.current_thread())
        return issued(report)

    with closing(Bookkeeper(records, small_plan(), HandClock())) as bookkeeper:
        made = [bookkeeper.report(DAY, None, "en", write) for _ in range(4)]
        assert await asyncio.gather(*made) == [1] * 4
    assert records.read_at_once == 1
    assert len(threads) == 1
    assert threading.current_thread() not in threads


async def test_everybody_else_goes_on_while_one_is_made() -> None:
    with closing(Bookkeeper(BusyRecords(20_000), small_plan(), HandClock())) as bookkeeper:
        report = asyncio.create_task(bookkeeper.report(DAY, None, "en", issued))
        turns = 0
        while not report.done():
            await asyncio.sleep(0)
            turns += 1
        assert await report == 1
    assert turns > 100


async def test_a_report_under_way_is_left_off_when_the_machine_stops() -> None:
    bookkeeper = Bookkeeper(BusyRecords(None), small_plan(), HandClock())
    endless = asyncio.create_task(bookkeeper.report(DAY, None, "en", issued))
    await asyncio.sleep(0)
    began = time.monotonic()
    bookkeeper.close()
    with pytest.raises(Interrupted):
        await endless
    assert time.monotonic() - began < 2
    bookkeeper.close()
