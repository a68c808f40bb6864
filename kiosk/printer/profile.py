"""Profiles: what a model of receipt printer can do, and how fast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.settings.printers import PrinterFacts, printer_models

DOTS_PER_MM = 8
"""203 dpi, which nearly every receipt printer has."""


class CodePage(StrEnum):
    """Character sets that a slip can be sent in, named like the codecs that make them."""

    CP437 = "cp437"
    CP852 = "cp852"
    CP866 = "cp866"
    CP1250 = "cp1250"
    CP1251 = "cp1251"
    KZ1048 = "kz1048"
    """The only one with the Kazakh letters; few printers have it."""
    GB18030 = "gb18030"
    """Only the two-byte area that GBK has too, which is what printers have in ROM."""


EPSON_CODE_PAGES = {CodePage.CP437: 0, CodePage.CP852: 18, CodePage.CP866: 17}
"""The numbers of ``ESC t`` in Epson's tables; the self-test page of a clone tells its own."""


class Confirmation(StrEnum):
    """What a printer's word that a slip is on paper looks like."""

    PROCESS_ID = "process-id"
    """``GS ( H``: the slip's own number comes back; nothing else counts."""
    FENCE = "fence"
    """``GS r`` behind the cut, twice; the printer is well afterwards."""
    EITHER = "either"
    """Both are asked for, and the first answer counts."""


class BufferClear(StrEnum):
    """How a printer is told to forget what it hasn't printed; both work while it can't print."""

    DLE_DC4 = "dle-dc4"
    """``DLE DC4 8``: clear the buffers."""
    DLE_ENQ = "dle-enq"
    """``DLE ENQ 2``: recover from an error after clearing the buffers."""
    NOTHING = "nothing"

    @property
    def command(self) -> bytes:
        """The bytes of it; none when there is no such command."""
        match self:
            case BufferClear.DLE_DC4:
                return bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
            case BufferClear.DLE_ENQ:
                return bytes.fromhex("10 05 02")
            case BufferClear.NOTHING:
                return b""


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
    confirms: Confirmation = Confirmation.EITHER
    clear: BufferClear = BufferClear.NOTHING
    cutter: bool = True
    """Without one the slip is fed to the tear bar."""
    presenter: bool = False
    """Whether it holds slips out, and tells whether one was taken (``DLE EOT 20``)."""

    @property
    def dots(self) -> int:
        """How many dots wide it prints."""
        return 384 if self.width_mm < 80 else 576

    @property
    def columns(self) -> int:
        """How many characters of font A (12 dots) stand in a line."""
        return self.dots // 12


def printer_profile(section: PrinterFacts) -> PrinterProfile:
    """What a printer can do: as its model, but for what the section says otherwise."""
    model = printer_models()[section.profile]
    pages = model.code_pages if section.code_pages is None else section.code_pages
    return PrinterProfile(
        width_mm=section.width_mm or model.width_mm,
        speed_mm_s=model.speed_mm_s,
        code_pages={CodePage(page): number for page, number in pages.items()},
        chinese=model.chinese if section.chinese is None else section.chinese,
        confirms=Confirmation(model.confirms),
        clear=BufferClear(model.clear),
        cutter=model.cutter,
        presenter=model.presenter if section.presenter is None else section.presenter,
    )
