"""Slips as people and phones read them: printed by a decoder that doesn't know the product.

Text in code pages is compared exactly elsewhere (``test_encoder.py``); here it is read with eyes, too.
"""

import shutil
import subprocess
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import pytest
from PIL import Image

from kiosk.printer.encoder import TextMode
from kiosk.printer.layout import Size, Text, slip_lines
from kiosk.printer.profile import PrinterProfile
from kiosk.settings.file import load
from tests.printer.contactsheet import (
    DEMO,
    FOLDER,
    LANGUAGES,
    MODES,
    NARROW,
    ROOT,
    demo_slip,
    described,
    printed,
    sheets,
)
from tests.printer.slips import FOLLOW_URL

ALIKE = 0.9
"""Share of a slip's letters, in order, that the reading machine must have right: it misreads a few."""
READERS = {"zh": "chi_sim", "en": "eng", "ru": "rus", "cs": "ces"}
"""What tesseract calls the languages."""


def languages_of_tesseract() -> set[str]:
    if shutil.which("tesseract") is None:
        return set()
    told = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=True
    )
    return set(told.stdout.split())


def read(image: Image.Image, folder: Path, language: str, mode: int = 6) -> str:
    """What tesseract reads, without spaces."""
    file = folder / "slip.png"
    grey = image.convert("L")
    framed = Image.new("L", (grey.width + 40, grey.height + 40), 255)
    framed.paste(grey, (20, 20))
    double = (framed.width * 2, framed.height * 2)
    framed.resize(double, Image.Resampling.BICUBIC).save(file)
    command = ["tesseract", str(file), "-", "-l", language, "--psm", str(mode)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    return "".join(told.stdout.split())


def without_number(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The number, which is the highest run of inked rows, and the rest below it."""
    ink = image.convert("L").point([255, *[0] * 255])
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(ink.height)]
    runs = [list(run) for inked, run in groupby(range(ink.height), lambda y: rows[y]) if inked]
    number = max(runs, key=len)
    above, below = number[0] - 4, number[-1] + 4
    return image.crop((0, above, image.width, below)), image.crop((0, below, *image.size))


def letters(text: str) -> str:
    """Without spaces and rules."""
    return "".join(letter for letter in "".join(text.split()) if letter not in "-_—")


@pytest.mark.parametrize("mode", [TextMode.CODEPAGE, TextMode.BANDED], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_reads_every_line(language: str, mode: TextMode, tmp_path: Path) -> None:
    """Number and service exactly: by eye where they are drawn, by its characters where typed.

    A raster slip is the banded one to the dot (``test_encoder.py``).
    """
    missing = {READERS[language], "eng"} - languages_of_tesseract()
    if missing:
        pytest.skip(f"tesseract-ocr for {', '.join(missing)} is missing")
    slip = replace(demo_slip(language, "transfer"), follow_url=None)
    paper, _ = printed(slip, mode, PrinterProfile())
    number, below = without_number(paper.seen)
    told = letters(read(below, tmp_path, READERS[language]))
    if mode is TextMode.CODEPAGE:
        assert {slip.number, slip.service} <= set(paper.lines)
    else:
        assert read(number, tmp_path, "eng", 7) == slip.number
        assert letters(slip.service) in told
    lines = [line for line in slip_lines(slip) if isinstance(line, Text)]
    after = 1 + next(n for n, line in enumerate(lines) if line.size is Size.HUGE)
    expected = letters("".join(line.text for line in lines[after:]))
    assert SequenceMatcher(None, expected, told, autojunk=False).ratio() >= ALIKE, (expected, told)


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is missing")
@pytest.mark.parametrize("profile", [PrinterProfile(), NARROW], ids=["80 mm", "58 mm"])
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_a_phone_reads_the_code(mode: TextMode, profile: PrinterProfile, tmp_path: Path) -> None:
    paper, _ = printed(demo_slip("zh"), mode, profile)
    file = tmp_path / "slip.png"
    framed = Image.new("1", (paper.image.width + 64, paper.image.height + 64), 1)
    framed.paste(paper.seen, (32, 32))
    framed.save(file)
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert told.stdout.strip() == FOLLOW_URL


def test_the_pictures_in_the_documents_are_what_is_printed() -> None:
    """Drawn anew by ``python -m tests.printer.contactsheet``."""
    document = (ROOT / "docs" / "slips.md").read_text("utf-8")
    names = set()
    for name, sheet in sheets():
        names.add(f"{name}.png")
        assert f"slips/{name}.png" in document
        with Image.open(FOLDER / f"{name}.png") as kept:
            assert kept.size == sheet.size, name
            same = kept.convert("1").tobytes() == sheet.tobytes()
        assert same, name
    assert names == {file.name for file in FOLDER.iterdir()}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 600_000


def test_the_settings_in_the_document_can_be_copied(tmp_path: Path) -> None:
    file = tmp_path / "branch.toml"
    file.write_text(DEMO.read_text("utf-8") + described(), "utf-8")
    slip = load(file).slip
    assert slip.names
    assert len(slip.line) == 9
    assert "\n" in (slip.line[6].text or {})["en"]
