"""Typefaces of the screens: for every character one that really has it.

A missing glyph is drawn as a box without any error, so coverage is read from the font's own
``cmap`` table (OpenType 1.9, format 4: the Basic Multilingual Plane). Reading it here instead of
with fontTools saves a window 16 MB.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

FOLDER = Path("/usr/share/fonts/truetype")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Face:
    """A font file of a Debian package, below :data:`FOLDER`."""

    package: str
    regular: str
    bold: str
    """The same as ``regular`` when the family has no bold: then strokes are thickened."""

    def path(self, bold: bool) -> Path:
        """Where the package puts the file."""
        return FOLDER / (self.bold if bold else self.regular)

    @property
    def thickened(self) -> bool:
        """Whether bold has to be made by a thicker stroke."""
        return self.bold == self.regular


NOTO_SANS = Face("fonts-noto-core", "noto/NotoSans-Regular.ttf", "noto/NotoSans-Bold.ttf")
MICRO_HEI = Face("fonts-wqy-microhei", "wqy/wqy-microhei.ttc", "wqy/wqy-microhei.ttc")
DEJAVU_SANS = Face("fonts-dejavu-core", "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf")

FACES = (NOTO_SANS, MICRO_HEI, DEJAVU_SANS)
"""In order of preference."""


class FontMissing(Exception):
    """A package with a typeface of the screens isn't installed."""

    def __init__(self, face: Face) -> None:
        super().__init__(f"no font {FOLDER / face.regular}: install {face.package}")
        self.package = face.package


class Coverage:
    """The characters that a font file has glyphs for."""

    def __init__(self, table: bytes) -> None:
        """Of a ``cmap`` subtable of format 4."""
        count = struct.unpack_from(">H", table, 6)[0] // 2
        columns = struct.unpack_from(f">{count}H2x{count}H{count}h{count}H", table, 14)
        self._ends = columns[:count]
        self._starts = columns[count : 2 * count]
        self._deltas = columns[2 * count : 3 * count]
        self._offsets = columns[3 * count :]
        self._offsets_at = 16 + 6 * count
        self._table = table

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        segment = bisect_left(self._ends, code)
        if code > 0xFFFF or self._starts[segment] > code:
            return False
        if not self._offsets[segment]:
            return bool((code + self._deltas[segment]) & 0xFFFF)
        place = 2 * (segment + code - self._starts[segment]) + self._offsets[segment]
        return self._table[self._offsets_at + place : self._offsets_at + place + 2] != b"\0\0"


@lru_cache
def coverage(face: Face) -> Coverage:
    """What a face has. Raises FontMissing when its package isn't installed."""
    try:
        with face.path(bold=False).open("rb") as file:
            return Coverage(_character_map(file.read()))
    except FileNotFoundError:
        raise FontMissing(face) from None


@lru_cache(maxsize=512)
def runs(text: str) -> tuple[tuple[Face, str], ...]:
    """The text in stretches of one face each; what no face has becomes U+FFFD.

    Raises FontMissing.
    """
    return tuple(_stretches(text))


def _stretches(text: str) -> Iterator[tuple[Face, str]]:
    pairs = [_choose(character) for character in text]
    for face, stretch in groupby(pairs, lambda pair: pair[0]):
        yield face, "".join(character for _, character in stretch)


@lru_cache(maxsize=2048)
def _choose(character: str) -> tuple[Face, str]:
    for face in FACES:
        if character in coverage(face):
            return face, character
    return DEJAVU_SANS, REPLACEMENT


def _character_map(file: bytes) -> bytes:
    """The Windows Unicode subtable (platform 3, encoding 1); of a collection's first face."""
    face = struct.unpack_from(">I", file, 12)[0] if file[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", file, face + 4)[0]
    records = (struct.unpack_from(">4s4xII", file, face + 12 + 16 * n) for n in range(tables))
    start, length = next((at, size) for tag, at, size in records if tag == b"cmap")
    table = file[start : start + length]
    subtables = struct.unpack_from(">H", table, 2)[0]
    entries = (struct.unpack_from(">HHI", table, 4 + 8 * n) for n in range(subtables))
    at = next(offset for platform, encoding, offset in entries if (platform, encoding) == (3, 1))
    return table[at : at + struct.unpack_from(">H", table, at + 2)[0]]
