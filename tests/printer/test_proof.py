"""``kiosk config check`` tells what of a branch's slips will look otherwise than it was meant."""

from pathlib import Path

import pytest

from kiosk.machine.typefaces import NOTO_SANS, FontMissing
from kiosk.printer.proof import proof
from kiosk.settings import Settings
from kiosk.settings.file import load
from tests.printer.test_logo import drawn, saved
from tests.settings.site import BRANCH, HALL

SERIAL = '[[printer]]\nid = "slip"\ndriver = "escpos-serial"\nport = "/dev/ttyS9"\n'
NARROW = SERIAL + "width_mm = 58\n"
NETWORK = '[[printer]]\nid = "slip"\ndriver = "escpos-tcp"\nhost = "192.0.2.10"\n'
NEEDED = '[[slip.line]]\nshow = "number"\nsize = "huge"\n[[slip.line]]\nshow = "copy"\n'


def settings(folder: Path, more: str) -> Settings:
    file = folder / "branch.toml"
    file.write_text(BRANCH + HALL + more, "utf-8")
    return load(file)


def text(words: str, size: str = "large") -> str:
    return f'{NEEDED}[[slip.line]]\ntext = {{ en = "{words}" }}\nsize = "{size}"\n'


@pytest.mark.parametrize("printer", ["", SERIAL, NARROW, NETWORK])
def test_a_slip_that_fits_is_not_remarked(tmp_path: Path, printer: str) -> None:
    assert proof(settings(tmp_path, printer)) == []


@pytest.mark.parametrize(
    ("printer", "words", "size", "fits"),
    [
        (SERIAL, "x" * 24, "large", True),
        (SERIAL, "x" * 25, "large", False),
        (SERIAL, "x" * 25, "normal", True),
        (NARROW, "x" * 16, "large", True),
        (NARROW, "x" * 17, "large", False),
        (SERIAL, "号" * 12, "large", True),
        (SERIAL, "号" * 13, "large", False),
        (SERIAL, "{number}", "huge", True),
        (SERIAL, "No {number}", "huge", False),
        (NARROW + 'text = "raster"\n', "W" * 5, "large", True),
        (NARROW + 'text = "raster"\n', "W" * 20, "large", False),
        (SERIAL, "қ" * 20, "large", True),  # drawn
        (SERIAL, "қ" * 40, "large", False),
    ],
)
def test_what_is_too_wide_for_its_size_on_this_paper(
    tmp_path: Path, printer: str, words: str, size: str, *, fits: bool
) -> None:
    told = proof(settings(tmp_path, printer + text(words, size)))
    assert [one for one in told if "too wide" not in one] == []
    assert (told == []) is fits
    if not fits:
        width = 58 if printer.startswith(NARROW) else 80
        said = words.replace("{number}", "A036")
        assert told == [
            f"[slip] {said!r} is too wide for size {size!r} on {width} mm of paper (slip);"
            " it is printed smaller"
        ]


def test_a_logo_that_cant_be_printed_is_told_with_its_fault(tmp_path: Path) -> None:
    file = saved(tmp_path, drawn(500))
    logo = f'[slip]\nlogo = "{file}"\n'
    assert proof(settings(tmp_path, logo + SERIAL)) == []
    assert proof(settings(tmp_path, logo + NARROW)) == [
        f"[slip] slips have no logo: {file}: is 500 dots wide and the paper 384; make it smaller"
    ]


def test_a_slip_that_keeps_people_waiting_is_told(tmp_path: Path) -> None:
    drawn_on_a_slow_line = SERIAL + 'baud = 9600\ntext = "raster"\n'
    (line,) = proof(settings(tmp_path, drawn_on_a_slow_line))
    assert line.startswith("[[printer]] slip: a slip takes ")
    assert line.endswith(
        's at 9600 baud; a faster line, text = "codepage" or a smaller logo would help'
    )


@pytest.mark.parametrize("printer", [SERIAL, NETWORK], ids=["serial", "network"])
def test_a_slip_that_uses_much_paper_is_told(tmp_path: Path, printer: str) -> None:
    notice = text("wait\\n" * 28, "normal")
    (line,) = proof(settings(tmp_path, printer + notice))
    length = int(line.removeprefix("[slip] slips of slip are up to ").partition(" ")[0])
    assert 120 < length < 170
    assert line.endswith(" mm long; what is left of a roll is counted with 120 mm")


def test_a_letter_that_no_font_has_is_told(tmp_path: Path) -> None:
    (line,) = proof(settings(tmp_path, SERIAL + text("Smile 😀", "normal")))
    assert line == "[slip] 'Smile 😀': no font has '😀'; \N{REPLACEMENT CHARACTER} is printed"


def test_fonts_that_arent_installed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_installed(*_: object) -> None:
        raise FontMissing("A", [NOTO_SANS.package])

    monkeypatch.setattr("kiosk.printer.proof.runs", none_installed)
    (line,) = proof(settings(tmp_path, SERIAL))
    assert line.startswith("slips can't be drawn: no installed font has 'A'")
    assert line.endswith("install one of fonts-noto-core")
