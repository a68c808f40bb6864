"""The driver of chip-card readers at a simulated slot; the real one: tests/devices/test_pcsc.py."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from kiosk.cardreader.chipreader import ATTEMPTS, MOST_COMMANDS, ChipReader
from kiosk.cardreader.chipsimulator import SampleChip, SimulatedChipReader, SimulatedSlot
from kiosk.cardreader.simulator import SampleCard, sample_cards
from kiosk.devices.cardslot import CardLost, CardTrouble
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardReading, CardUnreadable, Unreadable
from tests.support.keys import always

READER = DeviceId("chip")
KEY = b"k" * 32
CARDS = sample_cards()


class Bench:
    """A driver at work, the reader, and what was told."""

    def __init__(self) -> None:
        self.far = SimulatedChipReader(READER)
        self.told: list[DeviceCondition] = []
        self._news = asyncio.Event()
        self.driver = ChipReader(
            READER, self.far.open, always(KEY), self._tell, within=0.2, delays=(0.01,)
        )
        self._readings = self.driver.readings()

    def _tell(self, condition: DeviceCondition) -> None:
        self.told.append(condition)
        self._news.set()

    async def reading(self) -> CardReading:
        return await asyncio.wait_for(anext(self._readings), 5)

    async def until_told(self, fault: Fault | None) -> DeviceCondition:
        async with asyncio.timeout(5):
            while not self.told or self.told[-1].fault is not fault:
                self._news.clear()
                await self._news.wait()
        return self.told[-1]

    async def take(self) -> None:
        """Take the card away, as slowly as a hand that lets it be read."""
        for _ in range(100):
            await asyncio.sleep(0)
        self.far.take()
        for _ in range(100):
            await asyncio.sleep(0)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    running = asyncio.create_task(bench.driver.run())
    await bench.until_told(Fault.NOT_FOUND)
    bench.far.plug()
    await bench.until_told(None)
    bench.told.clear()
    yield bench
    running.cancel()
    await asyncio.wait([running])


def presented(label: str) -> CardPresented:
    card = CARDS[label]
    return CardPresented(READER, card.token(KEY), card.scheme)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
async def test_a_card_is_presented_by_its_token(bench: Bench, card: SampleCard) -> None:
    bench.far.put(SampleChip(card))
    assert await bench.reading() == presented(card.label)


async def test_put_in_and_held_to_the_reader_in_a_moment_it_is_one_reading(bench: Bench) -> None:
    bench.far.put(SampleChip(CARDS["gold"], contactless=False))
    assert await bench.reading() == presented("gold")
    await bench.take()
    bench.far.put(SampleChip(CARDS["gold"], contactless=True))
    await bench.take()
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")


async def test_a_card_that_stays_in_is_one_reading(bench: Bench) -> None:
    bench.far.put(SampleChip(CARDS["gold"]))
    assert await bench.reading() == presented("gold")
    commands = bench.far.commands
    await bench.take()
    assert bench.far.commands == commands


async def test_of_two_cards_put_in_at_once_the_last_one_is_in(bench: Bench) -> None:
    bench.far.put(SampleChip(CARDS["gold"]))
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")


async def test_a_card_is_taken_away_for_another_one(bench: Bench) -> None:
    for label in ("gold", "visa", "mir"):
        bench.far.put(SampleChip(CARDS[label]))
        assert await bench.reading() == presented(label)


async def test_a_card_that_is_in_when_the_reader_is_opened_is_not_read(bench: Bench) -> None:
    bench.far.unplug()
    await bench.until_told(Fault.NOT_FOUND)
    bench.far.put(SampleChip(CARDS["gold"]))
    bench.far.plug()
    await bench.until_told(None)
    await bench.take()
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")


async def test_a_card_the_wrong_way_round_says_nothing(bench: Bench) -> None:
    bench.far.put_askew(SampleChip(CARDS["gold"]))
    assert await bench.reading() == CardUnreadable(READER, Unreadable.NO_DATA)
    await bench.take()
    bench.far.put(SampleChip(CARDS["gold"]))
    assert await bench.reading() == presented("gold")


def breaks_off(_: bytes) -> bytes:
    raise CardLost(CardTrouble.GONE)


async def test_a_card_that_is_held_badly_is_tried_again(bench: Bench) -> None:
    bench.far.spoil(*[breaks_off] * (ATTEMPTS - 1))
    bench.far.put(SampleChip(CARDS["gold"]))
    assert await bench.reading() == presented("gold")
    await bench.take()
    bench.far.spoil(*[breaks_off] * ATTEMPTS)
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == CardUnreadable(READER, Unreadable.PARTIAL)


async def test_a_card_that_is_taken_away_too_early(bench: Bench) -> None:
    def away(_: bytes) -> bytes:
        bench.far.take()
        raise CardLost(CardTrouble.GONE)

    bench.far.spoil(away)
    bench.far.put(SampleChip(CARDS["gold"]))
    assert await bench.reading() == CardUnreadable(READER, Unreadable.PARTIAL)
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")


class OddChip(SampleChip):
    """One that says always the same."""

    def __init__(self, says: Callable[[], bytes]) -> None:
        super().__init__(CARDS["gold"])
        self._says = says

    def answer(self, command: bytes) -> bytes:
        return self._says()


async def test_a_card_without_end_is_given_up(bench: Bench) -> None:
    bench.far.put(OddChip(lambda: b"\x61\x00"))
    assert await bench.reading() == CardUnreadable(READER, Unreadable.INVALID)
    assert bench.far.commands == MOST_COMMANDS


async def test_a_reader_that_is_stuck_is_given_up_after_a_while(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck(*_: object) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(SimulatedSlot, "transmit", stuck)
        bench.far.put(SampleChip(CARDS["gold"]))
        assert await bench.reading() == CardUnreadable(READER, Unreadable.INVALID)
    await bench.take()
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")


async def test_a_reader_that_is_pulled_out_and_put_in_again(bench: Bench) -> None:
    bench.far.unplug()
    told = await bench.until_told(Fault.NOT_FOUND)
    assert (told.status, told.detail) == (DeviceStatus.NO_DEVICE, "unplugged")
    bench.far.plug()
    await bench.until_told(None)
    bench.far.put(SampleChip(CARDS["visa"]))
    assert await bench.reading() == presented("visa")
    assert len(bench.told) == 2
