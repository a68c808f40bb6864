from pathlib import Path

import pytest

from kiosk.machine import typefaces
from kiosk.machine.typefaces import (
    DEJAVU_SANS,
    FIXED,
    MICRO_HEI,
    NOTO_SANS,
    PROPORTIONAL,
    REPLACEMENT,
    Coverage,
    Face,
    FontMissing,
    _character_map,
    coverage,
    runs,
)
from kiosk.printer.layout import Text, slip_lines
from tests.printer.slips import LANGUAGES, slip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("faces", [PROPORTIONAL, FIXED], ids=["proportional", "fixed"])
def test_every_character_of_a_slip_is_in_the_face_that_draws_it(
    language: str, faces: tuple[Face, ...]
) -> None:
    for line in slip_lines(slip(language, copy=True, priority=True)):
        if isinstance(line, Text):
            drawn = list(runs(line.text, faces))
            assert "".join(part for _, part in drawn) == line.text
            assert all(letter in coverage(face) for face, part in drawn for letter in part)


def test_a_mixed_text_takes_one_face_a_script() -> None:
    assert [(face.package, part) for face, part in runs("现金Қазčš现")] == [
        ("fonts-wqy-microhei", "现金"),
        ("fonts-noto-core", "Қазčš"),
        ("fonts-wqy-microhei", "现"),
    ]


def test_what_no_font_has_becomes_the_replacement_character() -> None:
    having_it = tuple(face for face in PROPORTIONAL if face.path(bold=False).exists())
    assert [part for _, part in runs("\U000e0001", having_it)] == ["\N{REPLACEMENT CHARACTER}"]


def test_a_missing_font_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "FOLDER", tmp_path)
    nowhere = Face("fonts-of-nowhere", "nowhere.ttf", "nowhere-bold.ttf")
    with pytest.raises(FontMissing, match=r"U\+53F7.*fonts-of-nowhere"):
        list(runs("号", (nowhere,)))


@pytest.mark.parametrize("face", [NOTO_SANS, MICRO_HEI, DEJAVU_SANS], ids=lambda face: face.package)
@pytest.mark.parametrize("bold", [False, True])
def test_coverage_is_what_the_font_says(face: Face, bold: bool) -> None:
    from fontTools.ttLib import TTFont

    path = face.path(bold)
    own = Coverage(_character_map(path.read_bytes()))
    with TTFont(path, fontNumber=0, lazy=True) as font:
        truth = font.getBestCmap()
    wrong = [code for code in range(0xFFFF) if (chr(code) in own) != (code in truth)]
    assert wrong == []
    assert bold or "A" in coverage(face)


def test_what_no_font_has_is_shown_as_such() -> None:
    assert runs("A\U0001f600")[-1][1].endswith(REPLACEMENT)
    assert [stretch for _, stretch in runs("窗口 Čeština")] == ["窗口", " Čeština"]
