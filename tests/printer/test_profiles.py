"""What a model of printer changes: how it confirms, and how it is rid of what it holds."""

import asyncio
import re
from asyncio import TaskGroup
from math import inf

import pytest

from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import SlipState
from kiosk.ports import PrintResult
from kiosk.printer.encoder import TextMode
from kiosk.printer.profile import BufferClear, Confirmation
from kiosk.printer.session import AUTOMATIC_STATUS_ON, INITIALISE
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import (
    NOT_CONFIRMED,
    PRINTED,
    Cable,
    Line,
    Stranger,
    at_work,
    confirm_id,
)
from tests.printer.slips import slip
from tests.support.eventually import until


async def test_a_byte_of_noise_behind_the_cut_confirms_nothing(line: Line) -> None:
    """A clone whose board sends a stray NUL, and which never prints."""
    noise = [b"\0"]
    stranger = Stranger(line, on_fence=lambda: noise.pop() if noise else b"")
    async with at_work(line, stranger.run(), grace=0.3, confirms=Confirmation.FENCE) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        assert await counter.print() == NOT_CONFIRMED


async def test_a_printer_with_process_ids_is_believed_by_them_alone(line: Line) -> None:
    stranger = Stranger(line, on_fence=lambda: b"\0")
    ids = Confirmation.PROCESS_ID
    async with at_work(line, stranger.run(), grace=0.3, confirms=ids) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        assert await counter.print("job-1") == NOT_CONFIRMED
        stranger.on_id = confirm_id
        assert await counter.print("job-2") == PRINTED


async def test_a_clone_is_never_asked_for_process_ids(line: Line) -> None:
    """It would print the question on the next customer's slip."""
    stranger = Stranger(line, on_fence=lambda: b"\0")
    async with at_work(line, stranger.run(), confirms=Confirmation.FENCE) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        assert await counter.print() == PRINTED
    assert b"\x1d(H" not in stranger.received


@pytest.mark.parametrize("clear", [BufferClear.DLE_DC4, BufferClear.DLE_ENQ])
@pytest.mark.parametrize("spoilt", ["paper", "cover"])
async def test_a_slip_that_waits_inside_is_forgotten_and_never_comes_out(
    line: Line, clear: BufferClear, spoilt: str
) -> None:
    """R3: no stale slip when paper returns."""
    far = SimulatedPrinter(line)
    hands = far.mechanism
    async with at_work(line, far.run(), clear=clear) as desk:
        await desk.is_now(DeviceStatus.ONLINE)

        async def spoil() -> None:
            (hands.run_out_of_paper if spoilt == "paper" else hands.open_cover)()

        assert (await desk.print("job-1", spoil)).state is SlipState.UNKNOWN
        hands.load_paper()
        hands.close_cover()
        await desk.is_now(DeviceStatus.ONLINE)
        assert await desk.print("job-2") == PRINTED
        assert [paper for paper in numbers_on(far) if paper] == [[b"A036"]]


async def test_half_a_slip_is_cleared_away_and_the_next_one_is_printed(line: Line) -> None:
    """The cable is out in mid picture while the printer keeps its power: it waits for the rest."""
    cable = Cable(line)
    far = SimulatedPrinter(cable)
    async with at_work(
        line, far.run(), mode=TextMode.RASTER, clear=BufferClear.DLE_DC4, grace=0.2
    ) as desk:
        await desk.is_now(DeviceStatus.ONLINE)

        async def break_soon() -> None:
            cable.break_soon()

        result = await desk.print("job-1", break_soon)
        assert result.state is SlipState.UNKNOWN
        await desk.is_now(DeviceStatus.OFFLINE)
        line.plug()
        await desk.is_now(DeviceStatus.ONLINE)
        assert await desk.print("job-2") == PRINTED
        assert len(far.paper) == 2  # the half one is cut off


def numbers_on(far: SimulatedPrinter) -> list[list[bytes]]:
    """Of each piece of paper."""
    return [re.findall(rb"A\d{3}", paper.data) for paper in far.paper]


async def test_half_a_slip_is_cut_off_also_when_the_line_breaks_at_the_cut(line: Line) -> None:
    cable = Cable(line)
    far = SimulatedPrinter(cable)
    async with at_work(line, far.run(), clear=BufferClear.DLE_DC4, grace=0.2) as desk:
        await desk.is_now(DeviceStatus.ONLINE)

        async def break_soon() -> None:
            cable.break_soon(after=60)

        half = await desk.print(meanwhile=break_soon, of=slip(number="A001"))
        assert half.state is SlipState.UNKNOWN
        await desk.is_now(DeviceStatus.OFFLINE)
        set_up = len(INITIALISE + AUTOMATIC_STATUS_ON)
        line.plug()
        cable.break_soon(after=set_up + 1)
        await until(lambda: desk.faults.count(None) == 2, "the line back")
        await desk.is_now(DeviceStatus.OFFLINE)
        line.plug()
        await desk.is_now(DeviceStatus.ONLINE)
        assert await desk.print(of=slip(number="A002")) == PRINTED
        assert [paper for paper in numbers_on(far) if paper] == [[b"A001"], [b"A002"]]


async def test_what_is_on_paper_of_a_slip_that_was_forgotten_is_cut_off(line: Line) -> None:
    """The cover is opened while the slip comes out, and closed again."""
    far = SimulatedPrinter(line)
    far.print_at(20)
    async with at_work(line, far.run(), clear=BufferClear.DLE_DC4) as desk, TaskGroup() as hands:
        await desk.is_now(DeviceStatus.ONLINE)

        async def open_the_cover() -> None:
            await until(lambda: b"A001" in far.uncut, "the number on paper")
            far.mechanism.open_cover()

        async def stand_by() -> None:
            hands.create_task(open_the_cover(), name="hands")

        forgotten = await desk.print(meanwhile=stand_by, of=slip(number="A001"))
        assert forgotten == PrintResult(SlipState.UNKNOWN, Fault.COVER_OPEN)
        far.print_at(inf)
        far.mechanism.close_cover()
        await desk.is_now(DeviceStatus.ONLINE)
        assert await desk.print(of=slip(number="A002")) == PRINTED
        assert [paper for paper in numbers_on(far) if paper] == [[b"A001"], [b"A002"]]


async def test_without_such_a_command_half_a_slip_keeps_the_next_one_out(line: Line) -> None:
    stranger = Stranger(line)
    async with at_work(line, stranger.run(), grace=0.1) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        assert await counter.print("job-1") == NOT_CONFIRMED
        await until(lambda: counter.told[-1].fault is Fault.NO_ANSWER, "a report")
        await asyncio.sleep(0)
        assert b"\x10\x14\x08" not in stranger.received
