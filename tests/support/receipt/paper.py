"""What a receipt printer's mechanism makes of text and dots: lines, blocks, paper movement."""

from dataclasses import dataclass, field, replace

from PIL import Image

from tests.support.receipt.typeface import Typed, TypedCode, see

Size = tuple[int, int]
"""Width and height as multiples of the font's, 1 to 8."""

DEFAULT_LINE_SPACING = 30
"""ESC 2: one sixth of an inch, 30 dots in Epson's tables."""


class Refused(Exception):
    """A printer would ignore this or print something else than was meant."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of paper, from a cut to the next.

    ``lines`` are the text lines that bear anything, ``sizes`` their largest GS ! size, ``image``
    all dots that were sent as graphics at their place (text and native QR codes leave blanks of
    their height; ``seen`` has them too), ``qr`` the contents of native QR codes, ``commands`` the
    names of everything received, with ``text`` for each run of characters. ``cut`` is "full",
    "partial", or None for paper that still hangs in the printer.
    """

    lines: list[str]
    sizes: list[Size]
    qr: list[str]
    image: Image.Image
    commands: list[str]
    process_ids: list[str]
    cut: str | None
    typed: list[Typed] = field(default_factory=list)
    codes: list[TypedCode] = field(default_factory=list)

    @property
    def seen(self) -> Image.Image:
        """What eyes see: graphics, and text and codes in the printer's own type."""
        return see(self.image, self.typed, self.codes)

    @property
    def text(self) -> str:
        """The lines, with newlines between."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class _Line:
    """What waits in the print buffer."""

    text: str = ""
    size: Size = (1, 1)
    width: int = 0
    height: int = 0
    pictures: list[tuple[int, Image.Image]] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """Paper being printed in standard mode, ``width`` dots wide."""

    width: int
    left_margin: int = 0
    area_width: int | None = None
    alignment: int = 0
    """0 left, 1 centre, 2 right."""
    line_spacing: int = DEFAULT_LINE_SPACING
    height: int = 0
    lines: list[str] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    process_ids: list[str] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)
    codes: list[TypedCode] = field(default_factory=list)
    _line: _Line = field(default_factory=_Line)
    _placed: list[tuple[int, int, Image.Image]] = field(default_factory=list)

    @property
    def printable(self) -> int:
        """Dots between the margins."""
        room = self.width - self.left_margin
        return room if self.area_width is None else min(room, self.area_width)

    @property
    def pen(self) -> int:
        """Dots of the present line that are taken."""
        return self._line.width

    def require_line_start(self, what: str) -> None:
        """Some commands are only obeyed at the beginning of a line."""
        if self._line.width:
            raise Refused(f"{what} within a line, which holds {self._line.text!r}")

    def put_text(self, text: str, box: Size, size: Size, *, pair: bool, bold: bool) -> None:
        """Add a character in its box to the line; a full line is printed first."""
        width, height = box
        if width > self.printable:
            raise Refused(f"{text!r} is wider than the paper")
        if self._line.width + width > self.printable:
            self.end_line(self.line_spacing)
        line = self._line
        line.size = (max(line.size[0], size[0]), max(line.size[1], size[1]))
        line.text += text
        line.typed.append(Typed(text, line.width, 0, width, height, pair, bold))
        line.width += width
        line.height = max(line.height, height)

    def put_columns(self, picture: Image.Image) -> None:
        """Add a bit image to the line (ESC *)."""
        if self._line.width + picture.width > self.printable:
            raise Refused("the bit image reaches over the edge")
        self._line.pictures.append((self._line.width, picture))
        self._line.width += picture.width
        self._line.height = max(self._line.height, picture.height)

    def end_line(self, feed: int) -> None:
        """Print the line and move the paper ``feed`` dots, or the line's height if that is more."""
        line, self._line = self._line, _Line()
        start = self._start(line.width)
        self._placed.extend((start + x, self.height, picture) for x, picture in line.pictures)
        self.typed.extend(
            replace(one, x=start + one.x, y=self.height + line.height - one.height)
            for one in line.typed
        )
        if line.text:
            self.lines.append(line.text)
            self.sizes.append(line.size)
        self.height += max(feed, line.height)

    def put_block(self, picture: Image.Image) -> None:
        """Print a picture by itself and move the paper by its height."""
        self.require_line_start("graphics")
        if picture.width > self.printable:
            raise Refused(f"{picture.width} dots on {self.printable} dots of paper")
        self._placed.append((self._start(picture.width), self.height, picture))
        self.height += picture.height

    def put_code(self, content: bytes, side: int, module: int, correction: int) -> None:
        """Print a QR code of the printer's own making: blank among the graphics."""
        code = TypedCode(content, self._start(side), self.height, module, correction)
        self.put_block(Image.new("1", (side, side), 1))
        self.codes.append(code)

    def finish(self, cut: str | None) -> Paper:
        """The paper, torn off."""
        image = Image.new("1", (self.width, max(1, self.height)), 1)
        for x, y, picture in self._placed:
            image.paste(picture, (x, y))
        return Paper(
            self.lines,
            self.sizes,
            self.qr,
            image,
            self.commands,
            self.process_ids,
            cut,
            self.typed,
            self.codes,
        )

    def reset(self) -> None:
        """Margins, alignment and line spacing as after switching on."""
        self.left_margin, self.area_width, self.alignment = 0, None, 0
        self.line_spacing = DEFAULT_LINE_SPACING

    def next(self) -> "Sheet":
        """A new sheet under the same settings: a cut changes none of them."""
        return Sheet(
            self.width, self.left_margin, self.area_width, self.alignment, self.line_spacing
        )

    def _start(self, width: int) -> int:
        spare = self.printable - width
        return self.left_margin + (0, spare // 2, spare)[self.alignment]
