"""Typefaces for slips that are drawn: for every character one that really has it.

No face has all the scripts of a branch (Noto Sans CJK lacks č and ғ, Noto Sans lacks 号), and a
missing glyph is drawn as a box without any error, so coverage is read from the font's own cmap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.ports import KioskError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FOLDER = Path("/usr/share/fonts")


@dataclass(frozen=True, slots=True)
class Face:
    """A font file of a Debian package. ``index`` counts the faces of a collection."""

    package: str
    regular: str
    bold: str
    """The same file as ``regular`` when the family has no bold: then strokes are thickened."""
    index: int = 0

    def path(self, bold: bool) -> Path:
        """Where the package puts the file."""
        return FOLDER / (self.bold if bold else self.regular)

    @property
    def thickened(self) -> bool:
        """Whether bold has to be made by a thicker stroke."""
        return self.bold == self.regular


_NOTO_SANS = Face(
    "fonts-noto-core", "truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSans-Bold.ttf"
)
_DEJAVU_SANS = Face(
    "fonts-dejavu-core", "truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf"
)
_DEJAVU_MONO = Face(
    "fonts-dejavu-core",
    "truetype/dejavu/DejaVuSansMono.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
)
_MICRO_HEI = Face(
    "fonts-wqy-microhei", "truetype/wqy/wqy-microhei.ttc", "truetype/wqy/wqy-microhei.ttc"
)
_NOTO_CJK = Face(
    "fonts-noto-cjk",
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "opentype/noto/NotoSansCJK-Bold.ttc",
    index=2,
)
"""Face 2 of the collection has the Simplified shapes; face 0 the Japanese ones."""

PROPORTIONAL = (_NOTO_SANS, _DEJAVU_SANS, _MICRO_HEI, _NOTO_CJK)
"""In order of preference; whichever is installed and has the character."""
FIXED = (_DEJAVU_MONO, _MICRO_HEI, _NOTO_CJK, _DEJAVU_SANS)
"""Like a printer's own type: Latin half as wide as Chinese."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class FontMissing(KioskError):
    """No installed font has a character."""

    def __init__(self, character: str, packages: list[str]) -> None:
        super().__init__(
            f"no installed font has {character!r} (U+{ord(character):04X}):"
            f" install one of {', '.join(packages)}"
        )
        self.packages = packages


def runs(text: str, faces: tuple[Face, ...] = PROPORTIONAL) -> Iterator[tuple[Face, str]]:
    """The text in stretches of one face each.

    What no font has at all becomes U+FFFD. Raises FontMissing when a face that could have it isn't installed.
    """
    for face, stretch in groupby((_choose(character, faces) for character in text), lambda c: c[0]):
        yield face, "".join(character for _, character in stretch)


@lru_cache(maxsize=32)
def font(face: Face, pixels: int, bold: bool) -> "FreeTypeFont":
    """A face opened at a size in pixels per em."""
    from PIL import ImageFont

    return ImageFont.truetype(str(face.path(bold)), pixels, index=face.index)


@lru_cache(maxsize=1024)
def _choose(character: str, faces: tuple[Face, ...]) -> tuple[Face, str]:
    for face in faces:
        if ord(character) in coverage(face):
            return face, character
    missing = [face.package for face in faces if not face.path(bold=False).exists()]
    if missing:
        raise FontMissing(character, missing)
    return _choose(_REPLACEMENT, faces)


@lru_cache
def coverage(face: Face) -> frozenset[int]:
    """The code points that a face has glyphs for; none when it isn't installed."""
    from fontTools.ttLib import TTFont

    path = face.path(bold=False)
    if not path.exists():
        return frozenset()
    with TTFont(path, fontNumber=face.index, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
