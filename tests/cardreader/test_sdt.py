"""Frames of SDT readers: examples out of the protocol, and whatever a line makes of them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.cardreader.sdt import (
    LONGEST,
    PREAMBLE,
    Question,
    Reply,
    SdtFraming,
    Spoilt,
    Status,
    frame,
    request,
)

NO_CARD = bytes.fromhex("AAAAAA9669 0004 000080 84")
FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        (Question.STATUS, "AAAAAA9669 0003 11FF ED"),
        (Question.FIND, "AAAAAA9669 0003 2001 22"),
        (Question.SELECT, "AAAAAA9669 0003 2002 21"),
        (Question.READ, "AAAAAA9669 0003 3001 32"),
    ],
)
def test_questions_as_the_protocol_has_them(question: Question, sent: str) -> None:
    assert request(question) == bytes.fromhex(sent)


def heard(*pieces: bytes) -> list[tuple[Status, bytes] | Spoilt]:
    framing = SdtFraming()
    found = [one for piece in pieces for one in framing.feed(piece)]
    return [(one.status, one.data) if isinstance(one, Reply) else one for one in found]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (NO_CARD, [(Status.NO_CARD, b"")]),
        (FOUND, [(Status.FOUND, bytes(4))]),
        (NO_CARD + FOUND, [(Status.NO_CARD, b""), (Status.FOUND, bytes(4))]),
        (frame(b"\x12\x34\x77"), [(Status.OTHER, b"")]),
        (b"\0\xaa\xaa" + NO_CARD, [(Status.NO_CARD, b"")]),
        (b"\xaa" + NO_CARD, [(Status.NO_CARD, b"")]),
        (b"ST,+000.00 kg\r\n" * 300, []),
        (NO_CARD[:-1] + b"\x85", [Spoilt.CHECK]),
        (NO_CARD[:-1] + b"\x85" + FOUND, [Spoilt.CHECK, (Status.FOUND, bytes(4))]),
        (PREAMBLE + b"\0\0", [Spoilt.LENGTH]),
        (PREAMBLE + b"\0\x03\x20\x01\x22", [Spoilt.LENGTH]),
        (PREAMBLE + b"\xff\xff" + FOUND, [Spoilt.LENGTH, (Status.FOUND, bytes(4))]),
        (NO_CARD[:9] + NO_CARD, [Spoilt.CHECK, (Status.NO_CARD, b"")]),
        (NO_CARD[:-1], []),
        (b"", []),
    ],
)
def test_what_a_line_brings(data: bytes, expected: list[object]) -> None:
    assert heard(data) == expected
    assert heard(*(bytes([byte]) for byte in data)) == expected


def test_half_a_frame_is_forgotten() -> None:
    framing = SdtFraming()
    assert framing.feed(NO_CARD[:9]) == []
    framing.clear()
    assert [type(one) for one in framing.feed(NO_CARD)] == [Reply]


@given(st.lists(st.binary(max_size=40) | st.sampled_from([NO_CARD, FOUND, PREAMBLE, NO_CARD[:8]])))
@example([PREAMBLE * 600])
def test_whatever_comes_is_cut_the_same_in_any_pieces_and_kept_bounded(
    pieces: list[bytes],
) -> None:
    framing = SdtFraming()
    for piece in pieces:
        framing.feed(piece)
        assert len(framing._buffer) <= LONGEST + len(PREAMBLE) + 2
    assert heard(*pieces) == heard(b"".join(pieces))


@given(st.binary(max_size=30), st.binary(min_size=3, max_size=1290))
def test_a_sound_frame_behind_noise_is_found(noise: bytes, body: bytes) -> None:
    if PREAMBLE in noise + PREAMBLE[:4]:
        return
    found = heard(noise + frame(body))
    assert [data for one in found if not isinstance(one, Spoilt) for data in one[1:]] == [body[3:]]


def test_a_reply_does_not_show_its_data() -> None:
    (reply,) = SdtFraming().feed(frame(b"\0\0\x90SAMPLE"))
    assert repr(reply) == "<Reply DONE with 6 bytes>"
    framing = SdtFraming()
    framing.feed(FOUND[:-1])
    assert repr(framing) == f"<SdtFraming with {len(FOUND) - 1} bytes>"
