"""Numbers of identity cards: synthetic ones, of the region 000000."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cardreader.idnumber import IdNumber, IdNumberFault, check_character, id_number_of

GOOD = "000000197103080018"


def test_the_example_of_the_standard() -> None:
    """GB 11643-1999, annex A."""
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize("number", [GOOD, "000000199510210026", "00000019710308000X"])
def test_a_number_is_taken(number: str) -> None:
    found = id_number_of(number)
    assert isinstance(found, IdNumber)
    assert found.text == number


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", IdNumberFault.LENGTH),
        (GOOD[:-1], IdNumberFault.LENGTH),
        (f"{GOOD}0", IdNumberFault.LENGTH),
        (GOOD.replace("7", "O"), IdNumberFault.NOT_DIGITS),
        (GOOD.replace("7", "\uff17"), IdNumberFault.NOT_DIGITS),
        (f"X{GOOD[1:]}", IdNumberFault.NOT_DIGITS),
        ("000000197113080018", IdNumberFault.BIRTHDAY),
        ("000000190002290018", IdNumberFault.BIRTHDAY),
        (f"{GOOD[:-1]}9", IdNumberFault.CHECK_CHARACTER),
        ("00000019710308000x", IdNumberFault.CHECK_CHARACTER),
    ],
)
def test_what_is_no_number(text: str, fault: IdNumberFault) -> None:
    assert id_number_of(text) is fault


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_every_wrong_digit_and_every_exchange_is_noticed(body: str, place: int, by: int) -> None:
    """That is what MOD 11-2 is for (ISO/IEC 7064, 6)."""
    check = check_character(body)
    wrong = f"{body[:place]}{(int(body[place]) + by) % 10}{body[place + 1 :]}"
    assert check_character(wrong) != check
    swapped = body[:place] + body[place : place + 2][::-1] + body[place + 2 :]
    assert swapped == body or check_character(swapped) != check


def test_a_number_shows_and_copies_itself_nowhere() -> None:
    number = id_number_of(GOOD)
    assert isinstance(number, IdNumber)
    assert number.masked == "0****************8"
    assert repr(number) == str(number) == "<IdNumber>"
    for way in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be copied"):
            way(number)
