"""The driver on real wires, with a printer that obeys physics and with strangers that don't."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import Slip, SlipState
from kiosk.machine.typefaces import FontMissing
from kiosk.ports import PrintResult
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.settings.slip import SlipSection
from tests.printer.atwork import (
    NO_ANSWER,
    PRINTED,
    AtWork,
    Line,
    at_work,
)
from tests.printer.slips import slip
from tests.support.eventually import until


@pytest.fixture
def far(line: Line) -> SimulatedPrinter:
    return SimulatedPrinter(line)


@pytest.fixture
async def desk(line: Line, far: SimulatedPrinter) -> AsyncIterator[AtWork]:
    async with at_work(line, far.run()) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        yield desk


async def test_a_slip_is_on_paper_when_it_is_printed(desk: AtWork, far: SimulatedPrinter) -> None:
    assert await desk.print() == PRINTED
    assert [paper.text[1] for paper in far.paper] == ["A036"]


async def test_what_is_announced_is_what_is_sent(desk: AtWork, far: SimulatedPrinter) -> None:
    await desk.print("job-1")
    await desk.print("job-2")
    assert desk.digests[1] == hashlib.sha256(far.paper[1].data).hexdigest()


async def test_what_is_kept_of_a_slip_is_the_same_whoever_it_names(
    line: Line, far: SimulatedPrinter
) -> None:
    encoder = SlipEncoder(
        PrinterProfile(), TextMode.CODEPAGE, serial=True, template=SlipSection(names=True)
    )
    async with at_work(line, far.run(), encoder=encoder) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        for named in ("Good morning, Ms Sample", "Good morning, Mr Example", None):
            await desk.print(of=slip(greeting="Good morning", named_greeting=named))
    assert [paper.text[4] for paper in far.paper] == [
        "Good morning, Ms Sample",
        "Good morning, Mr Example",
        "Good morning",
    ]
    assert len(set(desk.digests)) == 1


async def test_nothing_is_sent_before_it_is_announced(desk: AtWork, far: SimulatedPrinter) -> None:
    async def look() -> None:
        await asyncio.sleep(0.05)
        assert not far.paper

    assert await desk.print(meanwhile=look) == PRINTED


async def test_one_slip_after_the_other(desk: AtWork, far: SimulatedPrinter) -> None:
    numbers = [f"A{number:03}" for number in range(5)]
    slips = [slip(number=number, job=f"job-{number}") for number in numbers]
    results = await asyncio.gather(*(desk.print(of=each) for each in slips))
    assert results == [PRINTED] * 5
    assert [paper.text[1] for paper in far.paper] == numbers


@pytest.mark.parametrize(
    ("spoil", "mend", "fault"),
    [
        ("run_out_of_paper", "load_paper", Fault.PAPER_OUT),
        ("open_cover", "close_cover", Fault.COVER_OPEN),
    ],
)
class TestAPrinterThatCant:
    async def test_before_a_slip_it_is_sent_nothing(
        self, desk: AtWork, far: SimulatedPrinter, spoil: str, mend: str, fault: Fault
    ) -> None:
        getattr(far.mechanism, spoil)()
        assert await desk.print() == PrintResult(SlipState.FAILED, fault)
        assert desk.digests == []
        getattr(far.mechanism, mend)()
        await desk.is_now(DeviceStatus.ONLINE)
        assert not far.paper
        assert await desk.print() == PRINTED

    async def test_in_mid_job_it_keeps_the_slip_and_prints_it_once(
        self, desk: AtWork, far: SimulatedPrinter, spoil: str, mend: str, fault: Fault
    ) -> None:
        async def spoilt() -> None:
            getattr(far.mechanism, spoil)()

        assert await desk.print("job-1", spoilt) == PrintResult(SlipState.UNKNOWN, fault)
        assert await desk.print("job-2") == PrintResult(SlipState.FAILED, fault)
        getattr(far.mechanism, mend)()
        await desk.is_now(DeviceStatus.ONLINE)
        await until(lambda: far.paper, "the kept slip")
        assert await desk.print("job-3") == PRINTED
        assert len(far.paper) == 2

    async def test_mended_in_time_it_is_printed(
        self, desk: AtWork, far: SimulatedPrinter, spoil: str, mend: str, fault: Fault
    ) -> None:
        async def spoilt_for_a_moment() -> None:
            getattr(far.mechanism, spoil)()
            asyncio.get_running_loop().call_later(0.1, getattr(far.mechanism, mend))

        assert await desk.print("job-1", spoilt_for_a_moment) == PRINTED
        assert len(far.paper) == 1

    async def test_staff_are_told_once_when_it_begins_and_once_when_it_ends(
        self, desk: AtWork, far: SimulatedPrinter, spoil: str, mend: str, fault: Fault
    ) -> None:
        desk.told.clear()
        getattr(far.mechanism, spoil)()
        await until(lambda: desk.told, "a report")
        await desk.print()
        await asyncio.sleep(0.15)  # two looks
        assert desk.faults == [fault]
        getattr(far.mechanism, mend)()
        await desk.is_now(DeviceStatus.ONLINE)
        await desk.print()
        assert desk.faults == [fault, None]


async def test_a_slip_that_hangs_in_the_cutter_is_printed(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    far.mechanism.jam_cutter()
    assert await desk.print("job-1") == PrintResult(SlipState.PRINTED, Fault.CUTTER)
    assert await desk.print("job-2") == PrintResult(SlipState.FAILED, Fault.CUTTER)
    assert desk.driver.status is DeviceStatus.HARDWARE_ERROR
    far.mechanism.clear_jam()
    await desk.is_now(DeviceStatus.ONLINE)
    assert await desk.print("job-3") == PRINTED
    assert len(far.paper) == 2


async def test_a_printer_that_falls_silent_is_told_and_heals(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    far.answers.go_mute()
    assert await desk.print() == NO_ANSWER
    await until(lambda: Fault.NO_ANSWER in desk.faults, "a report")
    far.answers.go_mute(False)
    await desk.is_now(DeviceStatus.ONLINE)
    assert await desk.print() == PRINTED
    assert desk.digests == desk.digests[:1]


async def test_an_unplugged_printer_is_sent_nothing_and_heals(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    desk.told.clear()
    far.unplug()
    await desk.is_now(DeviceStatus.OFFLINE)
    assert (await desk.print()).state is SlipState.FAILED
    assert desk.digests == []
    far.plug()
    await desk.is_now(DeviceStatus.ONLINE)
    assert await desk.print() == PRINTED
    assert desk.faults == [Fault.CONNECTION_LOST, None]


async def test_unplugged_before_the_first_byte_the_slip_has_failed(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    async def pull() -> None:
        far.unplug()
        await desk.is_now(DeviceStatus.OFFLINE)

    assert await desk.print(meanwhile=pull) == PrintResult(SlipState.FAILED, Fault.CONNECTION_LOST)


async def test_a_missing_font_fails_the_slip_and_not_the_driver(line: Line) -> None:
    class WithoutFonts(SlipEncoder):
        def encode(self, of: Slip) -> bytes:
            if of.language == "kk":
                raise FontMissing("Қ", ["fonts-noto-core"])
            return super().encode(of)

    far = SimulatedPrinter(line)
    encoder = WithoutFonts(PrinterProfile(), TextMode.CODEPAGE, serial=True)
    async with at_work(line, far.run(), encoder=encoder) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        broken = await desk.print(of=slip("kk"))
        assert broken == PrintResult(SlipState.FAILED, Fault.INTERNAL)
        assert await desk.print(of=slip("en")) == PRINTED
