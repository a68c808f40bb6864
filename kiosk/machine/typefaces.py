"""Typefaces of screens and drawn slips: for every character one that really has it.

No face has all the scripts of a branch (Noto Sans lacks 号, Chinese fonts may lack č and ғ), and a
missing glyph is drawn as a box without any error. So coverage is read from the font's own ``cmap``
table (OpenType 1.9, format 4: the Basic Multilingual Plane). Reading it here instead of with
fontTools saves a window 16 MB.
"""

import struct
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from kiosk.ports import KioskError

FOLDER = Path("/usr/share/fonts")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Face:
    """A font file of a Debian package; of a collection its first face."""

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


NOTO_SANS = Face(
    "fonts-noto-core", "truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSans-Bold.ttf"
)
DEJAVU_SANS = Face(
    "fonts-dejavu-core", "truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf"
)
DEJAVU_MONO = Face(
    "fonts-dejavu-core",
    "truetype/dejavu/DejaVuSansMono.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
)
MICRO_HEI = Face(
    "fonts-wqy-microhei", "truetype/wqy/wqy-microhei.ttc", "truetype/wqy/wqy-microhei.ttc"
)

PROPORTIONAL = (NOTO_SANS, MICRO_HEI, DEJAVU_SANS)
"""In order of preference; whichever is installed and has the character."""
FIXED = (DEJAVU_MONO, MICRO_HEI, DEJAVU_SANS)
"""Like a printer's own type: Latin half as wide as Chinese."""


class FontMissing(KioskError):
    """No installed font has a character."""

    def __init__(self, character: str, packages: list[str]) -> None:
        super().__init__(
            f"no installed font has {character!r} (U+{ord(character):04X}):"
            f" install one of {', '.join(packages)}"
        )
        self.packages = packages


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

    def __contains__(self, character: object) -> bool:
        code = ord(str(character))
        segment = bisect_left(self._ends, code)
        if code > 0xFFFF or self._starts[segment] > code:
            return False
        if not self._offsets[segment]:
            return bool((code + self._deltas[segment]) & 0xFFFF)
        place = 2 * (segment + code - self._starts[segment]) + self._offsets[segment]
        return self._table[self._offsets_at + place : self._offsets_at + place + 2] != b"\0\0"


@lru_cache
def coverage(face: Face) -> Container[str]:
    """The characters that a face has; none when it isn't installed."""
    try:
        with face.path(bold=False).open("rb") as file:
            return Coverage(_character_map(file.read()))
    except FileNotFoundError:
        return frozenset()


@lru_cache(maxsize=512)
def runs(text: str, faces: tuple[Face, ...] = PROPORTIONAL) -> tuple[tuple[Face, str], ...]:
    """The text in stretches of one face each; what no font has at all becomes U+FFFD.

    Raises FontMissing when a face that could have it isn't installed.
    """
    return tuple(_stretches(text, faces))


def _stretches(text: str, faces: tuple[Face, ...]) -> Iterator[tuple[Face, str]]:
    pairs = [_choose(character, faces) for character in text]
    for face, stretch in groupby(pairs, lambda pair: pair[0]):
        yield face, "".join(character for _, character in stretch)


@lru_cache(maxsize=2048)
def _choose(character: str, faces: tuple[Face, ...]) -> tuple[Face, str]:
    for face in faces:
        if character in coverage(face):
            return face, character
    missing = [face.package for face in faces if not face.path(bold=False).exists()]
    if missing:
        raise FontMissing(character, missing)
    return _choose(REPLACEMENT, faces)


def _character_map(file: bytes) -> bytes:
    """The Windows Unicode subtable (platform 3, encoding 1) of the file's first face."""
    face = struct.unpack_from(">I", file, 12)[0] if file[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", file, face + 4)[0]
    records = (struct.unpack_from(">4s4xII", file, face + 12 + 16 * n) for n in range(tables))
    start, length = next((at, size) for tag, at, size in records if tag == b"cmap")
    table = file[start : start + length]
    subtables = struct.unpack_from(">H", table, 2)[0]
    entries = (struct.unpack_from(">HHI", table, 4 + 8 * n) for n in range(subtables))
    at = next(offset for platform, encoding, offset in entries if (platform, encoding) == (3, 1))
    return table[at : at + struct.unpack_from(">H", table, at + 2)[0]]
