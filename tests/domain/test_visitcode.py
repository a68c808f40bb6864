"""Visit codes: what is signed comes back, and nothing else is taken for one."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import BranchId, ClientRef, Language, ServiceId
from kiosk.domain.visitcode import LONGEST, CodeFault, VisitCode, decode, encode

DOCUMENT = Path(__file__).parents[2] / "docs" / "visit-codes.md"
KEY = bytes(range(32))
HERE, ELSEWHERE = BranchId("0755"), BranchId("0756")
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
APPOINTMENT = VisitCode(
    branch=HERE,
    expires=TEN + timedelta(hours=1),
    serial=bytes.fromhex("0102030405fe"),
    service=ServiceId("advice"),
    booked=TEN,
    client=ClientRef("c-1"),
    language=Language("zh"),
)

asciis = st.text(st.characters(max_codepoint=127), max_size=20)
codes = st.builds(
    VisitCode,
    branch=st.text("0123456789ab-_", min_size=1, max_size=32).map(BranchId),
    expires=st.datetimes(datetime(1971, 1, 1), datetime(2105, 1, 1)).map(
        lambda at: at.replace(microsecond=0, tzinfo=UTC)
    ),
    serial=st.binary(min_size=6, max_size=6),
    service=st.none() | asciis.filter(bool).map(ServiceId),
    booked=st.none() | st.just(TEN),
    client=st.none() | asciis.filter(bool).map(ClientRef),
    language=st.none() | st.sampled_from(["zh", "cs"]).map(Language),
)


@given(codes)
def test_what_was_signed_comes_back(code: VisitCode) -> None:
    text = encode(code, KEY)
    assert decode(text, KEY) == code
    assert decode(text.lower(), KEY) == code
    assert text.isalnum()
    assert text.isupper()


@given(codes, st.integers(0, 255), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_character_makes_it_void(code: VisitCode, at: int, other: str) -> None:
    text = encode(code, KEY)
    at %= len(text)
    forged = text[:at] + other + text[at + 1 :]
    # The last character has bits that base32 leaves unused: they change nothing.
    assert decode(forged, KEY) is None or at == len(text) - 1 or forged == text


@given(codes)
def test_another_key_makes_it_void(code: VisitCode) -> None:
    assert decode(encode(code, KEY), KEY[::-1]) is None


@given(st.text() | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=").map(lambda text: "KQ" + text))
def test_anything_else_is_no_code(text: str) -> None:
    assert decode(text, KEY) is None


@given(st.binary(max_size=60))
def test_a_signed_record_that_holds_something_else_is_no_code(record: bytes) -> None:
    """Whoever has the key and another version of the format: nothing is guessed."""
    signed = record + hmac.new(KEY, record, hashlib.sha256).digest()[:10]
    code = decode("KQ" + base64.b32encode(signed).decode().rstrip("="), KEY)
    assert code is None or encode(code, KEY).startswith("KQAE")


@pytest.mark.parametrize(
    ("changed", "now", "fault"),
    [
        ({}, TEN, None),
        ({}, TEN - timedelta(hours=12), None),
        ({}, TEN - timedelta(hours=12, seconds=1), CodeFault.TOO_EARLY),
        ({}, TEN + timedelta(minutes=59, seconds=59), None),
        ({}, TEN + timedelta(hours=1), CodeFault.EXPIRED),
        ({"expires": TEN + timedelta(days=2)}, TEN + timedelta(hours=13), CodeFault.EXPIRED),
        ({"booked": None}, TEN - timedelta(days=3), None),
        ({"booked": None}, TEN + timedelta(hours=1), CodeFault.EXPIRED),
        ({"branch": ELSEWHERE}, TEN, CodeFault.OTHER_BRANCH),
        ({"branch": ELSEWHERE}, TEN + timedelta(days=1), CodeFault.OTHER_BRANCH),
    ],
)
def test_where_and_when_a_code_counts(
    changed: dict[str, object], now: datetime, fault: CodeFault | None
) -> None:
    """CRM-100: within twelve hours around the appointment, until it expires, at its own branch."""
    code = replace(APPOINTMENT, **changed)  # type: ignore[arg-type]
    assert code.fault(HERE, now) is fault


@pytest.mark.parametrize(
    "wrong",
    [
        {"serial": b"short"},
        {"service": ServiceId("理财")},
        {"client": ClientRef("c" * 256)},
        {"client": ClientRef("c" * 200)},
        {"expires": datetime(2107, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_no_code_can_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(replace(APPOINTMENT, **wrong), KEY)  # type: ignore[arg-type]


def test_every_showing_of_a_code_is_one_visit_and_every_code_another() -> None:
    text = encode(APPOINTMENT, KEY)
    again = decode(text, KEY)
    assert again is not None
    assert again.visit == APPOINTMENT.visit
    assert again.visit != replace(APPOINTMENT, serial=b"\0" * 6).visit
    assert again.visit[14] == "8"


def test_a_usual_code_fits_a_small_picture() -> None:
    """QR version 4 holds 90 alphanumeric characters at error correction level M (ISO/IEC 18004)."""
    assert len(encode(APPOINTMENT, KEY)) <= 90
    assert len(encode(APPOINTMENT, KEY)) < LONGEST


def test_the_example_of_the_document_is_right() -> None:
    """Whoever makes codes elsewhere checks against it."""
    assert encode(APPOINTMENT, KEY) in DOCUMENT.read_text("utf-8")
