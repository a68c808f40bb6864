"""Whatever an identity-card reader answers: no crash, no wrong card, no number shown."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.cardreader.idcard import IdCard, read_card
from kiosk.cardreader.idsimulator import sample_id_cards
from kiosk.cardreader.sdt import LONGEST, PREAMBLE, Reply, SdtFraming
from kiosk.documents import document_token
from tests.cardreader.streams import MAY_TAKE, STREAMS

pytestmark = MAY_TAKE

KEY = b"d" * 32
CARDS = list(sample_id_cards().values())
TOKENS = {card.token(KEY) for card in CARDS}
TELLING = re.compile(r"[0-9]{8}")


def frame(body: bytes) -> bytes:
    """A sound one, written down here once more."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    check = 0
    for byte in counted:
        check ^= byte
    return PREAMBLE + counted + bytes([check])


FRAMES = [
    *(frame(b"\0\0\x90" + card.content()) for card in CARDS),
    *(frame(bytes([0, 0, status])) for status in (0x9F, 0x90, 0x80, 0x81, 0x41, 0x66, 0x77)),
]


def cards_in(pieces: list[bytes]) -> int:
    """How many cards were read, each of them one that there is."""
    framing, read = SdtFraming(), 0
    for data in pieces:
        for found in framing.feed(data):
            card = read_card(found.data) if isinstance(found, Reply) else None
            assert not TELLING.search(repr((found, card, framing)))
            if isinstance(card, IdCard):
                assert document_token(card.number.text, KEY) in TOKENS
                read += 1
    assert len(framing._buffer) <= LONGEST + 16
    return read


@pytest.mark.parametrize("part", range(2))
def test_shuffled_frames(part: int) -> None:
    """Cut, joined, and with a byte that was changed on its way."""
    shuffle, read = random.Random(part), 0
    for _ in range(STREAMS * 9 // 20):
        chosen = [bytearray(one) for one in shuffle.choices(FRAMES, k=shuffle.randrange(5))]
        for one in chosen:
            if shuffle.random() < 0.5:
                one[shuffle.randrange(len(one))] ^= 1 << shuffle.randrange(8)
        cut = [bytes(one)[: shuffle.choice((None, None, 1, 9, -1))] for one in chosen]
        read += cards_in(cut)
    assert read > STREAMS / 50  # there was something to find


@settings(max_examples=STREAMS // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.binary(max_size=400) | st.sampled_from(FRAMES), max_size=6))
def test_anything(pieces: list[bytes]) -> None:
    cards_in(pieces)
