"""Slips as ESC/POS bytes for one model of printer on one kind of line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from kiosk.domain.ids import JobId, Language
from kiosk.domain.slip import Slip
from kiosk.machine.typefaces import FontMissing
from kiosk.printer.codepage import CHINESE_OFF, NotEncodable, cells, printable
from kiosk.printer.layout import (
    USUAL,
    Align,
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
from kiosk.printer.page import Page
from kiosk.printer.profile import PrinterProfile, printer_profile
from kiosk.printer.raster import QR_DOT, bands, fits, picture, put_type_away
from kiosk.printer.testslip import AIR, head, native_samples, ruler
from kiosk.settings.printers import PrinterSection, SerialPrinterSection
from kiosk.settings.slip import SlipSection


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
        try:
            return self._encoded(slip_lines(slip, self._template, self._logo), slip.language)
        finally:
            put_type_away()

    def _encoded(self, lines: Sequence[Line], language: str) -> bytes:
        if self._mode is TextMode.CODEPAGE:
            return self._in_code_pages(lines, language)
        return self._in_bands(lines) if self._mode is TextMode.BANDED else self._full(lines)

    def encode_test(self, title: str, facts: Sequence[str]) -> bytes:
        """The test slip: each code page by the printer's own letters, and drawn below.

        Raises FontMissing.
        """
        page = _page(self._profile)
        self._drawn(page, head(title, facts))
        for name, codes, sample in native_samples(self._profile):
            self._drawn(page, [Text(name, bold=True)])
            page.plain()
            page.align(Align.CENTRE)
            page.send(codes + b"\n")
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
            self._in_bands(slip_lines(sample, self._template, self._logo))
            self.encode(sample)

    def _in_code_pages(self, lines: Sequence[Line], language: str) -> bytes:
        page = _page(self._profile)
        for line in lines:
            match line:
                case Text():
                    self._text(page, line, language)
                case QrCode(content):
                    page.align(Align.CENTRE)
                    page.qr(content, QR_DOT)
                case Rule():
                    self._text(page, Text("-" * (self._profile.columns // 2)), language)
                case Picture():
                    self._drawn(page, [line])
                case Feed(dots):
                    page.feed(dots)
                case _:
                    assert_never(line)
        return self._cut(page)

    def _text(self, page: Page, line: Text, language: str) -> None:
        """In the printer's own type where its pages have every character, else drawn."""
        try:
            self._typed(page, line, language)
        except NotEncodable:
            self._drawn(page, [line])

    def _typed(self, page: Page, line: Text, language: str) -> None:
        def width(text: str) -> int:
            return cells(text, language, self._profile)

        across, down = _fitting_size(width(line.text), line.size, self._profile.columns)
        parts = balanced(line.text, width, self._profile.columns // across)
        codes = [printable(part, language, self._profile) for part in parts]
        page.type(across, down, bold=line.bold)
        page.align(line.align)
        for code in codes:
            page.send(code + b"\n")

    def _in_bands(self, lines: Sequence[Line]) -> bytes:
        page = _page(self._profile)
        self._drawn(page, lines)
        return self._cut(page)

    def _drawn(self, page: Page, lines: Sequence[Line]) -> None:
        page.align(Align.CENTRE)
        inked, blank_rows = bands(picture(lines, self._profile.dots))
        for band in inked:
            page.feed(band.blank_rows)
            page.raster(band.data, band.width_bytes, doubled=band.doubled)
        page.feed(blank_rows)

    def _full(self, lines: Sequence[Line]) -> bytes:
        page = _page(self._profile)
        image = picture(lines, self._profile.dots)
        page.raster(image.tobytes(), image.width // 8)
        return self._cut(page)

    def _cut(self, page: Page) -> bytes:
        page.cut(cutter=self._profile.cutter)
        return bytes(page)


def _page(profile: PrinterProfile) -> Page:
    page = Page()
    if profile.chinese:
        page.send(CHINESE_OFF)
    return page


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
