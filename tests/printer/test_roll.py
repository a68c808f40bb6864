"""The roll nears its end: told once, counted down, and printing goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import SlipState
from kiosk.ports import PrintResult
from kiosk.printer.health import SLIPS_LEFT
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import AtWork, at_work, make_wire, until

PRINTED = PrintResult(SlipState.PRINTED)


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
        (Fault.PAPER_LOW, DeviceStatus.ONLINE, f"about {SLIPS_LEFT} slips")
    ]
    assert len(far.paper) == 3


async def test_after_a_lost_line_it_is_told_with_what_is_left(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print() == PRINTED
    far.pull_cable()
    await desk.is_now(DeviceStatus.OFFLINE)
    far.plug()
    await until(lambda: desk.told[-1].fault is Fault.PAPER_LOW and len(desk.told) > 1, "a report")
    assert desk.told[-1].detail == f"about {SLIPS_LEFT - 1} slips"


async def test_a_sensor_that_wavers_is_told_once(desk: AtWork, far: SimulatedPrinter) -> None:
    for _ in range(5):
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
