import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.codepage import NotEncodable, encode, page_for, printable
from kiosk.printer.profile import CodePage, PrinterProfile

PRINTER = PrinterProfile()
WESTERN = PrinterProfile(chinese=False)


@pytest.mark.parametrize(
    ("text", "page", "codes"),
    [
        ("A036", CodePage.CP437, b"A036"),
        ("现金", CodePage.GB18030, bytes.fromhex("cfd6bdf0")),
        ("Касса", CodePage.CP866, bytes.fromhex("8aa0e1e1a0")),
        ("Žižkov", CodePage.CP852, bytes.fromhex("a669a76b6f76")),
        ("é", CodePage.CP437, b"\x82"),
    ],
)
def test_what_fits_a_page_has_its_codes(text: str, page: CodePage, codes: bytes) -> None:
    assert encode(text, page) == codes


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("č", CodePage.GB18030),  # four bytes: no printer has a glyph
        ("现č金", CodePage.GB18030),
        ("现", CodePage.CP437),
        ("Ж", CodePage.CP852),
        ("ř", CodePage.CP866),
        *[(letter, page) for letter in "ӘҒҚҢӨҰҮҺ" for page in CodePage],
        ("one\x1b@two", CodePage.CP437),
        ("one\ntwo", CodePage.GB18030),
    ],
)
def test_what_a_page_lacks_is_refused_as_a_whole(text: str, page: CodePage) -> None:
    with pytest.raises(NotEncodable):
        encode(text, page)


@pytest.mark.parametrize(
    ("text", "language", "page"),
    [
        ("现金业务", "zh", CodePage.GB18030),
        ("Касса", "ru", CodePage.CP866),
        ("Hotovost a směnárna", "cs", CodePage.CP852),
        ("Cash", "en", CodePage.CP437),
        ("科技园支行", "en", CodePage.GB18030),
        ("Касса", "en", CodePage.CP866),
    ],
)
def test_the_language_chooses_and_the_characters_decide(
    text: str, language: str, page: CodePage
) -> None:
    assert page_for(text, language, PRINTER) is page


def test_kazakh_fits_no_page_of_any_printer() -> None:
    with pytest.raises(NotEncodable, match="any code page"):
        page_for("Құрылысшы", "kk", PRINTER)


def test_a_printer_without_chinese_isnt_sent_any() -> None:
    with pytest.raises(NotEncodable):
        page_for("现金", "zh", WESTERN)
    assert page_for("Касса", "zh", WESTERN) is CodePage.CP866


@pytest.mark.parametrize(
    ("text", "language", "sent"),
    [
        ("A036", "zh", b"A036"),
        ("现金", "zh", b"\x1c&" + bytes.fromhex("cfd6bdf0") + b"\x1c."),
        ("Касса", "ru", b"\x1bt\x11" + bytes.fromhex("8aa0e1e1a0")),
        ("ě", "cs", b"\x1bt\x12\xd8"),
    ],
)
def test_the_printer_is_told_how_to_read(text: str, language: str, sent: bytes) -> None:
    assert printable(text, language, PRINTER) == sent


def test_a_clone_numbers_its_pages_its_own_way() -> None:
    clone = PrinterProfile(code_pages={CodePage.CP866: 7})
    assert printable("Да", "ru", clone)[:3] == b"\x1bt\x07"


@given(st.text(max_size=20), st.sampled_from(CodePage))
def test_codes_mean_the_text_or_there_are_none(text: str, page: CodePage) -> None:
    try:
        codes = encode(text, page)
    except NotEncodable:
        return
    assert codes.decode(page) == text
    assert not any(code < 0x20 for code in codes)
