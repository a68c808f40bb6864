"""The simulated reader and its cards."""

import asyncio
from pathlib import Path

import pytest

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.simulator import SampleCard, SimulatedCardReader, sample_cards
from kiosk.cardreader.track import read_swipe, tracks_in
from kiosk.devices.serialport import open_serial
from kiosk.domain.ids import DeviceId
from kiosk.identities import Scheme

KEY = b"k" * 32


def test_the_sample_cards_are_what_their_labels_say() -> None:
    cards = sample_cards()
    schemes = {label: card.scheme for label, card in cards.items()}
    assert schemes == {
        "gold": Scheme.UNIONPAY,
        "everyday": Scheme.UNIONPAY,
        "visa": Scheme.VISA,
        "mastercard": Scheme.MASTERCARD,
        "mir": Scheme.MIR,
        "unknown": Scheme.UNIONPAY,
    }
    assert len({card.token(KEY) for card in cards.values()}) == len(cards)


@pytest.mark.parametrize("card", sample_cards().values(), ids=sample_cards())
def test_both_tracks_of_a_sample_card_carry_its_number(card: SampleCard) -> None:
    both = tracks_in("".join(card.tracks()))
    numbers = [read_swipe([track]) for track in both]
    assert isinstance(numbers[0], Pan)
    assert numbers == [numbers[0]] * 2
    assert numbers[0].digits not in repr(card) + str(sample_cards())


def test_gold_has_the_longest_number() -> None:
    _, track = sample_cards()["gold"].tracks()
    assert track.index("=") == 20


async def test_a_swipe_at_9600_baud_takes_its_time_on_the_wire(tmp_path: Path) -> None:
    with SimulatedCardReader(tmp_path, "swipe", 9600) as reader:
        wire = await open_serial(DeviceId("swipe"), reader.port, 9600)
        clock = asyncio.get_running_loop().time
        begin = clock()
        card = sample_cards()["gold"]
        await reader.swipe(card)
        length = sum(map(len, card.tracks())) + 3
        assert length / 960 * 0.9 < clock() - begin < 3
        assert len(await wire.read(1)) == length
        await wire.close()
    assert "unplugged" in repr(reader)
