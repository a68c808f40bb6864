"""Whatever is to stand on a slip stands there: typed letter by letter, or drawn, and never as '?'."""

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from babel.messages.pofile import read_po
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ImageChops

import kiosk.locale
from kiosk.printer.codepage import NotEncodable, cells
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.layout import Text, slip_lines
from kiosk.printer.profile import EPSON_CODE_PAGES, CodePage, PrinterProfile
from kiosk.printer.raster import picture
from kiosk.settings.slip import SlipSection
from tests.printer.slips import slip
from tests.support.escpos_decoder import decode

PRINTERS = {
    "usual": PrinterProfile(),
    "narrow": PrinterProfile(58),
    "western": PrinterProfile(chinese=False),
    "kazakh": PrinterProfile(code_pages=EPSON_CODE_PAGES | {CodePage.KZ1048: 53}),
    "windows": PrinterProfile(code_pages={CodePage.CP1250: 45, CodePage.CP1251: 46}),
    "chinese": PrinterProfile(code_pages={}),
    "bare": PrinterProfile(code_pages={}, chinese=False),
}
CATALOGUES = sorted(Path(kiosk.locale.__file__).parent.glob("*/LC_MESSAGES/kiosk.po"))
SCRIPTS = (
    "0123456789 ABCabc.,:-()%",
    "科技园支行现金业务贵宾理财，。：（）《》",
    "АБВЯабвяЁё",
    "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž",
    "ӘҒҚҢӨҰҮҺІәғқңөұүһі",
    "₸₽¥€$№«»„“”‘’–—…·→×°\xa0",
)
LANGUAGES = ("zh", "en", "ru", "cs", "kk")
ALONE = SlipSection.model_validate({"line": [{"text": {"en": "{service}"}}]})
"""A slip with nothing but what is looked at."""


def messages(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for message in read_po(file):
            given = message.string if message.id else None
            yield from [given] if isinstance(given, str) else given or ()


def letters(lines: list[str]) -> str:
    """Without the spaces at which a line may have been broken."""
    return "".join("".join(lines).split())


def assert_printed(text: str, language: str, profile: PrinterProfile) -> None:
    """It is typed and reads the same, or it is drawn as it should look."""
    of = slip(language, service=text)
    encoder = SlipEncoder(profile, TextMode.CODEPAGE, serial=True, template=ALONE)
    [paper] = decode(encoder.encode(of), profile.dots)
    try:
        cells(normalize("NFC", text), language, profile)
    except NotEncodable:
        assert paper.lines == []
        drawn = picture(slip_lines(of, ALONE), profile.dots)
        printed = ImageChops.invert(paper.image.convert("L")).convert("1")
        same = printed.crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()
        assert same, text
    else:
        assert letters(paper.lines) == letters([normalize("NFC", text)])
        assert paper.image.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize("profile", PRINTERS.values(), ids=PRINTERS)
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_of_a_catalogue(path: Path, profile: PrinterProfile) -> None:
    language = path.parts[-3]
    texts = [text for text in messages(path) if "\n" not in text]
    assert len(texts) > 100
    for text in texts[:: 1 + len(texts) // 100]:
        assert_printed(text, language, profile)


@settings(deadline=None)  # the first one loads the fonts
@given(
    st.lists(st.text(st.sampled_from("".join(SCRIPTS)), min_size=1, max_size=12), max_size=6).map(
        " ".join
    ),
    st.sampled_from(LANGUAGES),
    st.sampled_from(list(PRINTERS.values())),
)
def test_any_mixture_of_scripts(text: str, language: str, profile: PrinterProfile) -> None:
    assert_printed(text, language, profile)


@settings(deadline=None)
@example("one\rtwo\N{PARAGRAPH SEPARATOR}three", "zh", TextMode.BANDED)
@given(st.text(max_size=30), st.sampled_from(LANGUAGES), st.sampled_from(TextMode))
def test_any_text_at_all_makes_a_slip_that_a_printer_understands(
    text: str, language: str, mode: TextMode
) -> None:
    encoder = SlipEncoder(PRINTERS["usual"], mode, serial=True)
    [paper] = decode(encoder.encode(slip(language, service=text)), 576)
    assert ("A036" in paper.lines) is (mode in {TextMode.CODEPAGE, TextMode.AUTO})
    assert paper.cut


@pytest.mark.parametrize("mode", [TextMode.CODEPAGE, TextMode.BANDED, TextMode.RASTER])
@pytest.mark.parametrize("apart", ["Žižkov", "Научный", "Құрылысшы"])
def test_letters_typed_with_their_accents_apart_are_the_same_letters(
    apart: str, mode: TextMode
) -> None:
    encoder = SlipEncoder(PRINTERS["kazakh"], mode, serial=True)
    whole, split = (slip("kk", service=normalize(form, apart)) for form in ("NFC", "NFD"))
    assert encoder.encode(split) == encoder.encode(whole)


def test_a_space_that_forbids_a_break_is_kept_and_not_broken_at() -> None:
    of = slip("ru", service="Вклады на\xa0срок")
    encoder = SlipEncoder(PRINTERS["usual"], TextMode.CODEPAGE, serial=True, template=ALONE)
    [paper] = decode(encoder.encode(of), 576)
    assert paper.lines == ["Вклады на\xa0срок"]
    narrow = [
        Text(line.text)
        for line in slip_lines(slip("ru", service="Вклады и обмен валюты на\xa0срок"), ALONE)
        if isinstance(line, Text)
    ]
    assert narrow[0].text.endswith("на\xa0срок")
