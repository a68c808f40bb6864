"""Profiles: what a model of receipt printer can do, and how fast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DOTS_PER_MM = 8
"""203 dpi, which nearly every receipt printer has."""


class CodePage(StrEnum):
    """Character sets that a slip can be sent in, named like the codecs that make them."""

    CP437 = "cp437"
    CP852 = "cp852"
    CP866 = "cp866"
    GB18030 = "gb18030"
    """Only its two-byte area, which is what printers have in ROM."""


EPSON_CODE_PAGES = {CodePage.CP437: 0, CodePage.CP852: 18, CodePage.CP866: 17}
"""The numbers of ``ESC t`` in Epson's tables; the self-test page of a clone tells its own."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One model of printer. The defaults are an 80 mm printer with Epson's code pages."""

    width_mm: int = 80
    """Of the paper: 80 or 58."""
    speed_mm_s: float = 150
    code_pages: Mapping[CodePage, int] = field(default_factory=EPSON_CODE_PAGES.copy)
    """``ESC t`` numbers of the single-byte pages it has."""
    chinese: bool = True
    """Whether it has GB18030 glyphs in ROM."""

    @property
    def dots(self) -> int:
        """How many dots wide it prints."""
        return 384 if self.width_mm < 80 else 576

    @property
    def columns(self) -> int:
        """How many characters of font A (12 dots) stand in a line."""
        return self.dots // 12
