import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.codepage import NotEncodable, cells, encode, printable, stretches
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
        ("Қа", CodePage.KZ1048, bytes.fromhex("8de0")),
        ("№", CodePage.GB18030, bytes.fromhex("a1ed")),
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
        *[
            (letter, page)
            for letter in "ӘҒҚҢӨҰҮҺ"
            for page in CodePage
            if page is not CodePage.KZ1048
        ],
        ("\ue000", CodePage.GB18030),  # the private area: two bytes, and nothing in ROM
        ("one\x7ftwo", CodePage.CP437),
        ("one\x1b@two", CodePage.CP437),
        ("one\ntwo", CodePage.GB18030),
    ],
)
def test_what_a_page_lacks_is_refused_as_a_whole(text: str, page: CodePage) -> None:
    with pytest.raises(NotEncodable):
        encode(text, page)


CP437, CP852, CP866, GB = CodePage.CP437, CodePage.CP852, CodePage.CP866, CodePage.GB18030


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("现金业务", "zh", [(GB, "现金业务")]),
        ("您前面还有 4 人。", "zh", [(GB, "您前面还有 4 人。")]),
        ("Касса", "ru", [(CP866, "Касса")]),
        ("Hotovost a směnárna", "cs", [(CP852, "Hotovost a směnárna")]),
        ("Cash", "en", [(CP437, "Cash")]),
        ("科技园支行", "en", [(GB, "科技园支行")]),
        ("Касса", "en", [(CP866, "Касса")]),
        # Each character in a page that has it; letters never twice as wide as their neighbours.
        ("Касса · 现金", "zh", [(CP866, "Касса · "), (GB, "现金")]),
        ("现金·Касса", "zh", [(GB, "现金·"), (CP866, "Касса")]),
        ("Příjem №5 в кассе", "cs", [(CP852, "Příjem "), (CP866, "№5 в кассе")]),
        ("кафе «Žižka»", "ru", [(CP866, "кафе "), (CP437, "«"), (CP852, "Žižka»")]),
        ("«Ё» — é", "ru", [(CP437, "«"), (CP866, "Ё"), (CP437, "» "), (GB, "— "), (CP437, "é")]),
    ],
)
def test_every_character_is_sent_in_a_page_that_has_it(
    text: str, language: str, expected: list[tuple[CodePage, str]]
) -> None:
    assert stretches(text, language, PRINTER) == expected
    assert cells(text, language, PRINTER) == sum(len(encode(part, page)) for page, part in expected)


@pytest.mark.parametrize("text", ["Құрылысшы", "100 ₸", "100 ₽", "现č金ғ", "two\nlines", "DEL\x7f"])
def test_what_no_page_of_the_printer_has_is_refused(text: str) -> None:
    with pytest.raises(NotEncodable):
        printable(text, "kk", PRINTER)


def test_a_printer_with_the_kazakh_page_types_kazakh() -> None:
    kazakh = PrinterProfile(code_pages={CodePage.CP866: 17, CodePage.KZ1048: 53})
    text = "Құрылысшы бөлімшесі"
    assert printable(text, "kk", kazakh) == b"\x1bt\x35" + text.encode("kz1048")
    assert stretches("Касса Қала", "ru", kazakh) == [
        (CodePage.CP866, "Касса "),
        (CodePage.KZ1048, "Қала"),
    ]


def test_a_printer_without_chinese_isnt_sent_any() -> None:
    with pytest.raises(NotEncodable):
        stretches("现金", "zh", WESTERN)
    assert stretches("Касса", "zh", WESTERN) == [(CodePage.CP866, "Касса")]


def test_a_printer_without_any_page_still_types_ascii() -> None:
    bare = PrinterProfile(code_pages={}, chinese=False)
    assert printable("A036", "zh", bare) == b"A036"
    with pytest.raises(NotEncodable):
        printable("é", "en", bare)


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
