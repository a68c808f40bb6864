"""P1b: from the touch that chooses a service to the first byte of the slip at the printer's port.

P13: how long the slip is on the wire then.
"""

import asyncio
import contextlib
import re
import tempfile
import time
from datetime import datetime
from pathlib import Path

from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import Site, serving, site
from kiosk.bench.touch import SETTINGS, Touch, touchscreen, window_token
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import FarEnd, SimulatedSerialLine, SimulatedSocket
from kiosk.devices.transport import Wire
from kiosk.domain.ids import DeviceId, JobId, Language
from kiosk.domain.slip import Slip
from kiosk.ports import KioskError
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.simulator import SimulatedPrinter

BAUD = 19_200
_SERIAL = """
[[printer]]
id = "slip"
driver = "escpos-serial"
port = "{}"
baud = 19200
"""
_USB = """
[[printer]]
id = "slip"
driver = "escpos-usb"
port = "{}"
"""
_TCP = """
[[printer]]
id = "slip"
driver = "escpos-tcp"
host = "{}"
port = {}
"""
_READY_WITHIN = 30.0
_SLIP = Slip(
    job=JobId("bench"),
    number="A036",
    language=Language("zh"),
    branch="科技园支行",
    service="存取现金",
    issued_at=datetime(2026, 11, 22, 10, 15),
    people_ahead=4,
    follow_url=f"https://queue.bank.example/t/{'0' * 32}",
)
_QUESTIONS = re.compile(rb"(?:\x10\x04[\x01-\x04]|\x1d[ar].)*", re.DOTALL)
"""DLE EOT n, GS a n, GS r n (Epson ESC/POS command reference): no part of a slip."""
_BEGUN_QUESTIONS = (b"", b"\x10", b"\x10\x04", b"\x1d", b"\x1da", b"\x1dr")


class WatchedWire:
    """A far end that notes when the first byte of a slip has come through it."""

    def __init__(self, wire: FarEnd) -> None:
        self._wire = wire
        self._heard = b""
        self._begun: asyncio.Future[float] | None = None
        self.plug = wire.plug
        self.unplug = wire.unplug
        self.write = wire.write

    def first_byte(self) -> asyncio.Future[float]:
        """When the next slip's first byte has come, by ``time.perf_counter``."""
        self._heard = b""
        self._begun = asyncio.get_running_loop().create_future()
        return self._begun

    async def read(self, timeout: float) -> bytes:
        """See :class:`FarEnd`."""
        data = await self._wire.read(timeout)
        if self._begun and not self._begun.done():
            self._heard += data
            if is_slip(self._heard):
                self._begun.set_result(time.perf_counter())
        return data


def is_slip(data: bytes) -> bool:
    """Whether there is more in it than a printer is asked about how it is."""
    asked = _QUESTIONS.match(data)
    return data[asked.end() if asked else 0 :] not in _BEGUN_QUESTIONS


async def touched_to_slip_serial(branch: Branch, count: int, text: TextMode = TextMode.AUTO) -> Run:
    """On a serial line whose bytes come as fast as 19,200 baud carry them."""
    with site() as place, SimulatedSerialLine(place.folder, "slip", BAUD) as line:
        place.equip(SETTINGS + _SERIAL.format(line.port) + _text(text))
        return await _measure(place, line, count)


async def touched_to_slip_tcp(branch: Branch, count: int, text: TextMode = TextMode.AUTO) -> Run:
    """On a TCP connection."""
    with site() as place, SimulatedSocket() as line:
        place.equip(SETTINGS + _TCP.format(line.host, line.port) + _text(text))
        return await _measure(place, line, count)


async def touched_to_slip_usb(branch: Branch, count: int, text: TextMode = TextMode.AUTO) -> Run:
    """As on USB: the driver's file is a terminal, which takes bytes as fast as they come."""
    with site() as place, SimulatedSerialLine(place.folder, "slip") as line:
        place.equip(SETTINGS + _USB.format(line.port) + _text(text))
        return await _measure(place, line, count)


def _text(mode: TextMode) -> str:
    return f'text = "{mode}"\n'


async def slip_on_the_wire(branch: Branch, count: int, text: TextMode) -> Run:
    """A slip in Chinese with a QR code, at 19,200 baud: from its first byte to its last.

    The line begins idle and carries nothing else; the driver's questions are P1b's.
    """
    encoder = SlipEncoder(PrinterProfile(), text, serial=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        SimulatedSerialLine(Path(folder), "slip", BAUD) as line,
    ):
        wire = await open_serial(DeviceId("slip"), line.port, BAUD)
        times = [await _carried(wire, line, encoder.encode(_SLIP)) for _ in range(count)]
        await wire.close()
    return Run(times)


async def _carried(wire: Wire, line: FarEnd, slip: bytes) -> float:
    sending = asyncio.create_task(wire.write(slip, _READY_WITHIN))
    heard = len(await line.read(_READY_WITHIN))
    begun = time.perf_counter()
    while heard < len(slip):
        heard += len(await line.read(_READY_WITHIN))
    await sending
    return time.perf_counter() - begun


async def _measure(place: Site, line: FarEnd, count: int) -> Run:
    """``kiosk run`` in a process of its own; the window and the simulated printer are here.

    The clock runs from the touch going out on the window's WebSocket. Between lie the durable
    ticket, the preflight with its answers, the slip's own record, and the line's pace.
    """
    token = window_token(place)
    wire = WatchedWire(line)
    printing = asyncio.create_task(SimulatedPrinter(wire, PrinterProfile()).run())
    try:
        async with serving(place), touchscreen(place, token) as touch:
            await _until_ready(touch, wire)
            times = [await _take_ticket(touch, wire) for _ in range(count)]
    finally:
        printing.cancel()
        await asyncio.wait([printing])
    return Run(times)


async def _until_ready(touch: Touch, wire: WatchedWire) -> None:
    """The printer is found some time after the branch serves: take tickets until one is printed."""
    async with asyncio.timeout(_READY_WITHIN):
        while True:
            with contextlib.suppress(KioskError):
                await _take_ticket(touch, wire)
                return


async def _take_ticket(touch: Touch, wire: WatchedWire) -> float:
    """Seconds from the touch to the slip. Raises KioskError when nothing is printed."""
    await touch.press("language:en")
    await touch.until(lambda screen: screen["kind"] == "services")
    slip = wire.first_byte()
    touched = time.perf_counter()
    await touch.press("service:cash")
    await touch.until(
        lambda screen: screen["kind"] == "ticket" and screen["slip"]["icon"] != "wait"
    )
    printed = touch.screen["slip"]["icon"] == "slip"
    await touch.press("cancel")
    await touch.until(lambda screen: screen["kind"] == "idle")
    if not printed:
        raise KioskError("the simulated printer printed no slip")
    return slip.result() - touched
