"""Paper as it leaves the simulated printer: commands drawn line by line until the cut."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from kiosk.machine.typefaces import FontMissing
from kiosk.printer.commands import Command
from kiosk.printer.profile import DOTS_PER_MM, CodePage, PrinterProfile
from kiosk.printer.raster import QR_DOT, cell_image, qr_modules

if TYPE_CHECKING:
    from PIL.Image import Image

_CELL, _LINE = 12, 30
"""Dots of a character cell of font A, and of a line with its spacing."""
_CHINESE_FROM = 0x81
_EDGE_MM = 3
_LONGEST_QR = 700
"""Bytes of a QR code that still fits across the paper."""


def paper_png(ink: "Image", width_mm: int) -> bytes:
    """Inked dots on a piece of paper of that width, white, with blank edges, as a PNG file."""
    from PIL import Image, ImageChops

    edge = _EDGE_MM * DOTS_PER_MM
    paper = Image.new("1", (max(width_mm * DOTS_PER_MM, ink.width), ink.height + 2 * edge), 1)
    paper.paste(ImageChops.invert(ink), ((paper.width - ink.width) // 2, edge))
    file = BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """A piece of paper. ``data`` are the bytes that made it, ``text`` its lines of text."""

    data: bytes
    text: tuple[str, ...]
    picture: "Image" = field(repr=False, compare=False)
    width_mm: int = 80

    def png(self) -> bytes:
        """What it looks like."""
        return paper_png(self.picture, self.width_mm)


@dataclass(slots=True)
class _Style:
    align: int = 0
    bold: bool = False
    width: int = 1
    height: int = 1
    chinese: bool = True
    codec: str = "cp437"


class Paper:
    """The paper under the print head, from the last cut on."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._codecs = {number: page.value for page, number in profile.code_pages.items()}
        self._begin()

    def _begin(self) -> None:
        self._style = _Style(chinese=self._profile.chinese)
        self._parts: list[tuple[Image | None, int, int]] = []
        self._line: list[tuple[str, int, _Style]] = []
        self._text: list[str] = []
        self._qr = b""

    def cut(self, data: bytes) -> PrintedSlip:
        """Cut it off; ``data`` are the bytes that it was made of."""
        slip = PrintedSlip(data, tuple(self._text), self._picture(), self._profile.width_mm)
        self._begin()
        return slip

    def draw(self, command: Command) -> None:
        """Put one command on paper; those that leave no trace are passed over."""
        data = command.data
        match command.name:
            case "text":
                self._characters(data)
            case "LF":
                self._end_line()
            case "ESC @":
                self._line.clear()
                self._style = _Style(chinese=self._profile.chinese)
            case "ESC a":
                self._style.align = data[0] % 48
            case "ESC E" | "ESC G":
                self._style.bold = bool(data[0] & 1)
            case "ESC t":
                self._style.codec = self._codecs.get(data[0], CodePage.CP437)
            case "FS &" | "FS .":
                self._style.chinese = command.name == "FS &"
            case "GS !":
                self._style.width, self._style.height = (data[0] >> 4) + 1, (data[0] & 7) + 1
            case "ESC J":
                self._feed(data[0])
            case "ESC d":
                self._feed(data[0] * _LINE)
            case "GS v":
                self._raster(data)
            case "GS ( k":
                self._two_dimensional(data)
            case _:
                pass

    def _characters(self, data: bytes) -> None:
        style = self._style
        now = _Style(style.align, style.bold, style.width, style.height)
        place = 0
        while place < len(data):
            two = style.chinese and data[place] >= _CHINESE_FROM
            code = data[place : place + (2 if two else 1)]
            codec = "gb18030" if two else style.codec
            self._line.append((code.decode(codec, errors="replace"), len(code), now))
            place += len(code)

    def _end_line(self) -> None:
        text = "".join(character for character, _, _ in self._line)
        if not text.strip():
            self._feed(_LINE)
            self._line.clear()
            return
        self._text.append(text.strip())
        images = [_glyph(*character) for character in self._line]
        self._line.clear()
        self._place(_side_by_side(images), max(0, _LINE - 24))

    def _place(self, image: "Image", below: int = 0) -> None:
        free = max(0, self._profile.dots - image.width)
        left = (0, free // 2, free)[self._style.align % 3]
        self._parts.append((image, left, image.height + below))

    def _feed(self, dots: int) -> None:
        self._parts.append((None, 0, dots))

    def _raster(self, data: bytes) -> None:
        from PIL import Image

        wide, high = int.from_bytes(data[1:3], "little") * 8, int.from_bytes(data[3:5], "little")
        image = Image.frombytes("1", (wide, high), data[5:])
        across, down = 1 + (data[0] & 1), 1 + (data[0] >> 1 & 1)
        self._place(image.resize((wide * across, high * down)))

    def _two_dimensional(self, data: bytes) -> None:
        """QR code: function 180 (``P``) stores, 181 (``Q``) prints."""
        function = data[1:2]
        if function == b"P":
            self._qr = data[3:]
        elif function == b"Q" and 0 < len(self._qr) <= _LONGEST_QR:
            from PIL import Image

            rows = qr_modules(self._qr.decode(errors="replace"))
            side = len(rows)
            code = Image.frombytes("L", (side, side), b"".join(rows)).point(lambda dot: dot, "1")
            self._place(code.resize((side * QR_DOT, side * QR_DOT)))

    @property
    def height(self) -> int:
        """How many dots of paper came out since the last cut."""
        return sum(height for _, _, height in self._parts)

    def _picture(self) -> "Image":
        from PIL import Image

        picture = Image.new("1", (self._profile.dots, max(1, self.height)))
        top = 0
        for image, left, taken in self._parts:
            if image is not None:
                picture.paste(image, (left, top))
            top += taken
        return picture


def _glyph(character: str, cells: int, style: _Style) -> "Image":
    """A character in the printer's own type; a black box for one that no font here has."""
    from PIL import Image

    try:
        return cell_image(character, cells, style.width, style.height, style.bold)
    except FontMissing:
        return Image.new("1", (_CELL * cells * style.width, 24 * style.height), 255)


def _side_by_side(images: "list[Image]") -> "Image":
    from PIL import Image

    height = max(image.height for image in images)
    line = Image.new("1", (sum(image.width for image in images), height))
    left = 0
    for image in images:
        line.paste(image, (left, height - image.height))
        left += image.width
    return line
