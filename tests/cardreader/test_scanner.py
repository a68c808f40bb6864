"""Scanners at work: the real driver, serial and typing, on simulated wires."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from kiosk.cardreader.linereader import Framing
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.cardreader.scanner import LOCKOUT, CodeScanner
from kiosk.cardreader.scansimulator import SimulatedScanner, SimulatedWedgeScanner
from kiosk.cardreader.wedge import keys_of_scans
from kiosk.devices.serialport import open_serial
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.domain.ids import BranchId, DeviceId, ServiceId
from kiosk.domain.visitcode import VisitCode, encode
from kiosk.identities import CardReading, CodePresented, CodeUnreadable
from tests.cardreader.cards import GOLD

SCANNER = DeviceId("scanner")
KEY = b"c" * 32
CODE = VisitCode(
    BranchId("0755"), datetime(2026, 11, 23, 3, tzinfo=UTC), b"serial", ServiceId("cash")
)
OTHER = replace(CODE, serial=b"others")
TEXT = encode(CODE, KEY)
SHOWN, UNREADABLE = CodePresented(SCANNER, CODE), CodeUnreadable(SCANNER)

KINDS: dict[str, tuple[type[SimulatedScanner], Callable[[], Framing[Scan]]]] = {
    "scanner-serial": (SimulatedScanner, ScanFraming),
    "scanner-evdev": (SimulatedWedgeScanner, keys_of_scans),
}


@dataclass
class Hands:
    """A scanner at work, the hands before it, and a clock to put forward."""

    device: SimulatedScanner
    now: float = 100.0
    told: list[DeviceCondition] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def use(self, scanner: CodeScanner) -> None:
        self._readings = scanner.readings()

    def tell(self, condition: DeviceCondition) -> None:
        self.told.append(condition)
        self.news.set()

    async def reading(self) -> CardReading:
        return await asyncio.wait_for(anext(self._readings), 5)

    async def told_of(self, status: DeviceStatus) -> DeviceCondition:
        async with asyncio.timeout(5):
            while not self.told or self.told[-1].status is not status:
                self.news.clear()
                await self.news.wait()
        return self.told[-1]


@pytest.fixture(params=KINDS)
async def hands(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Hands]:
    simulated, framing = KINDS[request.param]
    device = simulated(tmp_path, SCANNER)
    hands = Hands(device)
    wire = partial(open_serial, SCANNER, device.port, 9600)
    driver = CodeScanner(
        SCANNER,
        wire,
        KEY,
        hands.tell,
        framing=framing,
        monotonic=lambda: hands.now,
        delays=(0.01,),
    )
    hands.use(driver)
    running = asyncio.create_task(driver.run())
    await hands.told_of(DeviceStatus.NO_DEVICE)
    with device:
        await hands.told_of(DeviceStatus.ONLINE)
        hands.told.clear()
        yield hands
        running.cancel()
        await asyncio.wait([running])


async def test_a_code_is_presented(hands: Hands) -> None:
    await hands.device.scan(TEXT)
    assert await hands.reading() == SHOWN


async def test_what_tells_the_kind_of_symbol_is_passed_over(hands: Hands) -> None:
    await hands.device.scan_with_aim(TEXT)
    assert await hands.reading() == SHOWN


async def test_a_code_that_is_held_before_it_is_one_reading(hands: Hands) -> None:
    await hands.device.hold(TEXT)
    hands.now += LOCKOUT / 2
    await hands.device.scan(TEXT)
    await hands.device.scan(encode(OTHER, KEY))
    assert await hands.reading() == SHOWN
    assert await hands.reading() == CodePresented(SCANNER, OTHER)


async def test_a_code_that_was_out_of_sight_is_shown_again(hands: Hands) -> None:
    await hands.device.scan(TEXT)
    assert await hands.reading() == SHOWN
    hands.now += LOCKOUT
    await hands.device.scan(TEXT)
    assert await hands.reading() == SHOWN


@pytest.mark.parametrize(
    "text",
    [
        "WIFI:T:WPA;S:SHOP;P:SECRET;;",
        "HTTPS://QUEUE.EXAMPLE/T/0123456789ABCDEF",
        "6901234567892",
        GOLD,
        TEXT[:-8],
        TEXT + "A",
        encode(CODE, KEY[::-1] + b"x"),
        "9" * 300,
        "]",
    ],
    ids=["wifi", "web", "goods", "card", "cut", "longer", "forged", "endless", "scrap"],
)
async def test_anything_else_is_no_code_and_the_next_one_is_read(
    hands: Hands, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await hands.device.scan(text)
    reading = await hands.reading()
    assert reading == UNREADABLE
    await hands.device.scan(TEXT)
    assert await hands.reading() == SHOWN
    if len(text) > 8:
        assert text[:12] not in repr((reading, hands.told)) + caplog.text


async def test_noise_on_the_line_is_survived(tmp_path: Path) -> None:
    """Bytes that are no text at all; a scanner that types has no such."""
    told = asyncio.Event()
    with SimulatedScanner(tmp_path, SCANNER) as device:
        wire = partial(open_serial, SCANNER, device.port, 9600)
        driver = CodeScanner(SCANNER, wire, KEY, lambda _: told.set())
        readings = driver.readings()
        running = asyncio.create_task(driver.run())
        async with asyncio.timeout(5):
            await told.wait()
            await device._line.write(bytes(range(256)) * 4 + b"\r")
            assert await anext(readings) == UNREADABLE
            await device.scan(TEXT)
            seen = [await anext(readings)]
            while seen[-1] == UNREADABLE:
                seen.append(await anext(readings))
        assert seen[-1] == SHOWN
        running.cancel()
        await asyncio.wait([running])


async def test_losing_the_scanner_is_told_once_and_heals(hands: Hands) -> None:
    hands.device.unplug()
    lost = await hands.told_of(DeviceStatus.OFFLINE)
    assert (lost.device, lost.kind) == (SCANNER, DeviceKind.SCANNER)
    hands.device.plug()
    await hands.told_of(DeviceStatus.ONLINE)
    await hands.device.scan(TEXT)
    assert await hands.reading() == SHOWN
    assert len(hands.told) == 2


async def test_a_scanner_that_puts_nothing_behind_a_code_is_read(tmp_path: Path) -> None:
    """Silence ends it, on the real clock."""
    told = asyncio.Event()
    with SimulatedScanner(tmp_path, SCANNER) as device:
        wire = partial(open_serial, SCANNER, device.port, 9600)
        driver = CodeScanner(SCANNER, wire, KEY, lambda _: told.set())
        readings = driver.readings()
        running = asyncio.create_task(driver.run())
        async with asyncio.timeout(5):
            await told.wait()
            await device.scan_without_end(TEXT)
            assert await anext(readings) == SHOWN
        running.cancel()
        await asyncio.wait([running])
