"""The simulated printer obeys physics: seen from the near end of its wire, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.transport import Wire
from kiosk.domain.ids import DeviceId
from kiosk.printer.mechanism import Mechanism
from kiosk.printer.simulator import KEPT, SimulatedPrinter

PRINTER = DeviceId("slip")
QUESTIONS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
WELL = b"\x12\x12\x12\x12"
FENCE = b"\x1dr\x01"
AUTOMATIC_STATUS = b"\x1da\x0e"
CUT = b"\x1dVB\x00"
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


@dataclass
class Near:
    """The near end of the wire."""

    printer: SimulatedPrinter
    wire: Wire
    line: SimulatedSerialLine

    async def ask(self, data: bytes, answer: bytes) -> None:
        """AssertionError when something else is answered."""
        await self.wire.write(data, 1)
        await self.hears(answer)

    async def hears(self, answer: bytes) -> None:
        heard = b""
        while len(heard) < len(answer) and (more := await self.wire.read(5)):
            heard += more
        assert heard == answer

    async def again(self) -> None:
        self.wire = await open_serial(PRINTER, self.line.port, 9600)


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    with SimulatedSerialLine(tmp_path, PRINTER) as line:
        printer = SimulatedPrinter(line)
        running = asyncio.create_task(printer.run())
        near = Near(printer, await open_serial(PRINTER, line.port, 9600), line)
        yield near
        await near.wire.close()
        running.cancel()
        await asyncio.wait([running])


async def test_it_prints_and_says_when_it_has(near: Near) -> None:
    await near.ask(b"A036\n" + CUT + b"\x1d(H\x06\x0000aZ~ " + FENCE, b"\x37\x22aZ~ \x00\x00")
    assert [paper.text for paper in near.printer.paper] == [("A036",)]
    assert near.printer.paper[0].data == b"A036\n" + CUT


@pytest.mark.parametrize(
    ("spoil", "mend", "answers"),
    [
        (Mechanism.run_out_of_paper, Mechanism.load_paper, b"\x1a\x32\x12\x7e"),
        (Mechanism.open_cover, Mechanism.close_cover, b"\x1a\x16\x12\x12"),
    ],
)
async def test_off_line_it_answers_in_real_time_and_keeps_the_rest(
    near: Near,
    spoil: Callable[[Mechanism], None],
    mend: Callable[[Mechanism], None],
    answers: bytes,
) -> None:
    await near.ask(QUESTIONS, WELL)
    spoil(near.printer.mechanism)
    await near.ask(b"A036\n" + CUT + FENCE + QUESTIONS, answers)
    assert not near.printer.paper
    mend(near.printer.mechanism)
    await near.hears(b"\x00")
    assert len(near.printer.paper) == 1
    await near.ask(QUESTIONS, WELL)


async def test_a_stuck_cutter_is_found_at_the_cut_and_the_slip_hangs(near: Near) -> None:
    near.printer.mechanism.jam_cutter()
    await near.ask(FENCE + QUESTIONS, WELL + b"\x00")
    await near.wire.write(AUTOMATIC_STATUS + b"A036\n" + CUT + FENCE, 1)
    await near.hears(b"\x10\x00\x00\x00" + b"\x18\x08\x00\x00")
    await near.ask(QUESTIONS, b"\x1a\x52\x1a\x12")
    assert not near.printer.paper
    near.printer.mechanism.clear_jam()
    await near.hears(b"\x10\x00\x00\x00" + b"\x00")
    assert [paper.text for paper in near.printer.paper] == [("A036",)]


async def test_automatic_status_comes_at_once_and_with_every_change(near: Near) -> None:
    await near.ask(AUTOMATIC_STATUS, b"\x10\x00\x00\x00")
    near.printer.mechanism.run_out_of_paper()
    await near.hears(b"\x18\x00\x0f\x00")
    near.printer.mechanism.open_cover()
    await near.hears(b"\x38\x00\x0f\x00")
    near.printer.mechanism.load_paper()
    await near.hears(b"\x38\x00\x00\x00")
    near.printer.mechanism.close_cover()
    await near.hears(b"\x10\x00\x00\x00")
    near.printer.mechanism.close_cover()
    await near.ask(b"\x1da\x00" + FENCE, b"\x00")
    near.printer.mechanism.run_out_of_paper()
    await near.ask(b"\x10\x04\x04", b"\x7e")


async def test_mute_it_prints_and_says_nothing(near: Near) -> None:
    near.printer.answers.go_mute()
    await near.wire.write(b"A036\n" + CUT + FENCE + QUESTIONS, 1)
    assert await near.wire.read(0.1) == b""
    assert len(near.printer.paper) == 1
    near.printer.answers.go_mute(False)
    await near.ask(FENCE, b"\x00")


async def test_what_it_kept_is_gone_with_the_power(near: Near) -> None:
    near.printer.mechanism.run_out_of_paper()
    half = b"\x1dv0\x00\x48\x00"
    await near.ask(b"A036\n" + CUT + QUESTIONS + half, b"\x1a\x32\x12\x7e")
    near.printer.unplug()
    near.printer.mechanism.load_paper()
    near.printer.plug()
    await near.again()
    await near.ask(b"A037\n" + CUT + FENCE, b"\x00")
    assert [paper.text for paper in near.printer.paper] == [("A037",)]


async def test_buffers_are_cleared_on_command(near: Near) -> None:
    near.printer.mechanism.run_out_of_paper()
    await near.ask(b"A036\n" + CUT + CLEAR_BUFFERS + QUESTIONS, b"\x1a\x32\x12\x7e")
    near.printer.mechanism.load_paper()
    await near.ask(FENCE, b"\x00")
    assert not near.printer.paper


async def test_slips_lie_in_the_tray_until_they_are_taken(near: Near) -> None:
    slips = b"".join(f"A{number:03}\n".encode() + CUT for number in range(KEPT + 2))
    await near.ask(slips + FENCE, b"\x00")
    assert len(near.printer.paper) == KEPT
    assert near.printer.paper[-1].text == (f"A{KEPT + 1:03}",)
    assert near.printer.paper[0].text == ("A002",)
    near.printer.tear_off()
    assert not near.printer.paper


async def test_paper_comes_out_no_faster_than_the_mechanism(tmp_path: Path) -> None:
    """400 dots of 8 to the millimetre at 250 mm/s are 0.2 s."""
    with SimulatedSerialLine(tmp_path, PRINTER) as line:
        printer = SimulatedPrinter(line, speed_mm_s=250)
        running = asyncio.create_task(printer.run())
        wire = await open_serial(PRINTER, line.port, 9600)
        clock = asyncio.get_running_loop().time
        begin = clock()
        await Near(printer, wire, line).ask(b"\x1bJ\xc8" * 2 + CUT + FENCE, b"\x00")
        assert 0.19 <= clock() - begin < 2
        await wire.close()
        running.cancel()
        await asyncio.wait([running])


async def test_in_the_middle_of_a_picture_it_answers_and_can_be_cleared(near: Near) -> None:
    await near.ask(b"\x1dv0\x00\x48\x00\x10\x00" + bytes(100) + QUESTIONS, WELL)
    await near.ask(CLEAR_BUFFERS + b"A036\n" + CUT + FENCE, b"\x00")
    assert [paper.text for paper in near.printer.paper] == [("A036",)]


async def test_a_pulled_cable_leaves_it_what_it_has_heard(near: Near) -> None:
    near.printer.mechanism.run_out_of_paper()
    await near.ask(b"A036\n" + CUT + QUESTIONS, b"\x1a\x32\x12\x7e")
    near.printer.pull_cable()
    near.printer.mechanism.load_paper()
    near.printer.plug()
    await near.again()
    await near.ask(FENCE, b"\x00")
    assert [paper.text for paper in near.printer.paper] == [("A036",)]


async def test_near_its_end_the_roll_is_told_and_printing_goes_on(near: Near) -> None:
    await near.ask(AUTOMATIC_STATUS, b"\x10\x00\x00\x00")
    near.printer.mechanism.run_low()
    await near.hears(b"\x10\x00\x03\x00")
    await near.ask(QUESTIONS + b"A036\n" + CUT + FENCE, b"\x12\x12\x12\x1e\x00")
    assert len(near.printer.paper) == 1
