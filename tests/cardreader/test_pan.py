"""Card numbers: what is one, and that it doesn't show."""

import copy
import pickle
import traceback

import pytest

from kiosk.cardreader.pan import Pan, PanFault, check_digit, pan_of
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, pan, wrong


@pytest.mark.parametrize("number", [GOLD, EVERYDAY, VISA, pan("6", 12), pan("6", 19)])
def test_a_number_with_its_check_digit_is_valid(number: str) -> None:
    assert pan_of(number) == Pan(number)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", PanFault.NOT_DIGITS),
        (VISA[:-1] + "x", PanFault.NOT_DIGITS),
        ("٤" * 16, PanFault.NOT_DIGITS),
        (pan("6", 11), PanFault.LENGTH),
        (pan("6", 20), PanFault.LENGTH),
        (wrong(GOLD), PanFault.CHECK_DIGIT),
    ],
)
def test_what_is_no_number_says_why(text: str, fault: PanFault) -> None:
    assert pan_of(text) is fault


def test_the_check_digit_is_that_of_the_standards_example() -> None:
    """ISO/IEC 7812-1, Annex B."""
    assert check_digit("7992739871") == "3"


@pytest.mark.parametrize("place", range(18))
def test_any_one_wrong_digit_is_noticed(place: int) -> None:
    digit = str((int(GOLD[place]) + 1) % 10)
    assert pan_of(GOLD[:place] + digit + GOLD[place + 1 :]) is PanFault.CHECK_DIGIT


def test_a_number_shows_itself_nowhere() -> None:
    number = Pan(GOLD)
    shown = [repr(number), str(number), f"{number}", f"{[number]}", repr({"pan": number})]
    with pytest.raises(TypeError) as refused:
        pickle.dumps(number)
    shown += traceback.format_exception(refused.value)
    with pytest.raises(TypeError):
        copy.copy(number)
    assert not any(GOLD in text for text in shown)
