"""A US keyboard, written down by the kernel's names and without a look at the product's table."""

import struct

from evdev import ecodes

_SHIFTED = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./", strict=True))
_NAMES = {
    " ": "SPACE", "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", "\\": "BACKSLASH",
    ";": "SEMICOLON", "'": "APOSTROPHE", "`": "GRAVE", ",": "COMMA", ".": "DOT", "/": "SLASH",
    "\r": "ENTER",
}  # fmt: skip


def event(kind: int, code: int, value: int = 0) -> bytes:
    """One ``struct input_event``, at time 0."""
    return struct.pack("llHHi", 0, 0, kind, code, value)


def at(time: float, events: bytes, pace: float = 0.0005) -> bytes:
    """The same events from this time on, one after the other."""
    stamped = b""
    for number, (_, _, *rest) in enumerate(struct.iter_unpack("llHHi", events)):
        seconds, fraction = divmod(time + number * pace, 1)
        stamped += struct.pack("llHHi", int(seconds), int(fraction * 1_000_000), *rest)
    return stamped


def press(key: int) -> bytes:
    """A key pressed and released, each with its report."""
    report = event(ecodes.EV_SYN, ecodes.SYN_REPORT)
    return b"".join(event(ecodes.EV_KEY, key, value) + report for value in (1, 0))


def typed(text: str) -> bytes:
    """What the kernel makes of a reader that types this."""
    return b"".join(_typed(character) for character in text)


def _typed(character: str) -> bytes:
    plain = _SHIFTED.get(character, character)
    key = getattr(ecodes, "KEY_" + _NAMES.get(plain, plain))
    if plain == character and not character.isupper():
        return press(key)
    report = event(ecodes.EV_SYN, ecodes.SYN_REPORT)
    down, up = (event(ecodes.EV_KEY, ecodes.KEY_LEFTSHIFT, value) + report for value in (1, 0))
    return down + press(key) + up
