import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.phonenumber import TypedNumber

CHINESE = TypedNumber("86", (3, 4, 4))


def typed(digits: str, number: TypedNumber = CHINESE) -> TypedNumber:
    for digit in digits:
        number = number.typed(digit)
    return number


@pytest.mark.parametrize(
    ("digits", "kept", "complete"),
    [
        ("", "", False),
        ("1200000000", "1200000000", False),
        ("12000000001", "12000000001", True),
        ("120000000019", "12000000001", True),
    ],
)
def test_it_takes_as_many_digits_as_the_country_has(digits: str, kept: str, complete: bool) -> None:
    number = typed(digits)
    assert (number.digits, number.complete) == (kept, complete)


def test_no_country_has_no_number() -> None:
    assert not TypedNumber("", ()).complete


def test_the_last_digit_is_corrected_also_when_there_is_none() -> None:
    assert typed("123").corrected().digits == "12"
    assert typed("").corrected().digits == ""


def test_in_another_country_as_many_digits_stay_as_there_may_be() -> None:
    czech = typed("12000000001").of_country("420", (3, 3, 3))
    assert (czech.country, czech.digits, czech.complete) == ("420", "120000000", True)


@given(st.text(alphabet="0123456789<", max_size=40))
def test_whatever_is_typed_it_is_what_a_person_would_expect(keys: str) -> None:
    number, expected = CHINESE, ""
    for key in keys:
        if key == "<":
            number, expected = number.corrected(), expected[:-1]
        else:
            number, expected = number.typed(key), (expected + key)[:11]
    assert number.digits == expected
    assert expected not in repr(number) or len(expected) < 3
