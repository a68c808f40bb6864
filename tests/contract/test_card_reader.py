"""What every card reader promises, run against the real drivers on their simulators.

With ``kiosk.ports.CardReader`` in hand and a person to swipe, the same would hold of a real one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from kiosk.cardreader.framing import Swipe, SwipeFraming
from kiosk.cardreader.linereader import Framing
from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.simulator import (
    SampleCard,
    SimulatedCardReader,
    SimulatedWedgeReader,
    sample_cards,
)
from kiosk.cardreader.wedge import keys_of_swipes
from kiosk.devices.serialport import open_serial
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardReading, CardUnreadable, Unreadable
from kiosk.ports import CardReader
from tests.support.keys import always

READER = DeviceId("swipe")
KEY = b"k" * 32
CARDS = sample_cards()


@dataclass
class Hands:
    """A reader at work, the hands at its far end, and what it told."""

    device: SimulatedCardReader
    told: list[DeviceCondition] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def use(self, reader: CardReader) -> None:
        self.reader = reader
        self._readings = reader.readings()

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


KINDS: dict[str, tuple[type[SimulatedCardReader], Callable[[], Framing[Swipe]]]] = {
    "magstripe-serial": (SimulatedCardReader, SwipeFraming),
    "magstripe-evdev": (SimulatedWedgeReader, keys_of_swipes),
}


@pytest.fixture(params=KINDS)
async def hands(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Hands]:
    simulated, framing = KINDS[request.param]
    device = simulated(tmp_path, READER)
    hands = Hands(device)
    wire = partial(open_serial, READER, device.port, 9600)
    driver = MagstripeReader(READER, wire, always(KEY), hands.tell, framing=framing, delays=(0.01,))
    hands.use(driver)
    running = asyncio.create_task(driver.run())
    # Born unplugged, so that its being found is told and nothing is swiped too early.
    await hands.told_of(DeviceStatus.NO_DEVICE)
    with device:
        await hands.told_of(DeviceStatus.ONLINE)
        hands.told.clear()
        yield hands
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
async def test_a_card_is_presented_by_its_token(hands: Hands, card: SampleCard) -> None:
    await hands.device.swipe(card)
    assert await hands.reading() == CardPresented(READER, card.token(KEY), card.scheme)


async def test_cards_come_in_the_order_of_their_swipes(hands: Hands) -> None:
    for card in CARDS.values():
        await hands.device.swipe(card)
    tokens = [
        reading.token for _ in CARDS if isinstance(reading := await hands.reading(), CardPresented)
    ]
    assert tokens == [card.token(KEY) for card in CARDS.values()]


async def test_a_card_swiped_twice_in_a_moment_is_one_reading(hands: Hands) -> None:
    await hands.device.swipe(CARDS["gold"])
    await hands.device.swipe(CARDS["gold"])
    await hands.device.swipe(CARDS["visa"])
    assert await hands.reading() == presented("gold")
    assert await hands.reading() == presented("visa")


async def test_what_cannot_be_read_is_told_and_the_next_card_is_read(hands: Hands) -> None:
    await hands.device.swipe_partial(CARDS["gold"])
    assert await hands.reading() == CardUnreadable(READER, Unreadable.PARTIAL)
    await hands.device.swipe_garbled(CARDS["gold"])
    assert await hands.reading() == CardUnreadable(READER, Unreadable.INVALID)
    await hands.device.swipe_error_form()
    assert await hands.reading() == CardUnreadable(READER, Unreadable.INVALID)
    await hands.device.swipe(CARDS["gold"])
    assert await hands.reading() == presented("gold")


async def test_two_cards_in_one_piece_are_two(hands: Hands) -> None:
    await hands.device.swipe_twice_glued(CARDS["gold"], CARDS["mir"])
    assert await hands.reading() == presented("gold")
    assert await hands.reading() == presented("mir")


async def test_losing_the_reader_is_told_once_and_heals(hands: Hands) -> None:
    hands.device.unplug()
    lost = await hands.told_of(DeviceStatus.OFFLINE)
    assert (lost.device, lost.kind) == (READER, DeviceKind.CARD_READER)
    hands.device.plug()
    await hands.told_of(DeviceStatus.ONLINE)
    await hands.device.swipe(CARDS["everyday"])
    assert await hands.reading() == presented("everyday")
    assert len(hands.told) == 2


async def test_only_readings_from_now_on_are_given(hands: Hands) -> None:
    await hands.device.swipe(CARDS["gold"])
    assert await hands.reading() == presented("gold")
    await hands.device.swipe(CARDS["visa"])
    await hands.device.swipe_error_form()
    await hands.reading()
    await hands.reading()
    later = hands.reader.readings()
    await hands.device.swipe(CARDS["mir"])
    assert await asyncio.wait_for(anext(later), 5) == presented("mir")


def presented(label: str) -> CardPresented:
    card = CARDS[label]
    return CardPresented(READER, card.token(KEY), card.scheme)
