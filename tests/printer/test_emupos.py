"""Slips on emupos, a receipt printer emulator that knows nothing of the product.

It has an environment of its own (``make test`` makes it where a Python 3.13 is at hand).
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kiosk.devices.tcp import open_tcp
from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId, Language
from kiosk.domain.slip import Slip, SlipState
from kiosk.ports import PrintResult
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.escpos import EscposPrinter
from kiosk.printer.layout import slip_lines
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import picture
from tests.printer.faultmatrix import MATRIX, Moment, Row
from tests.support.eventually import until
from tests.support.ports import free_port

PROGRAM = Path(__file__).parents[2] / ".venv-emupos" / "bin" / "emupos"
SLIP = DeviceId("slip")

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason=".venv-emupos with emupos is missing: it needs Python 3.13"
)


class Emulator:
    """emupos with one printer."""

    def __init__(self, folder: Path) -> None:
        self.port, self._api = free_port(), free_port()
        self._receipts = folder / "receipts"
        self._settings = folder / "emupos.yaml"
        self._settings.write_text(
            f"""
schema: 1
api: {{ host: 127.0.0.1, port: {self._api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    receipts_dir: {self._receipts}
    connections: [{{ tcp: {{ port: {self.port} }} }}]
"""
        )

    def run(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [PROGRAM, "run", "--config", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def fault(self, action: str, name: str) -> None:
        api = f"http://127.0.0.1:{self._api}"
        subprocess.run(
            [PROGRAM, "--api", api, "fault", action, "front", name], check=True, capture_output=True
        )

    def receipts(self, ending: str) -> list[Path]:
        return sorted(self._receipts.rglob(f"*.{ending}"))


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    emulator = Emulator(tmp_path)
    process = emulator.run()
    yield emulator
    process.terminate()
    process.wait(10)


def slip(job: str = "j1", number: str = "A036") -> Slip:
    return Slip(
        job=JobId(job),
        number=number,
        language=Language("en"),
        branch="Science Park",
        service="Cash",
        issued_at=datetime(2026, 11, 22, 10, 15),
        people_ahead=4,
        follow_url="https://queue.example/t/0123456789abcdef0123456789abcdef",
    )


@asynccontextmanager
async def printing(emulator: Emulator, mode: TextMode) -> AsyncIterator[EscposPrinter]:
    profile = PrinterProfile()
    printer = EscposPrinter(
        SLIP,
        partial(open_tcp, SLIP, "127.0.0.1", emulator.port),
        profile,
        SlipEncoder(profile, mode, serial=False),
        lambda condition: None,
        delays=(0.1,),
        look_every=0.2,
    )
    running = asyncio.create_task(printer.run())
    await until(lambda: printer.status is DeviceStatus.ONLINE)
    yield printer
    running.cancel()
    await asyncio.wait([running])


async def nothing(digest: str) -> None:
    assert len(digest) == 64


async def test_a_raster_slip_is_on_paper_to_the_dot_and_its_code_is_read(
    emulator: Emulator,
) -> None:
    async with printing(emulator, TextMode.RASTER) as printer:
        assert await printer.print(slip(), nothing) == PrintResult(SlipState.PRINTED)
    await until(lambda: emulator.receipts("png"))
    (paper,) = emulator.receipts("png")
    wanted = ImageChops.invert(picture(slip_lines(slip()), PrinterProfile().dots).convert("L"))
    with Image.open(paper) as image:
        found = image.convert("L")
    assert _cropped(found).tobytes() == _cropped(wanted).tobytes()
    assert _code_on(paper) == slip().follow_url


def _code_on(paper: Path) -> str:
    reading = ["zbarimg", "-q", "--raw", str(paper)]
    return subprocess.run(reading, check=True, capture_output=True, text=True).stdout.strip()


def _cropped(image: Image.Image) -> Image.Image:
    return image.crop(ImageChops.invert(image).getbbox()).point(lambda dot: 255 * (dot > 127), "1")


async def test_a_code_page_slip_has_its_lines(emulator: Emulator) -> None:
    async with printing(emulator, TextMode.CODEPAGE) as printer:
        assert (await printer.print(slip(), nothing)).state is SlipState.PRINTED
    await until(lambda: emulator.receipts("txt"))
    text = emulator.receipts("txt")[0].read_text()
    for line in ("Science Park", "A036", "Cash", "4 people"):
        assert line in text


async def test_without_paper_nothing_is_sent_and_with_paper_one_slip_comes(
    emulator: Emulator,
) -> None:
    async with printing(emulator, TextMode.RASTER) as printer:
        await asyncio.to_thread(emulator.fault, "set", "paper-out")
        refused = await printer.print(slip(), nothing)
        assert refused == PrintResult(SlipState.FAILED, Fault.PAPER_OUT)
        await asyncio.to_thread(emulator.fault, "clear", "paper-out")
        assert (await printer.print(slip("j2"), nothing)).state is SlipState.PRINTED
    await until(lambda: emulator.receipts("json"))
    assert len([json.loads(one.read_text()) for one in emulator.receipts("json")]) == 1


FAULTS = {"no paper": "paper-out", "cover open": "cover-open", "paper low": "paper-near-end"}
CELLS = [
    pytest.param(row, moment, id=f"{row.name}-{moment}")
    for row in MATRIX
    if row.name in FAULTS
    for moment in Moment
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("row", "moment"), CELLS)
async def test_a_cell_of_the_fault_matrix(emulator: Emulator, row: Row, moment: Moment) -> None:
    """What emupos can do of ``faultmatrix``, and how many slips it counts.

    It can't be told to forget a slip: one that it has kept comes out, once, when it can again.
    """
    cell, fault = row.cell(moment), FAULTS[row.name]
    kept = cell.outcome is SlipState.UNKNOWN
    async with printing(emulator, TextMode.CODEPAGE) as printer:

        async def about_to_send(digest: str) -> None:
            if moment is Moment.DURING:
                await asyncio.to_thread(emulator.fault, "set", fault)

        if moment is Moment.BEFORE:
            await asyncio.to_thread(emulator.fault, "set", fault)
        first = await printer.print(slip("j1", "A001"), about_to_send)
        assert first.state is cell.outcome
        if moment is Moment.AFTER:
            await asyncio.to_thread(emulator.fault, "set", fault)
        await asyncio.to_thread(emulator.fault, "clear", fault)
        await until(lambda: printer.status is DeviceStatus.ONLINE)
        assert await printer.print(slip("j2", "A002"), nothing) == PrintResult(SlipState.PRINTED)
    await until(lambda: _slips(emulator, "A002"))
    assert _slips(emulator, "A001") == (1 if kept else cell.slips)
    assert _slips(emulator, "A002") == 1


def _slips(emulator: Emulator, number: str) -> int:
    """How often the number stands on paper."""
    return sum(paper.read_text().count(number) for paper in emulator.receipts("txt"))
