"""Lists of numbers become lists of tokens."""

import pytest

from kiosk.cardreader.enrolment import EnrolmentError, enrol
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import card_token
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, wrong

KEY = b"k" * 32


def test_every_number_gives_a_token_and_its_scheme() -> None:
    spaced = " ".join(VISA[start : start + 4] for start in range(0, 16, 4))
    dashed = "-".join(EVERYDAY[start : start + 4] for start in range(0, 16, 4))
    assert list(enrol([f"{GOLD}\n", f" {dashed}\r\n", "\n", spaced], KEY)) == [
        f"{card_token(Pan(GOLD), KEY)} unionpay",
        f"{card_token(Pan(EVERYDAY), KEY)} unionpay",
        f"{card_token(Pan(VISA), KEY)} visa",
    ]


def test_bad_lines_are_named_together_and_never_shown() -> None:
    lines = [GOLD, wrong(VISA), "", GOLD[:11], "my card", VISA]
    given: list[str] = []
    with pytest.raises(EnrolmentError) as refused:
        given.extend(enrol(lines, KEY))
    assert len(list(enrol([GOLD, VISA], KEY))) == 2
    assert refused.value.faults == [
        "line 2: the check digit doesn't fit",
        "line 4: not 12 to 19 digits long",
        "line 5: something other than digits in it",
    ]
    assert not any(line in str(refused.value) for line in lines if line)


def test_good_lines_are_given_before_the_bad_ones_are_told() -> None:
    tokens = enrol([GOLD, "bad", VISA], KEY)
    assert next(tokens) == f"{card_token(Pan(GOLD), KEY)} unionpay"
    assert next(tokens).endswith(" visa")
    with pytest.raises(EnrolmentError, match="line 2"):
        next(tokens)
