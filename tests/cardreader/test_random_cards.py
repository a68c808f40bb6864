"""Whatever readers of identity cards and chips say: no crash, no end missing, no wrong number.

As many as in ``test_random_input``: 20,000 a run, a million with ``KIOSK_NIGHTLY`` set.
"""

import random

import pytest

from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.emv import card_number
from kiosk.cardreader.idcard import IdCard, read_card
from kiosk.cardreader.idsimulator import sample_id_cards
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.sdt import LONGEST, PREAMBLE, Reply, SdtFraming, frame
from kiosk.cardreader.simulator import sample_cards
from kiosk.identities import Unreadable
from tests.cardreader.streams import MAY_TAKE, STREAMS

pytestmark = MAY_TAKE

_MOST_COMMANDS = 2000


def spoilt(data: bytes, shuffle: random.Random) -> bytes:
    """Cut, doubled, or with a byte changed; as often as not as it was."""
    match shuffle.randrange(8):
        case 0:
            return data[: shuffle.randrange(len(data) + 1)]
        case 1:
            return data[shuffle.randrange(len(data) + 1) :]
        case 2 if data:
            place = shuffle.randrange(len(data))
            return data[:place] + bytes([shuffle.randrange(256)]) + data[place + 1 :]
        case 3:
            return data + shuffle.randbytes(shuffle.randrange(9))
        case _:
            return data


@pytest.mark.parametrize("part", range(2))
def test_frames_of_shuffled_pieces(part: int) -> None:
    contents = [card.content() for card in sample_id_cards().values()]
    numbers = [content[126:162].decode("utf-16-le") for content in contents]
    pieces = [frame(b"\0\0\x90" + content) for content in contents]
    pieces += [frame(b"\0\0\x80"), frame(b"\0\0\x9f" + bytes(4)), PREAMBLE, b"\xaa", b"\0"]
    shuffle = random.Random(part)
    for _ in range(STREAMS // 2):
        framing = SdtFraming()
        for piece in shuffle.choices(pieces, k=shuffle.randrange(1, 5)):
            for found in framing.feed(spoilt(piece, shuffle)):
                if isinstance(found, Reply):
                    card = read_card(found.data)
                    assert isinstance(card, Unreadable) or card.number.text in numbers
            assert len(framing._buffer) <= LONGEST + len(PREAMBLE) + 2


@pytest.mark.parametrize("part", range(2))
def test_contents_of_shuffled_pieces(part: int) -> None:
    """Behind a right check, as a reader that is broken itself would send them."""
    contents = [card.content() for card in sample_id_cards().values()]
    shuffle = random.Random(part)
    for _ in range(STREAMS // 2):
        content = spoilt(spoilt(shuffle.choice(contents)[:300], shuffle), shuffle)
        whole = content + bytes(1284 - len(content))
        card = read_card(whole)
        if isinstance(card, IdCard):
            assert card.number.text.encode("utf-16-le") in whole


@pytest.mark.parametrize("part", range(2))
def test_chips_whose_answers_are_spoilt(part: int) -> None:
    cards = list(sample_cards().values())
    shuffle = random.Random(part)
    for _ in range(STREAMS // 2):
        chip = SampleChip(shuffle.choice(cards), contactless=bool(shuffle.getrandbits(1)))
        said = b""
        dialog = card_number()
        command = next(dialog)
        for _ in range(_MOST_COMMANDS):
            answer = spoilt(chip.answer(command), shuffle)
            said += answer
            try:
                command = dialog.send(answer)
            except StopIteration as end:
                result = end.value
                break
        else:
            pytest.fail("no end")
        if isinstance(result, Pan):
            assert result.digits in said.hex()
        else:
            assert isinstance(result, Unreadable)
