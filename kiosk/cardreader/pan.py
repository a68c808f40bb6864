"""The primary account number of a card (ISO/IEC 7812-1). It exists in this room only."""

from enum import StrEnum
from typing import NoReturn

LENGTHS = range(12, 20)
"""How many digits a number has."""


class Pan:
    """A card number that was found valid. It shows itself nowhere but in ``digits``."""

    __slots__ = ("digits",)

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def __repr__(self) -> str:
        return "<Pan>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pan) and self.digits == other.digits

    def __hash__(self) -> int:
        return hash(self.digits)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a card number is not to be copied elsewhere")


class PanFault(StrEnum):
    """Why a string is no card number."""

    NOT_DIGITS = "something other than digits in it"
    LENGTH = f"not {LENGTHS[0]} to {LENGTHS[-1]} digits long"
    CHECK_DIGIT = "the check digit doesn't fit"


def pan_of(text: str) -> Pan | PanFault:
    """The number that the digits are, or why they are none (ISO/IEC 7812-1, 4 and Annex B)."""
    if not (text.isascii() and text.isdigit()):
        return PanFault.NOT_DIGITS
    if len(text) not in LENGTHS:
        return PanFault.LENGTH
    if check_digit(text[:-1]) != text[-1]:
        return PanFault.CHECK_DIGIT
    return Pan(text)


def check_digit(digits: str) -> str:
    """The Luhn digit that makes a number of these digits whole (ISO/IEC 7812-1, Annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += _DOUBLED[digit] if place % 2 == 0 else int(digit)
    return str(-total % 10)


_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
