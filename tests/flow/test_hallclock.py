"""R8: a clock that is set forwards or back, midnight, DST and a leap day: nobody notices, staff are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.commands import CallNext, Command, OpenCounter, Recognition
from kiosk.domain.device import Fault
from kiosk.domain.events import DeviceFailed, DeviceRecovered, TicketCalled, TicketIssued
from kiosk.domain.ids import ClientRef
from kiosk.domain.queue import VIP
from kiosk.flow.conditions import ConditionReports
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.hall import Hall
from kiosk.flow.hallclock import BELIEF, SETTLING, watch_clock
from kiosk.flow.state import degradations, hall_state
from tests.domain.day import LI, MONDAY, MORNING, ONE, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import A, small_plan
from tests.support.eventually import until

PRAGUE = ZoneInfo("Europe/Prague")
VIPS = Recognition(ClientRef("c1"), None, VIP, ())


class Bench:
    """A hall that has been at work for a while, whose every command is written at once."""

    def __init__(self, begins: datetime = MORNING, zone: ZoneInfo | None = None) -> None:
        plan = small_plan()
        self.plan = replace(plan, zone=zone) if zone else plan
        self.clock = HandClock(begins)
        self.log = MemoryLog()
        self.hall = Hall(self.plan, self.log, self.clock)
        self.hall.now()
        self.clock.move(seconds=SETTLING)
        self.begun = self.hall.now()

    @property
    def passed(self) -> timedelta:
        """Of the hall's time."""
        return self.hall.now() - self.begun

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.log.append([*self.hall.turn_day(), *self.hall.carry_out(command)])

    def wait(self, **span: float) -> None:
        """Time passes, and the hall is looked at every second or so."""
        end = self.clock.time + timedelta(**span)
        while self.clock.time < end:
            self.clock.move(seconds=min(10.0, (end - self.clock.time).total_seconds()))
            self.hall.now()

    def numbers(self) -> list[str]:
        events = [fact.event for fact in self.log.facts]
        return [one.ticket.number for one in events if isinstance(one, TicketIssued)]

    def called(self) -> list[str]:
        events = [fact.event for fact in self.log.facts]
        return [one.ticket.id for one in events if isinstance(one, TicketCalled)]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("hours", [1, -1, 5, -5])
def test_the_hall_goes_on_by_the_time_that_passes(bench: Bench, hours: float) -> None:
    bench.clock.step(hours=hours)
    assert bench.passed == timedelta()
    assert bench.hall.clock.skew == timedelta(hours=hours)
    bench.clock.move(minutes=10)
    assert bench.passed == timedelta(minutes=15 if hours > 0 else 5)


@pytest.mark.parametrize("hours", [1, -1])
def test_and_approaches_the_clock_until_it_is_there(bench: Bench, hours: float) -> None:
    bench.clock.step(hours=hours)
    bench.wait(hours=2)
    assert bench.hall.clock.skew == timedelta()
    assert bench.hall.now() == bench.clock.time
    bench.wait(minutes=1)
    assert bench.hall.now() == bench.clock.time


def test_a_clock_that_is_put_right_again_leaves_no_trace(bench: Bench) -> None:
    bench.clock.step(hours=3)
    bench.hall.now()
    bench.clock.step(hours=-3)
    bench.hall.now()
    assert bench.hall.clock.skew == timedelta()
    assert bench.hall.now() == bench.clock.time


@pytest.mark.parametrize("seconds", [1.5, -1.5])
def test_a_clock_that_is_trimmed_is_followed(bench: Bench, seconds: float) -> None:
    bench.clock.step(seconds=seconds)
    assert bench.passed == timedelta(seconds=max(0.0, seconds))
    assert bench.hall.clock.skew == timedelta()


def test_a_machine_that_learns_the_time_when_it_boots_has_it_at_once() -> None:
    bench = Bench()
    bench.hall = Hall(bench.plan, bench.log, bench.clock)
    bench.clock.move(seconds=SETTLING - 1)
    bench.clock.step(hours=14)
    assert bench.hall.now() == bench.clock.time
    assert bench.hall.clock.skew == timedelta()


def test_a_clock_put_right_while_it_boots_takes_nobody_into_the_future() -> None:
    bench = Bench()
    bench.hall = Hall(bench.plan, bench.log, bench.clock)
    before = bench.hall.now()
    bench.clock.step(hours=-1)
    bench.hall.now()
    bench.clock.step(hours=1)
    assert bench.hall.now() == before


@pytest.mark.parametrize("shows", [datetime(1970, 1, 1, tzinfo=UTC), MORNING - timedelta(days=60)])
def test_a_machine_that_boots_with_an_old_clock_goes_on_where_it_was(
    bench: Bench, shows: datetime
) -> None:
    """No day of the past begins, nobody expires, and time passes as fast as ever."""
    bench.do(issue("t1"))
    stopped, day = bench.hall.now(), bench.hall.branch.day
    bench.clock = HandClock(shows)
    bench.hall = Hall(bench.plan, bench.log, bench.clock)
    assert bench.hall.now() == stopped
    bench.wait(hours=1)
    assert bench.hall.now() == stopped + timedelta(hours=1)
    assert bench.hall.clock.skew == shows - stopped
    bench.do(issue("t2"))
    assert bench.hall.branch.day == day
    assert bench.numbers() == ["A001", "A002"]


@pytest.mark.parametrize("hours", [1, -1])
def test_nobody_waits_a_negative_time_or_becomes_overdue(bench: Bench, hours: float) -> None:
    """LOB-25: in no state that anybody is shown."""
    bench.do(issue("t1"), issue("t2"), OpenCounter(ONE, LI))
    bench.clock.move(minutes=5)
    bench.hall.now()
    bench.clock.step(hours=hours)
    now = bench.hall.now()
    state = hall_state(bench.hall.branch, now, EstimateBook())
    assert bench.hall.branch.lines.longest_wait(A, now.timestamp()) == 5
    following = state["counters"][0]["next"]
    assert (following["ticket"], following["why"]["wait"]) == ("t1", 5)
    assert following["why"]["escalated"] is False
    assert all(fact.time <= now for fact in bench.log.facts)


@pytest.mark.parametrize("hours", [0, 1, -1])
def test_the_order_is_what_it_would_have_been(bench: Bench, hours: float) -> None:
    """Followed as it is, +1 h would make everybody overdue, and the regular ticket first."""
    bench.do(issue("regular"))
    bench.wait(minutes=3)
    bench.do(issue("vip", VIPS), issue("later"))
    bench.wait(minutes=2)
    bench.clock.step(hours=hours)
    bench.do(OpenCounter(ONE, LI))
    for _ in range(3):
        bench.do(CallNext(ONE, LI))
        bench.wait(minutes=1)
    assert bench.called() == ["vip", "regular", "later"]


class TestTheBusinessDay:
    """A clock that leaps over the cut-over: nobody's ticket expires for somebody's slip of the finger."""

    def test_a_wrong_date_that_is_put_right_in_time_opens_no_day(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.step(days=1)
        bench.do(issue("t2"))
        bench.wait(seconds=BELIEF - 20)
        bench.do(issue("t3"))
        bench.clock.step(days=-1)
        bench.do(issue("t4"))
        assert bench.hall.branch.day == MONDAY
        assert bench.numbers() == ["A001", "A002", "A003", "A004"]
        assert {fact.day for fact in bench.log.facts} == {MONDAY}
        assert bench.hall.branch.lines.count(A) == 4

    def test_it_is_believed_when_it_stays(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.step(days=1)
        bench.wait(seconds=BELIEF + 20)
        bench.do(issue("t2"))
        assert bench.hall.branch.day == MONDAY + timedelta(days=1)
        assert bench.hall.now() == bench.clock.time
        assert bench.hall.clock.skew == timedelta()

    def test_once_believed_the_later_day_goes_on_and_no_number_is_lost(self, bench: Bench) -> None:
        bench.clock.step(days=1)
        bench.wait(seconds=BELIEF + 20)
        bench.do(issue("t1"))
        bench.clock.step(days=-1)
        bench.do(issue("t2"))
        bench.wait(days=1, hours=4)
        bench.do(issue("t3"))
        tuesday = MONDAY + timedelta(days=1)
        assert bench.numbers() == ["A001", "A002", "A003"]
        assert {fact.day for fact in bench.log.facts} == {tuesday}
        bench.wait(days=1)
        bench.do(issue("t4"))
        assert bench.hall.branch.day == tuesday + timedelta(days=1)

    def test_a_leap_over_midnight_by_an_hour_waits_for_the_hall(self) -> None:
        bench = Bench(datetime(2026, 3, 2, 19, 30, tzinfo=UTC))  # half past three in Shanghai
        bench.do(issue("t1"))
        bench.clock.step(hours=1)
        bench.do(issue("t2"))
        assert bench.hall.branch.day == MONDAY
        bench.wait(minutes=14)
        bench.do(issue("t3"))
        assert bench.hall.branch.day == MONDAY
        bench.wait(minutes=5)
        bench.do(issue("t4"))
        assert bench.hall.branch.day == MONDAY + timedelta(days=1)
        assert bench.numbers() == ["A001", "A002", "A003", "A001"]

    @pytest.mark.parametrize(
        ("begins", "hours", "days"),
        [
            # Clocks go forward in the night to 29 March 2026, back in the one to 25 October.
            ("2026-03-28T12:00", 38, ["2026-03-28", "2026-03-29", "2026-03-30"]),
            ("2026-10-24T12:00", 40, ["2026-10-24", "2026-10-25", "2026-10-26"]),
            ("2028-02-28T12:00", 40, ["2028-02-28", "2028-02-29", "2028-03-01"]),
            ("2027-02-27T12:00", 40, ["2027-02-27", "2027-02-28", "2027-03-01"]),
            ("2026-12-30T12:00", 40, ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ],
    )
    def test_every_day_opens_once_at_its_hour(
        self, begins: str, hours: int, days: list[str]
    ) -> None:
        bench = Bench(datetime.fromisoformat(begins).replace(tzinfo=UTC), PRAGUE)
        opened = []
        for nth in range(hours * 12 + 1):
            if turned := bench.hall.turn_day():
                bench.log.append(turned)
                opened.append((turned[-1].day, bench.hall.now().astimezone(PRAGUE)))
            bench.do(issue(f"t{nth}"))
            bench.clock.move(minutes=5)
        assert [day for day, _ in opened] == [date.fromisoformat(day) for day in days]
        assert [(at.hour, at.date() == day) for day, at in opened[1:]] == [(4, True), (4, True)]
        for day in days:
            facts = [f for f in bench.log.facts if f.day == date.fromisoformat(day)]
            tickets = [cast(TicketIssued, f.event).ticket for f in facts if _issues(f.event)]
            assert [one.serial for one in tickets] == list(range(1, len(tickets) + 1))
        assert [f.time for f in bench.log.facts] == sorted(f.time for f in bench.log.facts)


def _issues(event: object) -> bool:
    return isinstance(event, TicketIssued)


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_was_set_is_told_once_and_once_when_it_is_over(
    desk: Desk, hall: Hall, clock: HandClock, log: MemoryLog, hours: float
) -> None:
    reports = ConditionReports(desk, retry_after=0.01)

    def told(kind: type[DeviceFailed | DeviceRecovered]) -> list[DeviceFailed | DeviceRecovered]:
        return [fact.event for fact in log.facts if isinstance(fact.event, kind)]

    await desk.submit(issue("t1"))
    clock.move(seconds=SETTLING)
    async with at_work(reports.run()), at_work(watch_clock(hall.clock, reports.report, 0.001)):
        await until(lambda: hall.clock.now() == clock.time)
        clock.step(hours=hours)
        await until(lambda: told(DeviceFailed))
        [ill] = degradations(await desk.branch())
        assert (ill.device, ill.fault) == ("clock", Fault.CLOCK_SET)
        assert ill.detail == f"{3600 * hours:+.0f} s"
        for _ in range(12):
            before = hall.clock.skew
            clock.move(minutes=10)
            await until(lambda: abs(hall.clock.skew) < abs(before))  # noqa: B023
        await until(lambda: told(DeviceRecovered))
        assert degradations(await desk.branch()) == []
    assert (len(told(DeviceFailed)), len(told(DeviceRecovered))) == (1, 1)
