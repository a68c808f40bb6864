"""The roll nears its end: told once, counted down, and printing goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.printer.health import PrinterHealth
from kiosk.printer.replies import PrinterCondition
from kiosk.printer.roll import SLIPS_LEFT, PaperRoll
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import PRINTED, AtWork, at_work, make_wire
from tests.support.eventually import until


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[SimulatedSerialLine]:
    with make_wire("serial", tmp_path) as line:
        assert isinstance(line, SimulatedSerialLine)
        yield line


@pytest.fixture
def far(line: SimulatedSerialLine) -> SimulatedPrinter:
    return SimulatedPrinter(line)


@pytest.fixture
async def desk(line: SimulatedSerialLine, far: SimulatedPrinter) -> AsyncIterator[AtWork]:
    async with at_work(line, far.run()) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        desk.told.clear()
        far.mechanism.run_low()
        await until(lambda: desk.told, "a report")
        yield desk


async def test_it_is_told_once_and_slips_are_printed(desk: AtWork, far: SimulatedPrinter) -> None:
    assert [await desk.print(f"job-{n}") for n in range(3)] == [PRINTED] * 3
    assert [(one.fault, one.status, one.detail) for one in desk.told] == [
        (Fault.PAPER_LOW, DeviceStatus.ONLINE, "about 60 slips")
    ]
    assert len(far.paper) == 3
    assert desk.driver.slips_left == SLIPS_LEFT - 3


def test_staff_see_it_run_down() -> None:
    told: list[DeviceCondition] = []
    health = PrinterHealth(DeviceId("slip"), told.append, PaperRoll())
    health.tell(PrinterCondition(paper_low=True))
    for _ in range(SLIPS_LEFT + 1):
        health.slip_printed()
    left = [one.detail.split()[1] for one in told]
    assert left == ["60", "50", "40", "30", "20", "10", "5", "4", "3", "2", "1", "0"]
    assert {one.fault for one in told} == {Fault.PAPER_LOW}


async def test_after_a_lost_line_it_is_told_with_what_is_left(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print() == PRINTED
    far.pull_cable()
    await desk.is_now(DeviceStatus.OFFLINE)
    far.plug()
    await until(lambda: desk.told[-1].fault is Fault.PAPER_LOW and len(desk.told) > 1, "a report")
    assert desk.driver.slips_left == SLIPS_LEFT - 1


async def test_a_sensor_that_wavers_is_told_once(desk: AtWork, far: SimulatedPrinter) -> None:
    for _ in range(4):
        far.mechanism.load_paper()
        assert await desk.print() == PRINTED
        far.mechanism.run_low()
        assert await desk.print() == PRINTED
    assert desk.faults == [Fault.PAPER_LOW]


async def test_a_new_roll_ends_it(desk: AtWork, far: SimulatedPrinter) -> None:
    far.mechanism.open_cover()
    await until(lambda: Fault.COVER_OPEN in desk.faults, "a report")
    far.mechanism.load_paper()
    far.mechanism.close_cover()
    await until(lambda: desk.faults[-1] is None, "a report")
    assert desk.faults == [Fault.PAPER_LOW, Fault.COVER_OPEN, None]


WELL, LOW = PrinterCondition(), PrinterCondition(paper_low=True)
OUT, OPEN = PrinterCondition(Fault.PAPER_OUT), PrinterCondition(Fault.COVER_OPEN)


class TestWithoutASensor:
    """12 m are good for 100 slips."""

    def test_a_roll_is_low_when_its_length_says_so(self) -> None:
        roll = PaperRoll(12)
        for _ in range(39):
            roll.slip_printed()
        assert (roll.left, roll.low, roll.detail) == (61, False, "")
        roll.slip_printed()
        assert (roll.left, roll.low, roll.detail) == (60, True, "about 60 slips")

    @pytest.mark.parametrize(
        ("printed", "seen", "left"),
        [
            (10, OUT, 100),  # a new roll is in when there is paper again
            (10, OPEN, 90),  # somebody looked at something else
            (50, OPEN, 100),  # the end was near: it was changed
            (10, LOW, 60),  # it has a sensor after all, and that knows better
            (50, LOW, 50),
            (50, WELL, 50),
        ],
    )
    def test_what_hands_do_changes_the_count(
        self, printed: int, seen: PrinterCondition, left: int
    ) -> None:
        roll = PaperRoll(12)
        for _ in range(printed):
            roll.slip_printed()
        roll.heard(seen)
        assert roll.left == left

    def test_the_count_outlives_a_restart(self, tmp_path: Path) -> None:
        kept = tmp_path / "slip"
        PaperRoll(12, kept).slip_printed()
        assert PaperRoll(12, kept).left == 99

    def test_a_count_that_cant_be_read_begins_anew(self, tmp_path: Path) -> None:
        kept = tmp_path / "slip"
        kept.write_text("many")
        assert PaperRoll(12, kept).left == 100


def test_with_a_sensor_nothing_is_known_before_it_speaks() -> None:
    roll = PaperRoll()
    roll.slip_printed()
    assert (roll.left, roll.low) == (None, False)
