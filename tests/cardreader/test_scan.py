"""Where scanned texts begin and end, whatever comes down the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cardreader.framing import SILENCE
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.identities import Unreadable


def read(found: list[Scan | Unreadable]) -> list[str]:
    return [one.text if isinstance(one, Scan) else f"<{one}>" for one in found]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"KQABC\r", ["KQABC"]),
        (b"KQABC\r\n", ["KQABC"]),
        (b"KQABC\n", ["KQABC"]),
        (b"\x02KQABC\x03", ["KQABC"]),
        (b"KQABC\t", ["KQABC"]),
        (b"KQABC\rKQDEF\r", ["KQABC", "KQDEF"]),
        (b"\r\n\r\n", []),
        (b"   \r", []),
        (b"x" * 256 + b"\r", ["x" * 256]),
        (b"x" * 257 + b"\rKQABC\r", ["<invalid>", "KQABC"]),
        (b"x" * 99_999 + b"\rKQABC\r", ["<invalid>", "KQABC"]),
        (b"\xff\x00\xfe\r", ["\xff\x00\xfe"]),
    ],
)
def test_what_an_end_completes(sent: bytes, expected: list[str]) -> None:
    whole, single = ScanFraming(), ScanFraming()
    assert read(whole.feed(sent, 0.0)) == expected
    bytewise = [one for byte in sent for one in single.feed(bytes([byte]), 0.0)]
    assert read(bytewise) == expected
    assert not whole.busy
    assert not single.busy


def test_silence_ends_a_text_without_an_end() -> None:
    framing = ScanFraming()
    assert framing.feed(b"KQABC", 10.0) == []
    assert framing.idle(10.0 + SILENCE / 2) == []
    assert read(framing.idle(10.0 + SILENCE)) == ["KQABC"]
    assert framing.feed(b"KQ", 20.0) == []
    assert read(framing.feed(b"KQDEF\r", 20.0 + SILENCE)) == ["KQ", "KQDEF"]


def test_an_endless_text_is_told_once_and_over_with_silence() -> None:
    framing = ScanFraming()
    found = [one for tick in range(100) for one in framing.feed(b"9" * 50, tick / 100)]
    assert read(found) == ["<invalid>"]
    assert framing.busy
    assert framing.idle(1.0 + SILENCE) == []
    assert not framing.busy


def test_forgetting_what_has_begun() -> None:
    framing = ScanFraming()
    framing.feed(b"KQ", 0.0)
    framing.clear()
    assert not framing.busy
    assert read(framing.feed(b"ABC\r", 0.1)) == ["ABC"]


@given(st.lists(st.tuples(st.binary(max_size=300), st.floats(0, 1)), max_size=6))
def test_anything_at_all_ends_some_time(pieces: list[tuple[bytes, float]]) -> None:
    framing, now = ScanFraming(), 0.0
    for data, pause in pieces:
        for one in framing.feed(data, now):
            assert not isinstance(one, Scan) or 0 < len(one.text) <= 256
        assert len(framing._buffer) <= 256
        now += pause
    framing.idle(now + 2 * SILENCE)
    assert not framing.busy


def test_what_was_scanned_is_not_shown() -> None:
    assert "6200" not in repr(Scan("6200000000000005"))
    framing = ScanFraming()
    framing.feed(b"6200000000000005", 0.0)
    assert "6200" not in repr(framing)
