"""A receipt printer's own type as eyes see it: dot matrices, magnified dot by dot.

Any font will do here, for a printer brings its own; nothing of the product has a say in it.
"""

from dataclasses import dataclass
from functools import lru_cache

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFont

_NARROW = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
_CHINESE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
_LEVELS = "lmqh"


@dataclass(frozen=True, slots=True)
class Typed:
    """A character on paper: its box in dots, whether two bytes made it, whether it is struck twice."""

    text: str
    x: int
    y: int
    width: int
    height: int
    pair: bool
    bold: bool


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A QR code that the printer made itself."""

    content: bytes
    x: int
    y: int
    module: int
    correction: int


def see(image: Image.Image, typed: list[Typed], codes: list[TypedCode]) -> Image.Image:
    """The paper with everything on it: graphics, text and codes."""
    seen = image.copy()
    for one in typed:
        glyph = _matrix(one.text, one.pair, one.bold).resize((one.width, one.height))
        seen.paste(glyph, (one.x, one.y))
    for code in codes:
        seen.paste(_modules(code), (code.x, code.y))
    return seen


@lru_cache
def _matrix(character: str, pair: bool, bold: bool) -> Image.Image:
    """24 by 24 dots for a pair, else 12 by 24; 1 is white."""
    width, pixels, baseline = (24, 23, 20) if pair else (12, 20, 19)
    font = ImageFont.truetype(_CHINESE if pair else _NARROW, pixels)
    grey = Image.new("L", (width, 24), 255)
    ImageDraw.Draw(grey).text((width / 2, baseline), character, 0, font, "ms")
    dots = grey.point(lambda level: 255 * (level > 144), "1")
    if not bold:
        return dots
    again = Image.new("1", dots.size, 1)
    again.paste(dots, (1, 0))
    return ImageChops.logical_and(dots, again)


def _modules(code: TypedCode) -> Image.Image:
    symbol = segno.make(
        code.content, micro=False, error=_LEVELS[code.correction], boost_error=False, mode="byte"
    )
    rows = [bytes(0 if dark else 255 for dark in row) for row in symbol.matrix]
    picture = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).convert("1")
    side = len(rows) * code.module
    return picture.resize((side, side), Image.Resampling.NEAREST)
