"""National numbers out of what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clients.phone import national_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9000000001", "9000000001"),
        ("+7 (900) 000-00-01", "9000000001"),
        ("8 900 000 00 01", "9000000001"),
        ("79000000001", "9000000001"),
        ("0079000000001", "9000000001"),
        ("13800000001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("0086 13800000001", "13800000001"),
        ("0755 0000 0001", "75500000001"),
        ("+86 755 0000 0001", "75500000001"),
        ("010 0000 0001", "1000000001"),
        ("+86 10 0000 0001", "1000000001"),
        ("+420 600 000 001", "600000001"),
        ("600 000 001", "600000001"),
        ("+44 20 7946 0000", "442079460000"),
        ("", ""),
        ("unknown", ""),
        ("\u0661\u0662\u0663", ""),
    ],
)
def test_national_number(typed: str, kept: str) -> None:
    assert national_number(typed) == kept


@given(st.integers(min_value=3, max_value=9), st.integers(min_value=0, max_value=10**9 - 1))
def test_a_chinese_mobile_keeps_its_eleven_digits(second: int, rest: int) -> None:
    number = f"1{second}{rest:09d}"
    assert national_number(number) == number
    assert national_number("+86" + number) == number


@given(st.text(max_size=30))
def test_what_is_kept_is_digits_of_the_number(typed: str) -> None:
    digits = "".join(sign for sign in typed if sign in "0123456789")
    assert digits.endswith(national_number(typed))
    assert len(digits) - len(national_number(typed)) <= 5
