"""Telephone numbers as a clients database keeps them: found however they are typed."""

from enum import StrEnum

_ABROAD = (("86", 11), ("86", 10), ("420", 9), ("7", 10))
"""Country codes of ITU-T E.164 with the lengths of the national numbers behind them."""

_INTERNATIONAL, _TRUNK = "00", "0"

_RUSSIAN_TRUNK = "8"


class PhoneKind(StrEnum):
    """What a client's number is for (the phone kinds of CRM-26)."""

    MOBILE = "mobile"
    WORK = "work"
    REGISTRATION = "registration"
    CONTACT = "contact"
    ACTUAL_ADDRESS = "actualAddress"
    EXTRA_1 = "extra1"
    EXTRA_2 = "extra2"


def national_number(typed: str) -> str:
    """The digits of a number without international prefix, country code and trunk prefix (CRM-26).

    Ten digits in Russia, Kazakhstan and for most Chinese land lines, eleven for a Chinese mobile
    number, nine in Czechia: ``+86 138 0013 8000``, ``0086…`` and ``138…`` are one number, as are
    ``+7 900 …`` and ``8 900 …``. Of other countries' numbers the country code stays. Empty when
    there is no digit in it.
    """
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    if digits.startswith(_TRUNK) and not digits.startswith(_INTERNATIONAL):
        return digits.removeprefix(_TRUNK)
    digits = digits.removeprefix(_INTERNATIONAL)
    for code, length in _ABROAD:
        if digits.startswith(code) and len(digits) == len(code) + length:
            return digits.removeprefix(code)
    if digits.startswith(_RUSSIAN_TRUNK) and len(digits) == 11:
        return digits.removeprefix(_RUSSIAN_TRUNK)
    return digits
