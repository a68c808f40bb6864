"""A slip to look at: drawn as the printer of the settings would print it, and every fault told."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.preview import UnknownChoice, preview, sample_slip
from kiosk.printer.profile import PrinterProfile
from kiosk.settings import Settings
from kiosk.settings.file import load
from tests.printer.test_logo import drawn, saved
from tests.support.escpos_decoder import decode

DEMO = Path(__file__).parents[2] / "config" / "demo.toml"
PRINTERS = """
[[printer]]
id = "narrow"
driver = "escpos-serial"
port = "/dev/ttyS9"
width_mm = 58
[[printer]]
id = "drawn"
driver = "escpos-serial"
port = "/dev/ttyS8"
text = "raster"
"""


def settings(folder: Path, more: str = "") -> Settings:
    file = folder / "branch.toml"
    file.write_text(DEMO.read_text("utf-8") + more, "utf-8")
    return load(file)


def image(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def test_it_is_the_slip_that_this_printer_prints(tmp_path: Path) -> None:
    told = settings(tmp_path, PRINTERS)
    seen = image(preview(told, language="ru", printer="drawn"))
    slip = sample_slip(told, language="ru", service="cash")
    [paper] = decode(SlipEncoder(PrinterProfile(), TextMode.RASTER, serial=True).encode(slip))
    assert seen.width == 640
    on_paper = seen.crop((32, 24, 608, seen.height - 24)).convert("1")
    differing = ImageChops.logical_xor(on_paper, paper.image)
    # Only the minute may have passed between the two.
    clock = paper.image.height - 40
    assert differing.crop((0, 0, 576, clock)).getbbox() is None


@pytest.mark.parametrize(
    ("printer", "dots"), [(None, 640), ("slip", 640), ("drawn", 640), ("narrow", 464)]
)
def test_the_paper_is_the_printers(tmp_path: Path, printer: str | None, dots: int) -> None:
    seen = image(preview(settings(tmp_path, PRINTERS), printer=printer))
    assert seen.width == dots
    assert seen.height > 300
    assert seen.getextrema() == (0, 255)


def test_a_branch_without_a_printer_sees_drawn_paper(tmp_path: Path) -> None:
    told = settings(tmp_path).model_copy(update={"printer": ()})
    assert image(preview(told)).width == 640


def test_what_was_chosen_is_on_it(tmp_path: Path) -> None:
    told = settings(tmp_path, "[slip]\nnames = true")
    plain = sample_slip(told, language="en", service="account")
    assert (plain.number, plain.service, plain.segment) == ("B036", "Accounts and cards", None)
    assert plain.named_greeting
    assert "Ms Sample" in plain.named_greeting
    preferred = sample_slip(told, language="zh", service="account", priority_class="vip")
    assert (preferred.number, preferred.segment, preferred.priority) == ("V036", "vip", True)
    pictures = {
        preview(told, language=language, service=service, priority_class=priority_class)
        for language in ("zh", "cs")
        for service in ("cash", "account")
        for priority_class in ("regular", "vip")
    }
    assert len(pictures) == 8


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"language": "kz"}, "there is no language 'kz' in the settings"),
        ({"service": "chas"}, "there is no service 'chas' in the settings; did you mean 'cash'?"),
        ({"priority_class": "vpi"}, "there is no class 'vpi' in the settings; did you mean 'vip'?"),
        ({"printer": "x"}, "there is no printer 'x' in the settings; there are: slip"),
    ],
)
def test_what_the_branch_hasnt_got_is_told(
    tmp_path: Path, choice: dict[str, Any], fault: str
) -> None:
    with pytest.raises(UnknownChoice) as told:
        preview(settings(tmp_path), **choice)
    assert fault in str(told.value)
    assert told.value.exit_code == 2


def test_a_logo_is_on_it_or_left_out_and_what_is_wrong_with_it_told(tmp_path: Path) -> None:
    file = saved(tmp_path, drawn())
    told = settings(tmp_path, f'[slip]\nlogo = "{file}"')
    without = image(preview(settings(tmp_path)))
    assert image(preview(told)).height == without.height + 40 + 16
    file.unlink()
    heard: list[str] = []
    assert image(preview(told, tell=heard.append)).height == without.height
    assert heard == [f"slips have no logo: {file}: there is no such file"]
