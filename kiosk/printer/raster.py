"""Slips as pictures, and pictures as the bands of dots that a printer is sent.

In a picture here a set dot is ink, as in ``GS v 0``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from kiosk.machine.typefaces import FIXED, MICRO_HEI, Face, runs
from kiosk.printer.layout import Align, Feed, Line, Picture, QrCode, Rule, Size, Text, balanced

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_PIXELS = {
    Size.NORMAL: (24, 22),
    Size.LARGE: (42, 36, 30),
    Size.HUGE: (140, 112, 88, 64),
}
"""Pixels per em, largest first: the first at which the text fits in one line is taken.

Sized so that a banded slip with a QR code takes less than 6 s at 19,200 baud.
"""
_INK = [0] * 112 + [255] * 144
"""How grey an edge may be to become ink: a little less than half, because thermal dots spread."""
_RULE_DOTS = 2
_RULE_SHARE = 0.5
QR_DOT = 4
"""Dots per module: half a millimetre, which every phone reads at arm's length."""


def picture(lines: Sequence[Line], dots: int) -> "Image":
    """The lines as dots, ``dots`` wide and as high as they need. Raises FontMissing."""
    from PIL import Image

    parts = [part for line in lines for part in _parts(line, dots)]
    paper = Image.new("1", (dots, sum(height for _, _, height in parts)))
    top = 0
    for image, left, height in parts:
        if image is not None:
            paper.paste(image, (left, top))
        top += height
    return paper


_Part = tuple["Image | None", int, int]
"""What is drawn, how far from the left, and how much paper it takes."""


def _parts(line: Line, dots: int) -> Iterator[_Part]:
    match line:
        case Text():
            yield from _text_parts(line, dots)
        case QrCode(content):
            image = _qr(content)
            yield image, (dots - image.width) // 2, image.height
        case Rule():
            image = _bar(int(dots * _RULE_SHARE), _RULE_DOTS)
            yield image, (dots - image.width) // 2, image.height
        case Picture(width, height, data):
            yield _dots(width, height, data), (dots - width) // 2, height
        case Feed(height):
            yield None, 0, height
        case _:
            assert_never(line)


def _text_parts(line: Text, dots: int) -> Iterator[_Part]:
    pixels = fitting_pixels(line.text, line.size, dots, line.bold)
    for text in balanced(line.text, lambda part: text_width(part, pixels, line.bold), dots):
        image = text_image(text, pixels, line.bold)
        yield image, _left(line.align, dots - image.width), image.height


def _left(align: Align, spare: int) -> int:
    match align:
        case Align.LEFT:
            return 0
        case Align.CENTRE:
            return spare // 2
        case Align.RIGHT:
            return spare
        case _:
            assert_never(align)


def fits(line: Text, dots: int) -> bool:
    """Whether it stands in one line at the full size asked for. Raises FontMissing."""
    return text_width(line.text, _PIXELS[line.size][0], line.bold) <= dots


def fitting_pixels(text: str, size: Size, dots: int, bold: bool) -> int:
    """The largest em of that size at which the text fits in one line; the smallest when none does."""
    sizes = _PIXELS[size]
    return next((px for px in sizes if text_width(text, px, bold) <= dots), sizes[-1])


@lru_cache(maxsize=128)
def text_width(text: str, pixels: int, bold: bool) -> int:
    """How many dots wide the text is drawn."""
    return round(sum(font(face, pixels, bold).getlength(part) for face, part in runs(text)))


def text_image(text: str, pixels: int, bold: bool) -> "Image":
    """One line of text."""
    from PIL import Image

    size, dots = _text_dots(text, pixels, bold)
    return Image.frombytes("1", size, dots)


@lru_cache(maxsize=64)
def _text_dots(text: str, pixels: int, bold: bool) -> tuple[tuple[int, int], bytes]:
    """The line's size, and its dots as in ``GS v 0``.

    Numbers and short captions return all day, so the last ones are kept; a picture takes a byte for
    each dot.
    """
    from PIL import Image, ImageDraw

    grey = Image.new("L", (max(1, text_width(text, pixels, bold)), round(pixels * 1.4)))
    draw = ImageDraw.Draw(grey)
    x, baseline = 0.0, round(pixels * 1.08)
    for face, part in runs(text):
        used = font(face, pixels, bold)
        draw.text((x, baseline), part, 255, used, "ls", stroke_width=_stroke(face, bold, pixels))
        x += used.getlength(part)
    line = _trimmed(grey.point(_INK, "1"), pixels)
    return line.size, line.tobytes()


def _trimmed(line: "Image", pixels: int) -> "Image":
    """Large type without the blank above and below it, so that the air round it is the layout's alone."""
    box = line.getbbox()
    if box is None or pixels < _PIXELS[Size.HUGE][-1]:
        return line
    return line.crop((0, box[1], line.width, box[3]))


def _stroke(face: Face, bold: bool, pixels: int) -> float:
    return pixels / 48 if bold and face.thickened else 0


@lru_cache(maxsize=32)
def font(face: Face, pixels: int, bold: bool) -> "FreeTypeFont":
    """A face opened at a size in pixels per em, until :func:`put_type_away`."""
    from PIL import ImageFont

    # Chinese characters stand each in a square of its own: to shape them takes ten times as long.
    engine = ImageFont.Layout.BASIC if face is MICRO_HEI else None
    return ImageFont.truetype(str(face.path(bold)), pixels, layout_engine=engine)


def put_type_away() -> None:
    """Close the faces. Each size that is open maps its file anew, megabytes of a Chinese one; to open
    it again takes 0.05 ms."""
    font.cache_clear()


def cell_image(character: str, cells: int, width: int, height: int, bold: bool) -> "Image":
    """A character as a printer's own type draws it: in ``cells`` cells of 12 by 24 dots, magnified."""
    from PIL import Image, ImageDraw

    ((face, drawn),) = runs(character, FIXED)
    used = font(face, 24 if cells == 2 else 20, bold)
    side = max(width, height)
    grey = Image.new("L", (12 * cells * side, 24 * side))
    large = used.font_variant(size=used.size * side)
    stroke = side / 3 if bold and face.thickened else 0
    at = (grey.width / 2, 19 * side)
    ImageDraw.Draw(grey).text(at, drawn, 255, large, "ms", stroke_width=stroke)
    return grey.resize((12 * cells * width, 24 * height)).point(_INK, "1")


def _dots(width: int, height: int, data: bytes) -> "Image":
    from PIL import Image

    return Image.frombytes("1", (width, height), data)


def _bar(width: int, height: int) -> "Image":
    from PIL import Image

    return Image.new("1", (width, height), 255)


def _qr(content: str) -> "Image":
    from PIL import Image

    rows = qr_modules(content)
    code = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).point(_INK, "1")
    return code.resize((len(rows) * QR_DOT, len(rows) * QR_DOT), Image.Resampling.NEAREST)


def qr_modules(content: str) -> list[bytes]:
    """The modules of a QR code without its quiet zone (the paper is that): 255 is dark."""
    import segno

    # Choosing the best of the eight masks takes 5 of 6 ms, and readers take any.
    code = segno.make(content, micro=False, error="m", boost_error=False, mask=3)
    return [bytes(255 if module else 0 for module in row) for row in code.matrix]


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of a picture with ink in them, cropped on both sides alike, and the blank rows before."""

    blank_rows: int
    width_bytes: int
    """Of the data; one byte is eight dots."""
    data: bytes
    """Row by row, the leftmost dot in the highest bit."""
    doubled: bool = False
    """Each dot of the data is two by two on paper, as in ``GS v 0`` with m = 3."""


def bands(image: "Image") -> tuple[list[Band], int]:
    """The inked bands of a picture from top to bottom, and how many blank rows follow the last.

    Each is cropped by the same number of whole bytes left and right, so that printed centred it
    stands where it stood in the picture, to the dot. What is made of dots two by two, as a QR code
    is, has a quarter of the bytes. The picture's width is a multiple of 32.
    """
    stride = image.width // 8
    data = image.tobytes()
    rows = [data[start : start + stride] for start in range(0, len(data), stride)]
    blank_row = bytes(stride)
    found: list[Band] = []
    blank = 0
    for inked, block in groupby(rows, lambda row: row != blank_row):
        if inked:
            found.append(_band(blank, list(block)))
            blank = 0
        else:
            blank = len(list(block))
    return found, blank


def _band(blank: int, rows: list[bytes]) -> Band:
    halved = _halved(rows)
    rows = halved or rows
    left = min(len(row) - len(row.lstrip(b"\0")) for row in rows)
    right = min(len(row) - len(row.rstrip(b"\0")) for row in rows)
    margin, stride = min(left, right), len(rows[0])
    data = b"".join(row[margin : stride - margin] for row in rows)
    return Band(blank, stride - 2 * margin, data, doubled=halved is not None)


_ODD = 0xFF
_HALVES = bytes(
    sum((byte >> 2 * place & 1) << place for place in range(4))
    if (byte ^ byte >> 1) & 0x55 == 0
    else _ODD
    for byte in range(256)
)
"""By eight dots the four that they are two by two of."""


def _halved(rows: list[bytes]) -> list[bytes] | None:
    """The rows in half their size; None when they aren't made of dots two by two."""
    if rows[::2] != rows[1::2]:
        return None
    halves = [row.translate(_HALVES) for row in rows[::2]]
    if any(_ODD in half for half in halves):
        return None
    return [
        bytes(left << 4 | right for left, right in zip(half[::2], half[1::2], strict=True))
        for half in halves
    ]
