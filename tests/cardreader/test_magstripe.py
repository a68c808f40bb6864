"""The real driver on a pseudo-terminal whose far end misbehaves."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from kiosk.cardreader.framing import SILENCE
from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.readings import ONE_READING
from kiosk.cardreader.token import card_token
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardReading, CardUnreadable, Scheme, Unreadable
from kiosk.keys.changing import ChangingKey
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, track_1, track_2, wrong

SWIPE = DeviceId("swipe")
KEY = b"k" * 32
CARD = f"\x02{track_1(GOLD)}{track_2(GOLD)}\x03".encode()


def presented(number: str, scheme: Scheme = Scheme.UNIONPAY) -> CardPresented:
    return CardPresented(SWIPE, card_token(Pan(number), KEY), scheme)


class Bench:
    """A driver at work, and the far end of its line."""

    def __init__(self, line: SimulatedSerialLine) -> None:
        self.line = line
        self.clock: float | None = 0.0
        """None: the real one."""
        self.key = KEY
        self.told: list[DeviceCondition] = []
        self._news = asyncio.Event()
        self.driver = MagstripeReader(
            SWIPE,
            partial(open_serial, SWIPE, line.port, 9600),
            lambda: ChangingKey(self.key),
            self._tell,
            monotonic=lambda: time.monotonic() if self.clock is None else self.clock,
            delays=(0.01,),
        )
        self.readings = self.driver.readings()

    def _tell(self, condition: DeviceCondition) -> None:
        self.told.append(condition)
        self._news.set()

    async def reading(self) -> CardReading:
        return await asyncio.wait_for(anext(self.readings), 5)

    async def until_told(self, fault: Fault | None) -> None:
        async with asyncio.timeout(5):
            while not self.told or self.told[-1].fault is not fault:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SimulatedSerialLine]:
    with SimulatedSerialLine(tmp_path, "swipe") as plugged:
        yield plugged


@pytest.fixture
async def bench(line: SimulatedSerialLine) -> AsyncIterator[Bench]:
    bench = Bench(line)
    running = asyncio.create_task(bench.driver.run())
    await bench.until_told(None)  # what came before is dropped at opening
    yield bench
    running.cancel()
    await asyncio.wait([running])


async def test_a_swipe_becomes_a_token_and_a_scheme(bench: Bench) -> None:
    await bench.line.write(CARD)
    assert await bench.reading() == presented(GOLD)
    await bench.line.write(f"{track_2(VISA)}\r\n".encode())
    assert await bench.reading() == presented(VISA, Scheme.VISA)
    assert [one.fault for one in bench.told] == [None]


async def test_a_swipe_that_comes_byte_by_byte_is_one(bench: Bench) -> None:
    for byte in CARD:
        await bench.line.write(bytes([byte]))
        await asyncio.sleep(0)
    assert await bench.reading() == presented(GOLD)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (CARD[:30] + b"\x03", [Unreadable.PARTIAL]),
        (b"\x02%E?;E?\x03", [Unreadable.INVALID]),
        (b"\x02\x03", [Unreadable.NO_DATA]),
        (f"{track_2(wrong(GOLD))}\r".encode(), [Unreadable.INVALID]),
        (f"{track_1(GOLD)}{track_2(VISA)}\r".encode(), [Unreadable.CONFLICT]),
        (b"\xff\0\0garbage\r\n" + CARD, [presented(GOLD)]),
        (b"\0" * 5000 + CARD, [presented(GOLD)]),
        (b"%" * 5000 + CARD, [Unreadable.INVALID, presented(GOLD)]),
        (CARD[:20] + CARD, [Unreadable.PARTIAL, presented(GOLD)]),
        (
            f"{track_2(GOLD)}{track_2(EVERYDAY)}\r".encode(),
            [presented(GOLD), presented(EVERYDAY)],
        ),
    ],
)
async def test_a_far_end_that_misbehaves(
    bench: Bench, data: bytes, expected: list[CardPresented | Unreadable]
) -> None:
    await bench.line.write(data)
    for each in expected:
        wanted = CardUnreadable(SWIPE, each) if isinstance(each, Unreadable) else each
        assert await bench.reading() == wanted


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (CARD[:-1], presented(GOLD)),
        (CARD[1:-1], presented(GOLD)),
        (CARD[:30], CardUnreadable(SWIPE, Unreadable.PARTIAL)),
    ],
)
async def test_a_far_end_that_falls_silent(
    bench: Bench, sent: bytes, expected: CardReading
) -> None:
    """No ETX and no CR ever: silence ends the swipe, on the real clock."""
    bench.clock = None
    begin = time.monotonic()
    await bench.line.write(sent)
    assert await bench.reading() == expected
    assert SILENCE <= time.monotonic() - begin < 3


async def test_the_same_card_within_three_seconds_is_one_reading(bench: Bench) -> None:
    for moment, number in [
        (10.0, GOLD),
        (10.0 + ONE_READING - 0.1, GOLD),
        (10.0 + ONE_READING, GOLD),
        (10.0 + ONE_READING + 0.1, EVERYDAY),
        (10.0 + ONE_READING + 0.2, GOLD),
    ]:
        bench.clock = moment
        await bench.line.write(f"{track_2(number)}\r%E?\r".encode())
        # The error form behind it shows that the swipe was dealt with.
        if moment != 10.0 + ONE_READING - 0.1:
            assert await bench.reading() == presented(number)
        assert await bench.reading() == CardUnreadable(SWIPE, Unreadable.INVALID)


async def test_unplugged_in_the_middle_of_a_swipe_and_plugged_again(bench: Bench) -> None:
    inside_track_2 = 60
    await bench.line.write(CARD[:inside_track_2])
    bench.line.unplug()
    await bench.until_told(Fault.CONNECTION_LOST)
    bench.line.plug()
    await bench.until_told(None)
    await bench.line.write(CARD[inside_track_2:] + f"{track_2(VISA)}\r".encode())
    assert await bench.reading() == presented(VISA, Scheme.VISA)
    assert [one.fault for one in bench.told] == [None, Fault.CONNECTION_LOST, None]


async def test_a_reader_that_is_missing_at_start_is_found_later(tmp_path: Path) -> None:
    line = SimulatedSerialLine(tmp_path, "swipe")
    bench = Bench(line)
    running = asyncio.create_task(bench.driver.run())
    await bench.until_told(Fault.NOT_FOUND)
    with line:
        await bench.until_told(None)
        await line.write(CARD)
        assert await bench.reading() == presented(GOLD)
        running.cancel()
        await asyncio.wait([running])


async def test_readings_that_nobody_takes_make_room_for_newer_ones(bench: Bench) -> None:
    await bench.line.write(b"%E?\r" * 50)
    await bench.line.write(CARD)
    latest: CardReading | None = None
    while latest != presented(GOLD):
        latest = await bench.reading()
    assert latest == presented(GOLD)


async def test_no_card_number_is_logged_or_shown(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bench.line.write(CARD)
    shown = repr(await bench.reading())
    await bench.line.write(CARD[:30])
    bench.line.unplug()
    await bench.until_told(Fault.CONNECTION_LOST)
    shown += repr(bench.driver) + repr(bench.told) + caplog.text
    assert "swipe" in caplog.text
    assert GOLD not in shown
    assert GOLD[:8] not in shown


async def test_a_defect_behind_the_swipe_shows_no_number(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.key = "no key at all"  # type: ignore[assignment]
    await bench.line.write(CARD)
    await bench.until_told(Fault.INTERNAL)
    assert "TypeError" in caplog.text
    assert GOLD not in caplog.text + repr(bench.told)
