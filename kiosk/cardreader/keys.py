"""From key events to characters, as a reader means them that types like a keyboard.

Such readers type for the US layout. The machine's own layout and Caps Lock have no say here: the
events are read as the kernel gives them (``linux/input-event-codes.h``).
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

EVENT = struct.Struct("llHHi")
"""``struct input_event``: seconds, microseconds, type, code, value."""


class Kind(IntEnum):
    """Types of events that matter here."""

    EV_SYN = 0
    EV_KEY = 1


class Code(IntEnum):
    """Codes with a meaning other than a character."""

    SYN_REPORT = 0
    SYN_DROPPED = 3
    """The kernel's buffer was full: events are missing."""
    KEY_ENTER = 28
    KEY_LEFTSHIFT = 42
    KEY_RIGHTSHIFT = 54
    KEY_CAPSLOCK = 58
    KEY_NUMLOCK = 69
    KEY_KPENTER = 96


class Press(IntEnum):
    """What became of a key; 2, its repetition while it is held, means nothing here."""

    RELEASED = 0
    PRESSED = 1


UNKNOWN = "\x7f"
"""Stands for a key that is on no card, so that what it is typed into counts for nothing."""

SHIFTS = (Code.KEY_LEFTSHIFT, Code.KEY_RIGHTSHIFT)
_WITHOUT_CHARACTER = (*SHIFTS, Code.KEY_CAPSLOCK, Code.KEY_NUMLOCK)
# Keys of a row follow each other. Cards have capitals only, and readers that mind Caps Lock press
# shift the other way round: a letter is its capital either way.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "QWERTYUIOP[]", "QWERTYUIOP{}"),
    (30, "ASDFGHJKL;'`", 'ASDFGHJKL:"~'),
    (43, "\\", "|"),
    (44, "ZXCVBNM,./", "ZXCVBNM<>?"),
    (57, " ", " "),
    (Code.KEY_ENTER, "\r", "\r"),
    (Code.KEY_KPENTER, "\r", "\r"),
)
CHARACTERS = {
    (first + place, shifted): character
    for first, *rows in _ROWS
    for shifted, row in zip((False, True), rows, strict=True)
    for place, character in enumerate(row)
}
"""The character of a key, without and with shift."""


class Stroke(NamedTuple):
    """A key that was pressed. It stands for itself a moment only, and isn't kept."""

    at: float
    """The kernel's time of it, in seconds."""
    character: str | None
    """None where the kernel says that events were lost."""


class KeyDecoder:
    """Makes characters of a stream of events. It keeps which shifts are held, and no character."""

    def __init__(self) -> None:
        self._cut = b""
        """The beginning of an event that hasn't come whole."""
        self._held: set[int] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def feed(self, data: bytes) -> Iterator[Stroke]:
        """The characters typed, and where events were lost."""
        data = self._cut + data
        whole = len(data) - len(data) % EVENT.size
        self._cut = data[whole:]
        for seconds, microseconds, kind, code, value in EVENT.iter_unpack(data[:whole]):
            at = seconds + microseconds / 1_000_000
            if (kind, code) == (Kind.EV_SYN, Code.SYN_DROPPED):
                self._held.clear()
                yield Stroke(at, None)
            elif kind == Kind.EV_KEY:
                for character in self._key(code, value):
                    yield Stroke(at, character)

    def clear(self) -> None:
        """Forget what has begun."""
        self._cut = b""
        self._held.clear()

    def _key(self, code: int, value: int) -> Iterator[str]:
        if code in SHIFTS:
            (self._held.discard if value == Press.RELEASED else self._held.add)(code)
        if value == Press.PRESSED and code not in _WITHOUT_CHARACTER:
            yield CHARACTERS.get((code, bool(self._held)), UNKNOWN)
