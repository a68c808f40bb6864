"""Every text of the product can be shown: its letters are in the fonts of the screens."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import kiosk.locale
from kiosk.typefaces import REPLACEMENT, runs

CATALOGUES = sorted(Path(kiosk.locale.__file__).parent.glob("*/LC_MESSAGES/kiosk.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_has_its_glyphs(path: Path) -> None:
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert messages
    for message in messages:
        for given in (message.id, message.string):
            texts = given if isinstance(given, tuple | list) else [given]
            for text in texts:
                assert REPLACEMENT not in "".join(stretch for _, stretch in runs(text)), text
