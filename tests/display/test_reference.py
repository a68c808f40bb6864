"""What the screens look like, held by pictures that somebody looked at."""

import pytest
from PIL import Image, ImageChops, ImageStat

from kiosk.display.layout import scene
from kiosk.display.outage import lost_screen, stale
from kiosk.display.picture import picture
from kiosk.display.scene import Label
from kiosk.machine.typefaces import REPLACEMENT, runs
from tests.display.examples import LANGUAGES, board, everything
from tests.display.regenerate import FOLDER, drawn, references

DIFFERENCE_MEAN = 3.0
"""Of 255, on average over the picture: the references have 64 colours only."""


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("name", references())
def test_a_screen_looks_like_its_reference(name: str) -> None:
    path = FOLDER / f"{name}.png"
    with Image.open(path) as reference:
        assert path.stat().st_size < 60_000
        assert difference(drawn(references()[name]), reference.convert("RGB")) < DIFFERENCE_MEAN


def test_another_screen_does_not_look_like_it() -> None:
    with Image.open(FOLDER / "services.zh.png") as reference:
        other = drawn(references()["services.en"])
        assert difference(other, reference.convert("RGB")) > DIFFERENCE_MEAN


def test_a_picture_has_the_full_size() -> None:
    assert picture(everything()["idle.zh"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert drawn(board(1)).size == (960, 540)


def test_every_text_of_every_screen_has_its_glyphs() -> None:
    screens = [
        *everything().values(),
        lost_screen(LANGUAGES, staff_hint=True),
        stale(board(1), LANGUAGES, "09:31:07"),
    ]
    for screen in screens:
        for part in scene(screen).parts:
            if isinstance(part, Label):
                drawn_text = "".join(stretch for _, stretch in runs(part.text.replace("\n", " ")))
                assert REPLACEMENT not in drawn_text, part.text
