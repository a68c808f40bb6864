"""What the chip of a Chinese identity card holds, as SDT readers hand it on (GA 450).

::

    length of the text 2, length of the photo 2, text 256, photo 1024

The text is UTF-16LE in fields of fixed length. Of all that, the first character of the name and the
number are looked at; no other field is decoded, the photo never.
"""

import struct

from kiosk.cardreader.idnumber import IdNumber, id_number_of
from kiosk.identities import Unreadable

TEXT = 256
_LENGTHS = struct.Struct(">HH")
_NAME = slice(0, 30)
_NUMBER = slice(122, 158)
_KIND = slice(248, 250)
# Blank: a citizen's. J: of a resident from Hong Kong, Macao or Taiwan. The permanent residence card
# of a foreigner (I) has other fields.
_KINDS = ("", "J")
_FILLING = " \0"


class IdCard:
    """What was read from a card. It doesn't show its content."""

    __slots__ = ("initial", "number")

    def __init__(self, initial: str, number: IdNumber) -> None:
        self.initial = initial
        """The first character of the name: a Chinese surname, as a rule."""
        self.number = number

    def __repr__(self) -> str:
        return "<IdCard>"


def read_card(content: bytes) -> IdCard | Unreadable:
    """The card whose content this is; ``INVALID`` when it is none that can be understood."""
    if len(content) < _LENGTHS.size + TEXT:
        return Unreadable.INVALID
    text_length, photo_length = _LENGTHS.unpack_from(content)
    text = content[_LENGTHS.size :][:TEXT]
    if text_length != TEXT or len(content) != _LENGTHS.size + TEXT + photo_length:
        return Unreadable.INVALID
    try:
        kind, name, number = (_field(text[place]) for place in (_KIND, _NAME, _NUMBER))
    except UnicodeDecodeError:
        return Unreadable.INVALID
    found = id_number_of(number)
    if kind not in _KINDS or not name or not isinstance(found, IdNumber):
        return Unreadable.INVALID
    return IdCard(name[0], found)


def _field(data: bytes) -> str:
    return data.decode("utf-16-le").strip(_FILLING)
