"""Code pages: text as the bytes that a printer draws with its own glyphs, or not at all."""

from collections.abc import Iterator

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
}


class NotEncodable(ValueError):
    """A text has characters that a code page lacks."""

    def __init__(self, text: str, page: CodePage | None) -> None:
        where = page or "any code page of the printer"
        super().__init__(f"not in {where}: {text!r}")


def encode(text: str, page: CodePage) -> bytes:
    """The text in that page, strictly. Raises NotEncodable.

    Of GB18030 only what has one or two bytes counts: printers have no glyph for a four-byte code.
    In every page a byte is a cell of 12 dots on paper.
    """
    if any(ord(character) < 0x20 for character in text):
        raise NotEncodable(text, page)
    try:
        codes = text.encode(page)
    except UnicodeEncodeError:
        raise NotEncodable(text, page) from None
    if page is CodePage.GB18030 and any(len(character.encode(page)) > 2 for character in text):
        raise NotEncodable(text, page)
    return codes


def page_for(text: str, language: str, profile: PrinterProfile) -> CodePage:
    """The page of the printer that holds the whole text, the language's own first. Raises NotEncodable."""
    for page in _candidates(language, profile):
        try:
            encode(text, page)
        except NotEncodable:
            continue
        return page
    raise NotEncodable(text, None)


def printable(text: str, language: str, profile: PrinterProfile) -> bytes:
    """The text with the commands around it that make the printer read it rightly. Raises NotEncodable.

    Chinese mode is on only while Chinese is sent: in it the bytes of the single-byte pages pair up.
    """
    page = page_for(text, language, profile)
    codes = encode(text, page)
    if text.isascii():
        return codes
    if page is CodePage.GB18030:
        return CHINESE_ON + codes + CHINESE_OFF
    return _SELECT_PAGE + bytes([profile.code_pages[page]]) + codes


def _candidates(language: str, profile: PrinterProfile) -> Iterator[CodePage]:
    available = set(profile.code_pages)
    if profile.chinese:
        available.add(CodePage.GB18030)
    own = _BY_LANGUAGE.get(language, CodePage.CP437)
    return (page for page in dict.fromkeys([own, *CodePage]) if page in available)
