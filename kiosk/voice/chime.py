"""The chime before a call: two falling tones that make the hall look up."""

import math
from array import array
from functools import lru_cache
from itertools import chain

from kiosk.voice.sound import RATE

_TONES = ((659.26, 0.35), (523.25, 0.55))
"""Hertz (E5, C5) and seconds."""
_LOUDEST = 0.55 * 32767
_ATTACK = 0.004


@lru_cache(maxsize=8)
def chime(volume: int) -> bytes:
    """The chime at so many per cent of full loudness. About 10 ms of work, once for each volume."""
    level = _LOUDEST * volume / 100
    return array("h", chain.from_iterable(_tone(*tone, level) for tone in _TONES)).tobytes()


def _tone(pitch: float, seconds: float, level: float) -> list[int]:
    return [_sample(pitch, place / RATE, seconds, level) for place in range(round(seconds * RATE))]


def _sample(pitch: float, at: float, seconds: float, level: float) -> int:
    """A struck bar: at once there, then dying away; faded at both ends, else it clicks."""
    fade = min(1.0, at / _ATTACK, (seconds - at) / _ATTACK)
    return round(level * fade * math.exp(-4 * at / seconds) * math.sin(2 * math.pi * pitch * at))
