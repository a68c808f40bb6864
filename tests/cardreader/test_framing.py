"""Bytes of serial readers, as tables; time is passed in."""

import pytest

from kiosk.cardreader.framing import LONGEST, SILENCE, Swipe, SwipeFraming
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.track import read_swipe
from kiosk.identities import Unreadable
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, track_1, track_2

STX, ETX, ESC = b"\x02", b"\x03", b"\x1b"
CARD = (track_1(GOLD) + track_2(GOLD)).encode()
OTHER = (track_1(VISA) + track_2(VISA)).encode()
Outcome = list[str | Unreadable]


def read(found: list[Swipe | Unreadable]) -> Outcome:
    results = [read_swipe(one.tracks) if isinstance(one, Swipe) else one for one in found]
    return [result.digits if isinstance(result, Pan) else result for result in results]


def heard(data: bytes) -> Outcome:
    """What comes of the bytes and the silence behind them."""
    framing = SwipeFraming()
    found = framing.feed(data, 0)
    return read(found + framing.idle(SILENCE))


def check(body: bytes) -> bytes:
    total = 0
    for byte in body:
        total ^= byte
    return bytes([total])


FORMS = [
    STX + b"%s" + ETX,
    STX + b"%s\r" + ETX,
    STX + b"%s\r\n" + ETX + b"\r\n",
    b"%s\r",
    b"%s\r\n",
    b"%s\n",
    b"%s" + ETX,
    STX + ESC + b"%s 0\r" + ETX,
    STX + ESC + b"%s0\r" + ETX,
    b"\0\0%s\r\0",
    b"\xff\xfenoise ?=^\r\n%s\r",
    b"half" + STX + b"%s" + ETX,
    STX + STX + b"%s" + ETX,
    ETX + b"\r\n" + STX + b"%s" + ETX,
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_frame_is_understood_at_its_end(form: bytes) -> None:
    framing = SwipeFraming()
    assert read(framing.feed(form % CARD, 0)) == [GOLD]
    assert framing.idle(SILENCE) == []


@pytest.mark.parametrize("form", FORMS)
def test_byte_by_byte_is_the_same(form: bytes) -> None:
    framing = SwipeFraming()
    found: list[Swipe | Unreadable] = []
    for place, byte in enumerate(form % CARD):
        found += framing.feed(bytes([byte]), place / 960)
    assert read(found) == [GOLD]


@pytest.mark.parametrize("form", FORMS)
def test_frames_glued_together_are_told_apart(form: bytes) -> None:
    assert heard(form % CARD + form % OTHER) == [GOLD, VISA]


def test_swipes_glued_without_any_end_are_told_apart() -> None:
    assert heard(CARD + OTHER) == [GOLD, VISA]
    assert heard(CARD + OTHER + b"\r") == [GOLD, VISA]
    assert heard(STX + CARD + OTHER + ETX) == [GOLD, VISA]


def test_silence_ends_a_swipe_that_has_no_end() -> None:
    framing = SwipeFraming()
    assert framing.feed(CARD, 10) == []
    assert framing.busy
    assert framing.idle(10 + SILENCE - 0.01) == []
    assert read(framing.idle(10 + SILENCE)) == [GOLD]
    assert not framing.busy
    assert framing.idle(10 + 2 * SILENCE) == []


def test_silence_between_two_swipes_without_ends_is_noticed_when_the_second_comes() -> None:
    framing = SwipeFraming()
    assert framing.feed(CARD, 0) == []
    assert read(framing.feed(OTHER, SILENCE)) == [GOLD]
    assert read(framing.idle(2 * SILENCE)) == [VISA]


@pytest.mark.parametrize("start", [b"", STX])
@pytest.mark.parametrize("length", range(1, len(track_1(GOLD)) - 1, 7))
def test_half_a_swipe_and_silence_is_partial(start: bytes, length: int) -> None:
    assert heard(start + CARD[:length]) == [Unreadable.PARTIAL]


@pytest.mark.parametrize("end", [b"\r", b"\n", ETX])
def test_half_a_swipe_with_an_end_is_partial(end: bytes) -> None:
    assert heard(CARD[:20] + end) == [Unreadable.PARTIAL]


def test_a_new_frame_cuts_half_a_swipe_off() -> None:
    assert heard(STX + CARD[:20] + STX + OTHER + ETX) == [Unreadable.PARTIAL, VISA]
    assert heard(CARD[:20] + STX + OTHER + ETX) == [Unreadable.PARTIAL, VISA]
    assert heard(CARD[:20] + OTHER + b"\r") == [Unreadable.PARTIAL, VISA]


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", []),
        (STX, []),
        (ETX, []),
        (b"\r\n\r\n", []),
        (b"hello\r\n", []),
        (STX + ETX, [Unreadable.NO_DATA]),
        (STX + b"%?;?" + ETX, [Unreadable.NO_DATA]),
        (STX + b"hello" + ETX, [Unreadable.INVALID]),
        (STX + ESC + b"1\r" + ETX, []),
        (STX + ESC + b"1 \r" + ETX, []),
        (STX + ESC + b"%E?;E?1\r" + ETX, [Unreadable.INVALID]),
        (STX + ESC + b"%%E?%s 0\r" % track_2(GOLD).encode() + ETX, [GOLD]),
        (STX + ESC + track_2(GOLD)[:9].encode() + ETX, [Unreadable.PARTIAL]),
        (b"%E?\r", [Unreadable.INVALID]),
        (b";E?\r", [Unreadable.INVALID]),
        (b"+E?\r", [Unreadable.INVALID]),
        (CARD.replace(b"0", b"\0", 2) + b"\r", [GOLD]),
        (track_2(GOLD).encode().replace(b"0", b"\0", 1) + b"\r", [Unreadable.INVALID]),
        (bytes(byte | 0x80 for byte in CARD) + b"\r", []),
    ],
)
def test_what_is_no_clean_swipe(data: bytes, outcome: Outcome) -> None:
    assert heard(data) == outcome


@pytest.mark.parametrize("number", [GOLD, EVERYDAY, VISA])
def test_the_check_behind_a_frame_is_passed_over(number: str) -> None:
    body = track_2(number).encode() + ETX
    frame = STX + body + check(body)
    assert heard(frame) == [number]
    assert heard(frame + frame) == [number, number]


def test_a_check_that_looks_like_a_start_is_no_start() -> None:
    for spare in range(128):
        body = bytes([spare]) + track_2(GOLD).encode() + ETX
        if spare not in (2, 3, 0x1B, 0x25, 0x2B, 0x3B) and check(body) in (b"%", b";", b"+", STX):
            frame = STX + body + check(body)
            assert heard(frame) == [GOLD]
            assert heard(frame + STX + OTHER + ETX) == [GOLD, VISA]


def test_a_check_comes_at_once_or_not_at_all() -> None:
    body = b"J" + track_2(GOLD).encode() + ETX
    sentinel = next(
        bytes([spare]) for spare in range(64, 128) if check(bytes([spare]) + body) == b"%"
    )
    framing = SwipeFraming()
    assert read(framing.feed(STX + sentinel + body, 0)) == [GOLD]
    assert read(framing.feed(track_1(VISA).encode() + b"\r", 1)) == [VISA]


def test_a_swipe_that_never_ends_is_bounded_and_told_once() -> None:
    framing = SwipeFraming()
    found: list[Swipe | Unreadable] = []
    for place in range(100):
        found += framing.feed(b"%" + b"9" * 99, place / 10)
        assert len(repr(framing)) < 50
        assert len(framing._buffer) <= LONGEST
    assert found == [Unreadable.INVALID]
    assert read(framing.feed(b"\r" + CARD + b"\r", 10)) == [GOLD]


def test_after_a_swipe_that_never_ended_silence_helps() -> None:
    framing = SwipeFraming()
    assert framing.feed(b"%" * 300, 0) == [Unreadable.INVALID]
    assert framing.idle(SILENCE) == []
    assert read(framing.feed(CARD + b"\r", 1)) == [GOLD]


class Watched(bytearray):
    """Remembers what it held when it was let go."""

    left = b"unseen"

    def clear(self) -> None:
        self.left = bytes(self)
        super().clear()


def test_nothing_of_a_card_stays_behind() -> None:
    framing = SwipeFraming()
    held = framing._buffer = Watched()
    framing.feed(CARD, 0)
    assert bytes(held) == CARD
    assert GOLD not in repr(framing)
    framing.clear()
    assert held == b""
    assert held.left == bytes(len(CARD))
    assert framing.idle(SILENCE) == []
    [swipe] = framing.feed(CARD + b"\r", 2)
    assert held == b""
    assert GOLD not in repr(swipe)
