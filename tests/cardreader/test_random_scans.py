"""Whatever is held before a scanner: no crash, no code that nobody signed, nothing of it shown."""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.cardreader.framing import SILENCE
from kiosk.cardreader.linereader import Framing
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.cardreader.simulator import keystrokes
from kiosk.cardreader.wedge import keys_of_scans
from kiosk.domain.ids import BranchId, ServiceId
from kiosk.domain.visitcode import LONGEST, VisitCode, decode, encode
from kiosk.identities import Unreadable
from tests.cardreader.cards import GOLD, VISA, track_1, track_2
from tests.cardreader.streams import MAY_TAKE, STREAMS

pytestmark = MAY_TAKE

KEY = b"c" * 32
SIGNED = [
    VisitCode(BranchId("0755"), datetime(2026, 11, 23, tzinfo=UTC), bytes([number] * 6), service)
    for number, service in enumerate((None, ServiceId("cash"), ServiceId("advice")))
]
CODES = [encode(code, KEY) for code in SIGNED] + [encode(code, KEY[1:]) for code in SIGNED]
PIECES = [
    *(CODES * 2),
    *(GOLD, VISA, track_1(GOLD), track_2(VISA), "6901234567892"),
    *(["\r", "\n", "\r\n", "\t"] * 2),
    *("]Q1", "KQ", "kq", "=", "A" * 200),
]
TELLING = re.compile(r"[0-9]{8}")


@dataclass
class Seen:
    """What a framing made of a stream."""

    framing: Framing[Scan]
    now: float = 0.0
    signed: int = 0

    def take(self, pieces: list[tuple[bytes, float]]) -> int:
        """How many signed codes were in it."""
        for data, pause in pieces:
            self._look(self.framing.feed(data, self.now))
            self.now += pause
            self._look(self.framing.idle(self.now))
        self._look(self.framing.idle(self.now + 2 * SILENCE))
        assert not self.framing.busy
        return self.signed

    def _look(self, found: "list[Scan | Unreadable] | object") -> None:
        assert isinstance(found, list)
        for one in found:
            assert not TELLING.search(repr((one, self.framing)))
            if isinstance(one, Scan):
                assert len(one.text) <= LONGEST
                code = decode(one.text, KEY)
                assert code is None or code in SIGNED
                self.signed += code is not None


@pytest.mark.parametrize("part", range(2))
def test_bytes_of_shuffled_pieces(part: int) -> None:
    shuffle, signed = random.Random(part), 0
    noise = [b"\0\xff", b"\x02", b"\x03", b"\x1b"]
    for _ in range(STREAMS * 9 // 20):
        chosen = [text.encode() for text in shuffle.choices(PIECES, k=shuffle.randrange(9))]
        chosen += shuffle.choices(noise, k=shuffle.randrange(2))
        cut = [each[: shuffle.choice((None, None, None, 1, 9, -1))] for each in chosen]
        stream = [(each, shuffle.choice((0.0, 0.0, SILENCE))) for each in cut]
        signed += Seen(ScanFraming()).take(stream)
    assert signed > STREAMS / 50  # there was something to find


@pytest.mark.parametrize("part", range(2))
def test_keys_of_shuffled_pieces(part: int) -> None:
    """Events cut, left out and joined in the middle of a key."""
    shuffle, signed = random.Random(part), 0
    typed = [keystrokes(text.replace("\n", "\r").replace("\t", "\r").upper()) for text in PIECES]
    for _ in range(STREAMS * 9 // 20):
        chosen = shuffle.choices(typed, k=shuffle.randrange(5))
        cut = [each[: shuffle.choice((None, None, None, 24, 25, -24, -1))] for each in chosen]
        stream = [(each, shuffle.choice((0.0, 0.0, SILENCE))) for each in cut]
        signed += Seen(keys_of_scans()).take(stream)
    assert signed > STREAMS / 100


@settings(max_examples=STREAMS // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.binary(max_size=400), st.floats(0, 1)), max_size=5))
def test_anything(pieces: list[tuple[bytes, float]]) -> None:
    assert Seen(ScanFraming()).take(pieces) == 0
    assert Seen(keys_of_scans()).take(pieces) == 0
