"""Each day's files: once, whole, also after a night that the machine was off, never in the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext, OpenCounter, OpenDay
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.flow.conditions import ConditionReports
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.reports.dayfiles import DayFiles, replace_file
from kiosk.reports.formats import Format
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog
from tests.domain.day import LI, MONDAY, ONE, issue
from tests.flow.clock import HandClock
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until
from tests.support.smalldisk import NEEDS_MOUNTING, small_disk

DAY = timedelta(days=1)


@dataclass
class Machine:
    """A branch that is switched on and off, with the folder for its files."""

    folder: Path
    var: Path
    clock: HandClock = field(default_factory=HandClock)
    told: list[DeviceCondition] = field(default_factory=list)

    @asynccontextmanager
    async def on(self) -> AsyncIterator[Desk]:
        async with AsyncExitStack() as parts:
            log = parts.enter_context(closing(SqliteLog(self.var / "log.db")))
            records = parts.enter_context(closing(SqliteDayRecords(log.path)))
            plan = small_plan()
            desk = Desk(Hall(plan, log, self.clock), log)
            keeper = Bookkeeper(records, plan, self.clock, lambda: {"li": "Li Sample"})
            parts.enter_context(closing(keeper))
            conditions = ConditionReports(desk)

            def report(condition: DeviceCondition) -> None:
                self.told.append(condition)
                conditions.report(condition)

            files = DayFiles(
                keeper,
                folder=self.folder,
                formats=[Format.CSV, Format.JSON],
                language="en",
                cursor=self.var / "reports.cursor",
                report=report,
                retry_after=0.01,
            )
            desk.listen(files.turn.take)
            for work in (desk.run(), conditions.run(), files.run()):
                await parts.enter_async_context(at_work(work))
            yield desk

    async def live_through(self, desk: Desk, tickets: int) -> None:
        """So many tickets, one of them called, and on to the next day."""
        for number in range(tickets):
            await desk.submit(issue(f"{self.clock.now():%d}-{number}"))
        await desk.submit(OpenCounter(ONE, LI))
        await desk.submit(CallNext(ONE, LI))
        self.clock.move(days=1)

    def dropped(self) -> list[str]:
        """Whoever fetches them passes over what begins with a dot."""
        names = [path.name for path in self.folder.iterdir()]
        return sorted(name for name in names if not name.startswith("."))

    def days(self) -> list[str]:
        return sorted({name[12:22] for name in self.dropped()})

    def figure(self, day: date, line: str) -> bool:
        text = (self.folder / f"report-0755-{day}.csv").read_text("utf-8-sig")
        return line in text.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "files").mkdir()
    return Machine(tmp_path / "files", tmp_path / "var")


async def turned(desk: Desk, day: date) -> None:
    await desk.submit(OpenDay(day))


async def test_a_day_is_dropped_in_every_format_when_the_next_begins(machine: Machine) -> None:
    async with machine.on() as desk:
        await machine.live_through(desk, 3)
        assert machine.dropped() == []
        await turned(desk, MONDAY + DAY)
        await until(lambda: len(machine.dropped()) == 2)
        assert machine.dropped() == ["report-0755-2026-03-02.csv", "report-0755-2026-03-02.json"]
        assert machine.figure(MONDAY, "all,*,issued,3,tickets")
        assert machine.figure(MONDAY, "all,*,open,0,tickets")
        assert machine.figure(MONDAY, "teller,li,serving,0.0,s")
        assert "Li Sample" not in (machine.folder / machine.dropped()[1]).read_text()


async def test_each_day_is_dropped_once(machine: Machine) -> None:
    async with machine.on() as desk:
        await machine.live_through(desk, 1)
        await turned(desk, MONDAY + DAY)
        await until(lambda: len(machine.dropped()) == 2)
    for path in machine.folder.iterdir():
        path.unlink()  # somebody has fetched them
    async with machine.on() as desk:
        await until(lambda: len(machine.told) == 3)
        await machine.live_through(desk, 1)
        await turned(desk, MONDAY + 2 * DAY)
        await until(lambda: len(machine.dropped()) == 2)
        assert machine.days() == ["2026-03-03"]


async def test_days_that_ended_while_the_machine_was_off_follow(machine: Machine) -> None:
    async with machine.on() as desk:
        await machine.live_through(desk, 1)
        await turned(desk, MONDAY + DAY)
        await until(lambda: len(machine.dropped()) == 2)
        await machine.live_through(desk, 2)  # and off it goes before the day has turned
    machine.clock.move(days=3)
    async with machine.on() as desk:
        await turned(desk, MONDAY + 5 * DAY)
        await until(lambda: machine.days() == ["2026-03-02", "2026-03-03"])
        assert machine.figure(MONDAY + DAY, "all,*,issued,2,tickets")


async def test_a_new_folder_begins_with_the_last_day(machine: Machine) -> None:
    with closing(SqliteLog(machine.var / "log.db")) as log:
        hall = Hall(small_plan(), log, machine.clock)
        for _ in range(4):
            log.append(hall.turn_day())
            machine.clock.move(days=1)
    async with machine.on():
        await until(machine.dropped)
        await until(lambda: len(machine.told) == 1)
        assert machine.days() == ["2026-03-04"]


async def faulty(machine: Machine, desk: Desk, fault: Fault) -> None:
    """The fault stands in the hall; told again and again, written once."""

    def tried_often() -> bool:
        return [one.fault for one in machine.told].count(fault) > 3

    await until(tried_often)
    branch = await desk.branch()
    condition = branch.devices[DeviceId("reports")]
    assert (condition.status, condition.fault) == (DeviceStatus.HARDWARE_ERROR, fault)
    before = branch.sequence
    machine.told.clear()
    await until(tried_often)
    assert (await desk.branch()).sequence == before


async def healed(desk: Desk) -> None:
    async def well() -> bool:
        branch = await desk.branch()
        return branch.devices[DeviceId("reports")].status is DeviceStatus.ONLINE

    await eventually(well)


async def eventually(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def test_a_folder_that_is_not_there_is_told_once_and_tried_until_it_is(
    machine: Machine,
) -> None:
    machine.folder.rmdir()
    async with machine.on() as desk:
        await machine.live_through(desk, 2)
        await turned(desk, MONDAY + DAY)
        await faulty(machine, desk, Fault.NOT_FOUND)
        await desk.submit(issue("meanwhile"))
        machine.folder.mkdir()
        await healed(desk)
        assert machine.days() == ["2026-03-02"]


@NEEDS_MOUNTING
async def test_a_full_disk_gets_no_half_files(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        machine = Machine(disk.folder / "files", tmp_path / "var")
        machine.folder.mkdir()
        disk.fill(left=4096)
        async with machine.on() as desk:
            await machine.live_through(desk, 2)
            await turned(desk, MONDAY + DAY)
            await faulty(machine, desk, Fault.DISK_FULL)
            assert machine.dropped() == []
            disk.empty()
            await healed(desk)
            assert machine.days() == ["2026-03-02"]
            assert not list(machine.folder.glob(".*"))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    replace_file(file, b"first")
    replace_file(file, b"second")
    assert file.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]
