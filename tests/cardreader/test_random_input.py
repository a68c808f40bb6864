"""Whatever comes down the line: no crash, no wrong card, no number anywhere.

20,000 streams a run; a million with ``KIOSK_NIGHTLY`` set. Some of them come from hypothesis,
which finds the shortest stream that breaks something; the others are shuffled, which is quicker.
"""

import random
import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.cardreader.framing import LONGEST, SILENCE, Swipe, SwipeFraming
from kiosk.cardreader.keys import EVENT, KeyDecoder
from kiosk.cardreader.pan import Pan, check_digit
from kiosk.cardreader.track import read_swipe
from kiosk.cardreader.wedge import keys_of_swipes
from kiosk.identities import Unreadable
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, track_1, track_2, track_3
from tests.cardreader.keyboard import typed
from tests.cardreader.streams import MAY_TAKE, STREAMS

pytestmark = MAY_TAKE

_KNOWN = (GOLD, EVERYDAY, VISA)
_GOOD = [
    text.encode()
    for number in _KNOWN
    for text in (
        track_1(number),
        track_2(number),
        track_3(number),
        track_3(number, "+"),
        f";59{number}=1?",
        number,
        number[2:],
        number[:-1],
    )
]
_TYPED = [text.decode() for text in _GOOD] + ["\r", "\r", "?", ";", "%B", "=", "0"]
_MARKS = [bytes([mark]) for mark in b"\x02\x03\r\n\x1b%;+?=^B0\0\xff"]
piece = st.one_of(
    st.sampled_from(_GOOD),
    st.sampled_from(_MARKS),
    st.sampled_from(_MARKS),
    st.binary(max_size=12),
    st.sampled_from(_GOOD).flatmap(lambda text: st.integers(1, len(text)).map(lambda n: text[:n])),
)
stream = st.lists(st.tuples(piece, st.sampled_from([0.0, 0.001, SILENCE])), max_size=12)

_FIELD = re.compile(rb"[0-9]+")


@settings(
    max_examples=STREAMS // 10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(stream)
def test_streams_of_broken_swipes(pieces: list[tuple[bytes, float]]) -> None:
    check_stream(pieces)


@settings(
    max_examples=STREAMS // 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(st.binary(max_size=400), st.floats(0, 1)), max_size=5))
def test_streams_of_anything(pieces: list[tuple[bytes, float]]) -> None:
    check_stream(pieces)


@pytest.mark.parametrize("part", range(4))
def test_streams_of_shuffled_pieces(part: int) -> None:
    pieces = [*_GOOD, *_MARKS, *_MARKS, *_MARKS]
    shuffle = random.Random(part)
    for _ in range(STREAMS * 17 // 80):
        chosen = shuffle.choices(pieces, k=shuffle.randrange(12))
        cut = [each[: shuffle.choice((None, None, 1, 9, -1))] for each in chosen]
        check_stream([(each, shuffle.choice((0.0, 0.0, 0.001, SILENCE))) for each in cut])


@pytest.mark.parametrize("part", range(4))
def test_key_events_of_shuffled_pieces(part: int) -> None:
    """What was typed, spoilt: events cut, doubled, left out, unknown and lost."""
    pieces = [typed(text) for text in _TYPED]
    noise = [EVENT.pack(0, 0, *one) for one in product((0, 1, 4), (0, 3, 28, 42, 99), (0, 1, 2))]
    shuffle = random.Random(part)
    for _ in range(STREAMS * 9 // 40):
        chosen = shuffle.choices(pieces, k=shuffle.randrange(4))
        chosen += shuffle.choices(noise, k=shuffle.randrange(4))
        shuffle.shuffle(chosen)
        cut = [each[: shuffle.choice((None, None, None, 24, 25, -24, -1))] for each in chosen]
        check_keys([(each, shuffle.choice((0.0, 0.0, SILENCE))) for each in cut])


@settings(
    max_examples=STREAMS // 10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(st.binary(max_size=400), st.floats(0, 1)), max_size=5))
def test_key_events_of_anything(pieces: list[tuple[bytes, float]]) -> None:
    check_keys(pieces)


def check_keys(pieces: list[tuple[bytes, float]]) -> None:
    framing = keys_of_swipes()
    # What the keys mean by themselves: lost events part, or else nothing could be told from them.
    meant = "".join(
        stroke.character or "/"
        for stroke in KeyDecoder().feed(b"".join(data for data, _ in pieces))
    )
    found: list[Swipe | Unreadable] = []
    now = 0.0
    for data, pause in pieces:
        found += framing.feed(data, now)
        now += pause
        found += framing.idle(now)
    found += framing.idle(now + 2 * SILENCE)
    assert not framing.busy

    fields = _FIELD.findall(meant.encode())
    for one in found:
        result = read_swipe(one.tracks) if isinstance(one, Swipe) else one
        if isinstance(result, Pan):
            assert_really_there(result, fields)
            assert result.digits not in repr((one, result, framing))


def check_stream(pieces: list[tuple[bytes, float]]) -> None:
    framing = SwipeFraming()
    found: list[Swipe | Unreadable] = []
    now = 0.0
    for data, pause in pieces:
        found += framing.feed(data, now)
        assert len(framing._buffer) <= LONGEST
        now += pause
        found += framing.idle(now)
    found += framing.idle(now + 2 * SILENCE)
    assert not framing.busy
    assert framing._buffer == b""

    fields = _FIELD.findall(b"".join(data for data, _ in pieces))
    for one in found:
        result = read_swipe(one.tracks) if isinstance(one, Swipe) else one
        if isinstance(result, Pan):
            assert_really_there(result, fields)
            assert result.digits not in repr((one, result, framing))


def assert_really_there(number: Pan, fields: list[bytes]) -> None:
    """The number stood in the bytes as a whole field, on track 3 behind its format code."""
    digits = number.digits.encode()
    assert check_digit(number.digits[:-1]) == number.digits[-1]
    whole = digits in fields
    assert whole or (number.digits in _KNOWN and any(field[2:] == digits for field in fields))
