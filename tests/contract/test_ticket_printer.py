"""What every ticket printer promises, run against the real drivers on their simulators."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine, SimulatedSocket
from kiosk.devices.tcp import open_tcp
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId, Language
from kiosk.domain.slip import Slip, SlipState
from kiosk.ports import PrintResult, TicketPrinter
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.escpos import EscposPrinter
from kiosk.printer.mechanism import Mechanism
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.session import INITIALISE
from kiosk.printer.simulator import SimulatedPrinter

PRINTER = DeviceId("slip")
BAUD = 115_200
PRINTED = PrintResult(SlipState.PRINTED)
PATIENCE = 15


@dataclass
class Hall:
    """A printer at work, the hands at its far end, and what it told."""

    device: SimulatedPrinter
    told: list[DeviceCondition] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)

    def use(self, printer: TicketPrinter) -> None:
        self.printer = printer

    async def print(self, job: str, meanwhile: Callable[[], object] = lambda: None) -> PrintResult:
        """``meanwhile`` happens between the printer's readiness and the first byte."""

        async def about_to_send(digest: str) -> None:
            self.announced.append(digest)
            meanwhile()

        return await asyncio.wait_for(self.printer.print(slip(job), about_to_send), PATIENCE)

    async def is_now(self, status: DeviceStatus) -> None:
        await self.until(lambda: self.printer.status is status)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if condition():
                    return
                await asyncio.sleep(0.01)

    @property
    def papers(self) -> list[str]:
        """What lies in the tray: the digests of what each slip was made of."""
        return [hashlib.sha256(_own(paper.data)).hexdigest() for paper in self.device.paper]


def _own(data: bytes) -> bytes:
    """Without the initialisation that the line was opened with, which comes before the first slip."""
    return data[len(INITIALISE) :] if data.startswith(INITIALISE * 2) else data


def slip(job: str) -> Slip:
    return Slip(
        job=JobId(job),
        number="A036",
        language=Language("zh"),
        branch="科技园支行",
        service="现金业务",
        issued_at=datetime(2026, 11, 22, 10, 15),
        people_ahead=4,
    )


@pytest.fixture(params=["escpos-serial", "escpos-tcp"])
async def hall(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hall]:
    serial = request.param == "escpos-serial"
    profile = PrinterProfile()
    line = SimulatedSerialLine(tmp_path, PRINTER) if serial else SimulatedSocket()
    line.plug()
    hall = Hall(SimulatedPrinter(line, profile))
    driver = EscposPrinter(
        PRINTER,
        partial(open_serial, PRINTER, line.port, BAUD)
        if isinstance(line, SimulatedSerialLine)
        else partial(open_tcp, PRINTER, line.host, line.port),
        profile,
        SlipEncoder(profile, TextMode.AUTO, serial=serial),
        hall.told.append,
        baud=BAUD if serial else None,
        delays=(0.05,),
        look_every=0.05,
        grace=0.5,
    )
    hall.use(driver)
    tasks = [asyncio.create_task(hall.device.run()), asyncio.create_task(driver.run())]
    await hall.is_now(DeviceStatus.ONLINE)
    hall.told.clear()
    yield hall
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    line.unplug()


async def test_a_slip_is_announced_by_its_bytes_and_put_on_paper_once(hall: Hall) -> None:
    assert await hall.print("job-1") == PRINTED
    assert hall.papers == hall.announced
    assert len(hall.papers) == 1


async def test_no_byte_of_a_slip_leaves_before_it_is_announced(hall: Hall) -> None:
    seen: list[int] = []

    async def about_to_send(digest: str) -> None:
        await asyncio.sleep(0.1)
        seen.append(len(hall.device.paper))

    await hall.printer.print(slip("job-1"), about_to_send)
    assert seen == [0]
    assert len(hall.papers) == 1


async def test_slips_wait_for_one_another(hall: Hall) -> None:
    results = await asyncio.gather(*(hall.print(f"job-{number}") for number in range(4)))
    assert results == [PRINTED] * 4
    assert hall.papers == hall.announced


@pytest.mark.parametrize(
    ("spoil", "mend", "fault"),
    [
        (Mechanism.run_out_of_paper, Mechanism.load_paper, Fault.PAPER_OUT),
        (Mechanism.open_cover, Mechanism.close_cover, Fault.COVER_OPEN),
    ],
)
async def test_a_printer_that_isnt_ready_is_sent_nothing_and_heals(
    hall: Hall,
    spoil: Callable[[Mechanism], None],
    mend: Callable[[Mechanism], None],
    fault: Fault,
) -> None:
    spoil(hall.device.mechanism)
    assert await hall.print("job-1") == PrintResult(SlipState.FAILED, fault)
    assert hall.announced == []
    mend(hall.device.mechanism)
    await hall.is_now(DeviceStatus.ONLINE)
    assert await hall.print("job-2") == PRINTED
    assert hall.papers == hall.announced


async def test_what_was_sent_and_not_confirmed_is_unknown_and_comes_out_once(hall: Hall) -> None:
    result = await hall.print("job-1", hall.device.mechanism.run_out_of_paper)
    assert result == PrintResult(SlipState.UNKNOWN, Fault.PAPER_OUT)
    assert hall.papers == []
    hall.device.mechanism.load_paper()
    await hall.is_now(DeviceStatus.ONLINE)
    assert await hall.print("job-2") == PRINTED
    assert hall.papers == hall.announced
    assert len(hall.papers) == 2


async def test_a_lost_printer_is_told_once_and_heals(hall: Hall) -> None:
    hall.device.unplug()
    await hall.is_now(DeviceStatus.OFFLINE)
    assert (await hall.print("job-1")).state is SlipState.FAILED
    assert hall.announced == []
    hall.device.plug()
    await hall.is_now(DeviceStatus.ONLINE)
    assert await hall.print("job-2") == PRINTED
    assert [condition.status for condition in hall.told] == [
        DeviceStatus.OFFLINE,
        DeviceStatus.ONLINE,
    ]
    assert {(one.device, one.kind) for one in hall.told} == {(PRINTER, DeviceKind.PRINTER)}


async def test_a_fault_is_told_when_it_begins_and_when_it_ends(hall: Hall) -> None:
    hall.device.mechanism.run_out_of_paper()
    await hall.is_now(DeviceStatus.USER_ERROR)
    await hall.print("job-1")
    hall.device.mechanism.load_paper()
    await hall.is_now(DeviceStatus.ONLINE)
    await hall.print("job-2")
    assert [condition.fault for condition in hall.told] == [Fault.PAPER_OUT, None]
