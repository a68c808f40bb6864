"""A printer driver at work on a real wire, and far ends that it has to cope with."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import FarEnd, SimulatedSerialLine, SimulatedSocket
from kiosk.devices.tcp import open_tcp
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId
from kiosk.domain.slip import Slip, SlipMedia, SlipState
from kiosk.ports import PrintResult
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.escpos import EscposPrinter
from kiosk.printer.presenter import Patience
from kiosk.printer.profile import BufferClear, Confirmation, PrinterProfile
from tests.printer.slips import slip
from tests.support.eventually import until

PRINTER = DeviceId("slip")
WIRES = ("serial", "tcp")
BAUD = 115_200

Line = SimulatedSerialLine | SimulatedSocket
PRINTED = PrintResult(SlipState.PRINTED)
NOT_CONFIRMED = PrintResult(SlipState.UNKNOWN, Fault.NOT_CONFIRMED)
NO_ANSWER = PrintResult(SlipState.FAILED, Fault.NO_ANSWER)

WELL = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}


def confirm_id(id_: bytes) -> bytes:
    """With this a printer says that it has printed what came before the question."""
    return b"\x37\x22" + id_ + b"\0"


@dataclass
class AtWork:
    """The driver, what it reported, and what it asked before it sent."""

    driver: EscposPrinter
    told: list[DeviceCondition]
    digests: list[str] = field(default_factory=list)
    media: list[tuple[str, SlipMedia]] = field(default_factory=list)
    """What became of slips in a presenter's mouth."""

    async def print(
        self,
        job: str = "job-1",
        meanwhile: Callable[[], Awaitable[object]] | None = None,
        of: Slip | None = None,
    ) -> PrintResult:
        """Print a slip; ``meanwhile`` happens between preflight and first byte."""

        async def about_to_send(digest: str) -> None:
            self.digests.append(digest)
            if meanwhile:
                await meanwhile()

        printing = self.driver.print(of or slip(job=JobId(job)), about_to_send)
        return await asyncio.wait_for(printing, 10)

    async def is_now(self, status: DeviceStatus) -> None:
        await until(lambda: self.driver.status is status, f"the driver {status}")

    async def media_is(self, *expected: tuple[str, SlipMedia]) -> None:
        """Exactly this has become of slips, once so much has."""
        await until(lambda: len(self.media) >= len(expected), f"{expected}")
        assert self.media == list(expected)

    async def media_has(self, expected: tuple[str, SlipMedia]) -> None:
        """This has become of one, among others."""
        await until(lambda: expected in self.media, f"{expected}")

    async def watch_media(self) -> None:
        """Note it, until cancelled."""
        async for job, media in self.driver.media():
            self.media.append((job, media))

    @property
    def faults(self) -> list[Fault | None]:
        """The faults that were reported, None for an end."""
        return [condition.fault for condition in self.told]


def make_wire(kind: str, folder: Path) -> SimulatedSerialLine | SimulatedSocket:
    return SimulatedSerialLine(folder, "slip") if kind == "serial" else SimulatedSocket()


def opener(line: FarEnd) -> Callable[[], Awaitable[Wire]]:
    """How the driver opens its end."""
    if isinstance(line, SimulatedSerialLine):
        return partial(open_serial, PRINTER, line.port, BAUD)
    assert isinstance(line, SimulatedSocket)
    return partial(open_tcp, PRINTER, line.host, line.port)


@asynccontextmanager
async def at_work(
    line: FarEnd,
    far: Coroutine[Any, Any, None],
    *,
    mode: TextMode = TextMode.CODEPAGE,
    grace: float = 0.5,
    encoder: SlipEncoder | None = None,
    confirms: Confirmation = Confirmation.EITHER,
    clear: BufferClear = BufferClear.NOTHING,
    presenter: Patience | None = None,
) -> AsyncIterator[AtWork]:
    """The driver on this wire with ``far`` running at its far end."""
    profile = PrinterProfile(
        speed_mm_s=10_000, confirms=confirms, clear=clear, presenter=presenter is not None
    )
    told: list[DeviceCondition] = []
    driver = EscposPrinter(
        PRINTER,
        opener(line),
        profile,
        encoder or SlipEncoder(profile, mode, serial=True),
        told.append,
        baud=BAUD,
        delays=(0.02,),
        look_every=0.05,
        grace=grace,
        patience=presenter,
    )
    work = AtWork(driver, told)
    tasks = [asyncio.create_task(each) for each in (far, driver.run(), work.watch_media())]
    try:
        yield work
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Cable:
    """A far end whose plug is pulled in the middle of a slip; the printer keeps its power."""

    def __init__(self, line: FarEnd) -> None:
        self._line = line
        self._left: int | None = None
        self._tampered: Callable[[bytes], bytes] = bytes
        self.unplug = line.unplug

    def plug(self) -> None:
        """Put the plug in; it stays."""
        self._left = None
        self._line.plug()

    def break_soon(self, after: int = 100) -> None:
        """Once so many more bytes of a slip have come; questions about its health don't count."""
        self._left = after

    def tamper(self, tampered: Callable[[bytes], bytes]) -> None:
        """From now on the printer's replies become this on their way."""
        self._tampered = tampered

    def later(self, seconds: float, hand: Callable[[], object]) -> None:
        """Somebody comes in a while."""
        asyncio.get_running_loop().call_later(seconds, hand)

    async def write(self, data: bytes) -> None:
        """See :class:`FarEnd`."""
        await self._line.write(self._tampered(data))

    async def read(self, timeout: float) -> bytes:
        """See :class:`FarEnd`."""
        data = await self._line.read(timeout)
        if self._left is None or len(_SAID.sub(b"", data)) == 0:
            return data
        come, self._left = data[: self._left], self._left - len(data)
        if self._left <= 0:
            self._left = None
            self._line.unplug()
        return come


_SAID = re.compile(rb"\x10\x04([\x01-\x04])|\x1d\(H\x06\x0000(.{4})|(\x1dr\x01)", re.DOTALL)
CUT = b"\x1dVB\x00"


@dataclass
class Stranger:
    """A far end that answers questions about its health and confirms slips as a test wants it to."""

    line: FarEnd
    health: dict[int, int] = field(default_factory=WELL.copy)
    """DLE EOT answers; a missing one isn't given."""
    on_questions: Callable[[], object] = lambda: None
    """Called when it has been asked all four."""
    on_id: Callable[[bytes], bytes] = lambda id_: b""
    on_fence: Callable[[], bytes] = lambda: b""
    on_cut: Callable[[], object] = lambda: None
    reading: bool = True
    received: bytearray = field(default_factory=bytearray)

    @property
    def slips(self) -> int:
        """How many slips it was sent whole."""
        return self.received.count(CUT)

    async def run(self) -> None:
        done = 0
        while True:
            if not self.reading:
                await asyncio.sleep(0.01)
                continue
            before = self.slips
            self.received += await self.line.read(0.2)
            if self.slips > before:
                self.on_cut()
            while said := _SAID.search(self.received, done):
                done = said.end()
                if answer := self._answer(*said.groups()):
                    await self.line.write(answer)

    def _answer(self, question: bytes | None, id_: bytes | None, fence: bytes | None) -> bytes:
        if question:
            if question == b"\x04":
                self.on_questions()
            return bytes(self.health[n] for n in question if n in self.health)
        return self.on_id(id_) if id_ else self.on_fence()
