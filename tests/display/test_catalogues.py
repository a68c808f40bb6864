"""Every text of the product can be shown: its letters are in the fonts of screens and drawn slips."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import kiosk.locale
from kiosk.display.buttons import ENDONYMS
from kiosk.machine.typefaces import FIXED, PROPORTIONAL, REPLACEMENT, Face, runs
from kiosk.settings.values import USUAL_BREAKS, USUAL_REASONS

CATALOGUES = sorted(Path(kiosk.locale.__file__).parent.glob("*/LC_MESSAGES/kiosk.po"))

LETTERS = {
    "ru": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "cs": "AÁBCČDĎEÉĚFGHIÍJKLMNŇOÓPQRŘSŠTŤUÚŮVWXYÝZŽ",
    "kk": "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ",
    "money": "₸₽¥€$",
    "signs": "№«»„“”‘’–—…·→×°%",
}
"""What people's and services' names are written with, beyond what the product itself says."""

both = pytest.mark.parametrize("faces", [PROPORTIONAL, FIXED], ids=["screens", "slips"])


def shown(text: str, faces: tuple[Face, ...]) -> bool:
    """Whether every letter has a glyph."""
    return REPLACEMENT not in "".join(stretch for _, stretch in runs(text, faces))


def messages(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for message in read_po(file):
            for given in (message.id, message.string) if message.id else ():
                texts = given if isinstance(given, tuple | list) else [given]
                yield from (text for text in texts if text)


@both
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_has_its_glyphs(path: Path, faces: tuple[Face, ...]) -> None:
    texts = list(messages(path))
    assert len(texts) > 100
    assert [text for text in texts if not shown(text, faces)] == []


@both
@pytest.mark.parametrize("letters", LETTERS.values(), ids=LETTERS)
def test_every_letter_of_a_language_has_its_glyph(letters: str, faces: tuple[Face, ...]) -> None:
    for letter in letters + letters.lower():
        assert shown(letter, faces), letter


@both
def test_what_the_product_names_itself_has_its_glyphs(faces: tuple[Face, ...]) -> None:
    reasons = [names for codes in USUAL_REASONS.values() for names in codes.values()]
    names = [*reasons, *(given["name"] for given in USUAL_BREAKS.values()), ENDONYMS]
    for given in names:
        assert isinstance(given, dict)
        assert {"zh", "en", "ru", "cs"} <= given.keys()
        assert [text for text in given.values() if not shown(text, faces)] == []


def test_a_letter_that_no_font_has_is_noticed() -> None:
    assert not shown("\U0001f600", PROPORTIONAL)
