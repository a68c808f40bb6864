"""Synthetic cards for the tests of this folder: issuer prefixes filled with ascending digits."""

from kiosk.cardreader.pan import check_digit


def pan(prefix: str, length: int) -> str:
    """A number with a right check digit that nobody was ever given."""
    body = (prefix + "0123456789" * 2)[: length - 1]
    return body + check_digit(body)


GOLD = pan("62001", 19)
EVERYDAY = pan("62002", 16)
VISA = pan("40000", 16)


def track_1(number: str) -> str:
    return f"%B{number}^SAMPLE/CARD^4912201000000?"


def track_2(number: str) -> str:
    return f";{number}=4912201000000?"


def track_3(number: str, start: str = ";") -> str:
    return f"{start}59{number}=" + "1561560" + "0" * 40 + "=" * 3 + "1?"


def wrong(number: str) -> str:
    """The same number with one digit misread."""
    return number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
