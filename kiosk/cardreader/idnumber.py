"""The number of a Chinese identity card (GB 11643). It exists in this room only."""

from datetime import date
from enum import StrEnum
from typing import NoReturn

_LENGTH = 18
_BIRTHDAY = slice(6, 14)


class IdNumber:
    """A number that was found valid. It shows itself nowhere but in ``text``."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "<IdNumber>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdNumber) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("an identity number is not to be copied elsewhere")

    @property
    def masked(self) -> str:
        """Its first and its last character, by which its holder knows it again."""
        return self.text[0] + "*" * (_LENGTH - 2) + self.text[-1]


class IdNumberFault(StrEnum):
    """Why a string is no identity number."""

    LENGTH = f"not {_LENGTH} characters long"
    NOT_DIGITS = "something other than digits in it"
    BIRTHDAY = "its birthday is no date"
    CHECK_CHARACTER = "the check character doesn't fit"


def id_number_of(text: str) -> IdNumber | IdNumberFault:
    """The number that the characters are, or why they are none (GB 11643, 4)."""
    if len(text) != _LENGTH:
        return IdNumberFault.LENGTH
    body, check = text[:-1], text[-1]
    if not (body.isascii() and body.isdigit()):
        return IdNumberFault.NOT_DIGITS
    if not _is_date(body[_BIRTHDAY]):
        return IdNumberFault.BIRTHDAY
    if check_character(body) != check:
        return IdNumberFault.CHECK_CHARACTER
    return IdNumber(text)


def check_character(digits: str) -> str:
    """The character that makes a number of these digits whole (ISO/IEC 7064, MOD 11-2)."""
    product = 0
    for digit in digits:
        product = (product + int(digit)) * 2 % 11
    return "0123456789X"[(12 - product) % 11]


def _is_date(digits: str) -> bool:
    try:
        date.fromisoformat(digits)
    except ValueError:
        return False
    return True
