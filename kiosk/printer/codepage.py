"""Code pages: text as the bytes that a printer draws with its own glyphs, or not at all.

Every character is sent in a page that really has it. Where none has, nothing of the text is sent:
printers put a question mark or somebody else's letter there, and nobody learns of it.
"""

import re
import unicodedata
from functools import lru_cache

from kiosk.printer.profile import CodePage, PrinterProfile

CHINESE_ON = b"\x1c&"
"""``FS &``: from here on two bytes from 0x81 up are one Chinese character."""
CHINESE_OFF = b"\x1c."
"""``FS .``: single-byte pages are readable again."""

_SELECT_PAGE = b"\x1bt"
_BY_LANGUAGE = {
    "zh": CodePage.GB18030,
    "ru": CodePage.CP866,
    "cs": CodePage.CP852,
    "kk": CodePage.KZ1048,
}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_WIDE = "WF"
"""East Asian widths (Unicode annex 11) of characters that are two cells wide by nature."""


class NotEncodable(ValueError):
    """A text has characters that a code page lacks."""

    def __init__(self, text: str, page: CodePage | None) -> None:
        where = page or "any code page of the printer"
        super().__init__(f"not in {where}: {text!r}")


def encode(text: str, page: CodePage) -> bytes:
    """The text in that page, strictly. Raises NotEncodable.

    Of GB18030 only what GBK has counts: printers have no glyph for a four-byte code, nor for the
    private area. In every page a byte is a cell of 12 dots on paper.
    """
    if _CONTROL.search(text):
        raise NotEncodable(text, page)
    try:
        return text.encode("gbk" if page is CodePage.GB18030 else page)
    except UnicodeEncodeError:
        raise NotEncodable(text, page) from None


def printable(text: str, language: str, profile: PrinterProfile) -> bytes:
    """The text with the commands around it that make the printer read it rightly. Raises NotEncodable.

    Chinese mode is on only while Chinese is sent: in it the bytes of the single-byte pages pair up.
    """
    return b"".join(
        _in_page(stretch, page, profile) for page, stretch in stretches(text, language, profile)
    )


def cells(text: str, language: str, profile: PrinterProfile) -> int:
    """How many cells of 12 dots wide the text is. Raises NotEncodable."""
    return sum(len(encode(stretch, page)) for page, stretch in stretches(text, language, profile))


def stretches(text: str, language: str, profile: PrinterProfile) -> list[tuple[CodePage, str]]:
    """The text in stretches of one page of the printer each. Raises NotEncodable."""
    order = _order(language, profile)
    found: list[tuple[CodePage, str]] = []
    present: CodePage | None = None
    for character in text:
        page = _page_of(character, order, present)
        before = found.pop()[1] if page is present else ""
        found.append((page, before + character))
        present = page
    return found


def _order(language: str, profile: PrinterProfile) -> tuple[CodePage, ...]:
    """The printer's pages, the language's own first."""
    own = _BY_LANGUAGE.get(language)
    available = [page for page in CodePage if page in profile.code_pages]
    chinese = [CodePage.GB18030] if profile.chinese else []
    return tuple(sorted([*available, *chinese], key=lambda page: page is not own))


def _page_of(character: str, order: tuple[CodePage, ...], present: CodePage | None) -> CodePage:
    """The present page where it will do, else the first that has the character. Raises NotEncodable."""
    if character.isascii():
        return present or next(iter(order), CodePage.CP437)
    fitting = _fitting(character, order)
    if not fitting:
        raise NotEncodable(character, None)
    return present if present in fitting else fitting[0]


@lru_cache(maxsize=2048)
def _fitting(character: str, order: tuple[CodePage, ...]) -> tuple[CodePage, ...]:
    """The pages that have the character.

    The Chinese one holds letters of other scripts too, twice as wide as they are anywhere else: it
    counts only where no other page has them.
    """
    having = tuple(page for page in order if _has(page, character))
    narrow = tuple(page for page in having if page is not CodePage.GB18030)
    return narrow if narrow and _is_narrow(character) else having


def _has(page: CodePage, character: str) -> bool:
    try:
        encode(character, page)
    except NotEncodable:
        return False
    return True


def _is_narrow(character: str) -> bool:
    return character.isalpha() and unicodedata.east_asian_width(character) not in _WIDE


def _in_page(text: str, page: CodePage, profile: PrinterProfile) -> bytes:
    codes = encode(text, page)
    if text.isascii():
        return codes
    if page is CodePage.GB18030:
        return CHINESE_ON + codes + CHINESE_OFF
    return _SELECT_PAGE + bytes([profile.code_pages[page]]) + codes
