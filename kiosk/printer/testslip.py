"""The test slip: what an installer compares with the settings. Nothing of a customer is on it."""

from collections.abc import Iterator, Sequence

from kiosk.printer.codepage import CHINESE_OFF, CHINESE_ON, encode
from kiosk.printer.layout import Feed, Line, Picture, Rule, Size, Text
from kiosk.printer.profile import CodePage, PrinterProfile

SAMPLES = {
    CodePage.CP437: "Café Ångström ½ ±",
    CodePage.CP852: "Příliš žluťoučký kůň",
    CodePage.CP866: "Съешь ещё этих булок",
    CodePage.CP1250: "Řeřicha, žížala, ďábel €",
    CodePage.CP1251: "Жёлтый їжак, ґанок €",
    CodePage.KZ1048: "Құрметті қонақ, өтінеміз",
    CodePage.GB18030: "请到三号窗口办理",
}
"""Letters that stand in other places, or nowhere, in the other pages."""
AIR = Feed(16)
_SPACE = Feed(28)
_RULER_ROWS = 12


def head(title: str, facts: Sequence[str]) -> list[Line]:
    """Which printer this is, and how it is set."""
    told = (Text(fact) for fact in facts)
    return [Text(title, Size.LARGE, bold=True), _SPACE, *told, AIR, Rule(), AIR]


def native_samples(profile: PrinterProfile) -> Iterator[tuple[str, bytes, str]]:
    """Of each code page of the printer: name and number, bytes that print its sample, the sample."""
    for page, number in profile.code_pages.items():
        text = SAMPLES[page]
        yield f"{page} = {number}", b"\x1bt" + bytes([number]) + encode(text, page), text
    if profile.chinese:
        text = SAMPLES[CodePage.GB18030]
        yield CodePage.GB18030, CHINESE_ON + encode(text, CodePage.GB18030) + CHINESE_OFF, text


def ruler(profile: PrinterProfile) -> Picture:
    """A line from the first dot to the last one, with a mark at both ends."""
    width = profile.dots // 8
    line, marks = b"\xff" * width, b"\xff" + bytes(width - 2) + b"\xff"
    third = _RULER_ROWS // 3
    return Picture(profile.dots, _RULER_ROWS, marks * third + line * third + marks * third)
