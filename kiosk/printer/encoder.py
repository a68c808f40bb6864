"""Slips as ESC/POS bytes for one model of printer on one kind of line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from kiosk.domain.ids import JobId, Language
from kiosk.domain.slip import Slip
from kiosk.machine.typefaces import FontMissing
from kiosk.printer.codepage import CHINESE_OFF, NotEncodable, cells, printable
from kiosk.printer.layout import (
    USUAL,
    Feed,
    Line,
    Picture,
    QrCode,
    Rule,
    Size,
    Text,
    balanced,
    slip_lines,
)
from kiosk.printer.logo import LogoFault, read_logo
from kiosk.printer.profile import PrinterProfile, printer_profile
from kiosk.printer.raster import QR_DOT, bands, fits, picture
from kiosk.printer.testslip import AIR, head, native_samples, ruler
from kiosk.settings.printers import PrinterSection, SerialPrinterSection
from kiosk.settings.slip import SlipSection

if TYPE_CHECKING:
    from escpos.printer import Dummy

_RASTER_ROWS = 960
"""More rows than this in one ``GS v 0`` overrun the memory of small printers."""
_PLAIN, _DOUBLED = b"\0", b"\3"
"""How ``GS v 0`` magnifies."""
_QR_LEVEL_M = 1
CUT = b"\x1dVB\0"
"""``GS V 66``: feed to the cutter and cut, but for a corner."""
_TO_THE_TEAR_BAR = b"\x1bd\x05"
"""``ESC d``: five lines."""


class TextMode(StrEnum):
    """How a slip's text is sent.

    A line with a character that no code page of the printer has is drawn, and sent as bands.
    """

    CODEPAGE = "codepage"
    BANDED = "banded"
    RASTER = "raster"
    AUTO = "auto"
    """Code page on a serial line, raster on the network."""


class SlipEncoder:
    """Turns slips into bytes, from the initialisation to the cut. Threads may share it."""

    def __init__(
        self,
        profile: PrinterProfile,
        mode: TextMode,
        *,
        serial: bool,
        template: SlipSection = USUAL,
        logo: Picture | None = None,
    ) -> None:
        """``template`` says what stands on a slip; ``logo`` is its head, no wider than the paper."""
        self._profile = profile
        self._template = template
        self._logo = logo
        if mode is TextMode.AUTO:
            mode = TextMode.CODEPAGE if serial else TextMode.RASTER
        self._mode = mode

    def encode(self, slip: Slip) -> bytes:
        """The slip's bytes. Raises FontMissing when it has to be drawn and can't."""
        lines = slip_lines(slip, self._template, self._logo)
        if self._mode is TextMode.CODEPAGE:
            return self._in_code_pages(lines, slip.language)
        return self._in_bands(lines) if self._mode is TextMode.BANDED else self._full(lines)

    def encode_test(self, title: str, facts: Sequence[str]) -> bytes:
        """The test slip: each code page by the printer's own letters, and drawn below.

        Raises FontMissing.
        """
        page = _page(self._profile)
        self._drawn(page, head(title, facts))
        for name, codes, sample in native_samples(self._profile):
            self._drawn(page, [Text(name, bold=True)])
            page.set(align="center", normal_textsize=True)
            page._raw(codes + b"\n")
            self._drawn(page, [Text(sample), AIR])
        self._drawn(page, [ruler(self._profile)])
        return self._cut(page)

    def too_wide(self, slip: Slip) -> Iterator[Text]:
        """Lines that are to stand out and don't fit at their size. Raises FontMissing."""
        lines = slip_lines(slip, self._template)
        standing_out = [one for one in lines if isinstance(one, Text) and one.size > Size.NORMAL]
        return (line for line in standing_out if not self._fits(line, slip.language))

    def _fits(self, line: Text, language: str) -> bool:
        if self._mode is TextMode.CODEPAGE:
            with suppress(NotEncodable):
                room = self._profile.columns
                needed = cells(line.text, language, self._profile)
                return _fitting_size(needed, line.size, room)[0] == line.size
        return fits(line, self._profile.dots)

    def warm_up(self) -> None:
        """Load what would otherwise keep the first customer waiting for half a second.

        A missing font is told when a slip needs it.
        """
        sample = Slip(
            job=JobId(""),
            number="A000",
            language=Language("en"),
            branch="A号",
            service="A号",
            issued_at=datetime(2000, 1, 1),
            people_ahead=None,
            follow_url="https://example",
        )
        with suppress(FontMissing):
            self.encode(sample)
            self._in_bands(slip_lines(sample, self._template, self._logo))

    def _in_code_pages(self, lines: Sequence[Line], language: str) -> bytes:
        page = _page(self._profile)
        for line in lines:
            match line:
                case Text():
                    self._text(page, line, language)
                case QrCode(content):
                    page.set(align="center")
                    page.qr(content, ec=_QR_LEVEL_M, size=QR_DOT, native=True)
                case Rule():
                    self._text(page, Text("-" * (self._profile.columns // 2)), language)
                case Picture():
                    self._drawn(page, [line])
                case Feed(dots):
                    _feed(page, dots)
                case _:
                    assert_never(line)
        return self._cut(page)

    def _text(self, page: "Dummy", line: Text, language: str) -> None:
        """In the printer's own type where its pages have every character, else drawn."""
        try:
            self._typed(page, line, language)
        except NotEncodable:
            self._drawn(page, [line])

    def _typed(self, page: "Dummy", line: Text, language: str) -> None:
        def width(text: str) -> int:
            return cells(text, language, self._profile)

        across, down = _fitting_size(width(line.text), line.size, self._profile.columns)
        parts = balanced(line.text, width, self._profile.columns // across)
        codes = [printable(part, language, self._profile) for part in parts]
        page.set(
            align=line.align.value, bold=line.bold, custom_size=True, width=across, height=down
        )
        for code in codes:
            page._raw(code + b"\n")

    def _in_bands(self, lines: Sequence[Line]) -> bytes:
        page = _page(self._profile)
        self._drawn(page, lines)
        return self._cut(page)

    def _drawn(self, page: "Dummy", lines: Sequence[Line]) -> None:
        page.set(align="center")
        inked, blank_rows = bands(picture(lines, self._profile.dots))
        for band in inked:
            _feed(page, band.blank_rows)
            _raster(page, band.data, band.width_bytes, doubled=band.doubled)
        _feed(page, blank_rows)

    def _full(self, lines: Sequence[Line]) -> bytes:
        page = _page(self._profile)
        image = picture(lines, self._profile.dots)
        _raster(page, image.tobytes(), image.width // 8)
        return self._cut(page)

    def _cut(self, page: "Dummy") -> bytes:
        page._raw(CUT if self._profile.cutter else _TO_THE_TEAR_BAR)
        slip = bytes(page.output)
        page.clear()  # it refers to itself, and the collector seldom comes: 36 kB a slip
        return slip


def _page(profile: PrinterProfile) -> "Dummy":
    from escpos.printer import Dummy

    page = Dummy(profile="TM-T20II")
    page.hw("INIT")
    if profile.chinese:
        page._raw(CHINESE_OFF)
    return page


def _feed(page: "Dummy", dots: int) -> None:
    for start in range(0, dots, 255):
        page._raw(b"\x1bJ" + bytes([min(255, dots - start)]))


def _raster(page: "Dummy", data: bytes, width_bytes: int, *, doubled: bool = False) -> None:
    # Dummy.image would take it through RGB and back: 8 ms a slip instead of none.
    step = _RASTER_ROWS * width_bytes
    for start in range(0, len(data), step):
        part = data[start : start + step]
        rows = len(part) // width_bytes
        size = width_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        page._raw(b"\x1dv0" + (_DOUBLED if doubled else _PLAIN) + size + part)


def _fitting_size(cells: int, wanted: Size, columns: int) -> tuple[int, int]:
    """How many times as wide and as high: what is to stand out stays high where it can't be wide."""
    across = max(1, min(wanted, columns // max(1, cells)))
    return across, max(across, min(wanted, Size.LARGE))


def slip_encoder(
    section: PrinterSection, template: SlipSection, tell: Callable[[str], None]
) -> SlipEncoder:
    """For a printer of the settings. A logo that can't be printed is left out; ``tell`` hears why."""
    profile = printer_profile(section)
    logo: Picture | None = None
    if template.logo:
        try:
            logo = read_logo(Path(template.logo), profile.dots)
        except LogoFault as fault:
            tell(f"slips have no logo: {fault}")
    return SlipEncoder(
        profile,
        TextMode(section.text),
        serial=isinstance(section, SerialPrinterSection),
        template=template,
        logo=logo,
    )
