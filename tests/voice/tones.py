"""Clips of one pure tone each, and an ear that tells them apart in whatever was played."""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from kiosk.voice.sound import RATE, to_wav

NAMES = ("begin", "A", "V", *"0123456789", "counter-1", "counter-2")
LANGUAGES = ("zh", "en", "ru", "cs", "kk")
CHIME = 350
"""Hertz."""
LENGTH = 0.15
"""Seconds of each clip."""


@lru_cache(maxsize=256)
def tone(pitch: float, seconds: float = LENGTH, level: int = 8000) -> bytes:
    places = range(round(seconds * RATE))
    wave = (round(level * math.sin(2 * math.pi * pitch * place / RATE)) for place in places)
    return array("h", wave).tobytes()


def pitch_of(language: str, name: str) -> int:
    """Hertz; 60 or more between any two clips."""
    return 1000 + 1500 * LANGUAGES.index(language) + 60 * NAMES.index(name)


def record(folder: Path, languages: Iterable[str] = LANGUAGES, level: int = 8000) -> Path:
    """Record every clip of these languages and a chime."""
    folder.mkdir()
    for language in languages:
        (folder / language).mkdir()
        for name in NAMES:
            file = folder / language / f"{name}.wav"
            file.write_bytes(to_wav(tone(pitch_of(language, name), level=level)))
    (folder / "chime.wav").write_bytes(to_wav(tone(CHIME, level=level)))
    return folder


@dataclass(frozen=True)
class Note:
    """A stretch of sound between two of silence."""

    name: str
    """``chime``, or language and clip: ``zh/A``."""
    begins: float
    ends: float
    loudest: int


def listen(samples: bytes) -> list[Note]:
    """The notes in what was played."""
    level = array("h", samples)
    return [
        Note(_name(level[first:last]), first / RATE, last / RATE, max(level[first:last]))
        for first, last in _stretches(level)
    ]


def _stretches(level: "array[int]") -> Iterable[tuple[int, int]]:
    """From the first loud sample to the last one before 50 ms of quiet."""
    first = last = None
    for place, value in enumerate(level):
        if abs(value) > 100:
            first = place if first is None else first
            last = place
        elif first is not None and last is not None and place - last > RATE // 20:
            yield first, last + 1
            first = None
    if first is not None and last is not None:
        yield first, last + 1


def _name(level: "array[int]") -> str:
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(level))
    pitch = crossings * RATE / 2 / len(level)
    known = {f"{one}/{name}": pitch_of(one, name) for one in LANGUAGES for name in NAMES}
    known["chime"] = CHIME
    name = min(known, key=lambda each: abs(known[each] - pitch))
    assert abs(known[name] - pitch) < 25, f"{pitch:.0f} Hz is no clip"
    return name


def call(language: str, number: str, counter: str = "1") -> list[str]:
    """The notes of a call in one language."""
    return [f"{language}/{name}" for name in ("begin", *number, f"counter-{counter}")]
