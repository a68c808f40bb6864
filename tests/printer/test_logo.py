"""The bank's logo: what may be one, what is said of the others, and that it is printed dot by dot."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.logo import LogoFault, read_logo
from kiosk.printer.profile import PrinterProfile
from tests.printer.slips import slip
from tests.support.escpos_decoder import decode

DOTS = PrinterProfile().dots


def drawn(width: int = 101, height: int = 40) -> Image.Image:
    """Black on white, not symmetrical, no multiple of eight wide."""
    image = Image.new("1", (width, height), 1)
    ImageDraw.Draw(image).polygon([(0, 0), (width - 1, 0), (0, height - 1)], fill=0)
    return image


def saved(folder: Path, image: Image.Image, **options: object) -> Path:
    file = folder / "logo.png"
    image.save(file, "PNG", **options)
    return file


@pytest.mark.parametrize("mode", [TextMode.CODEPAGE, TextMode.BANDED, TextMode.RASTER])
def test_it_stands_in_the_middle_of_the_head_to_the_dot(tmp_path: Path, mode: TextMode) -> None:
    image = drawn()
    logo = read_logo(saved(tmp_path, image), DOTS)
    data = SlipEncoder(PrinterProfile(), mode, serial=True, logo=logo).encode(slip())
    [paper] = decode(data, DOTS)
    left = (DOTS - image.width) // 2
    head = paper.image.crop((left, 0, left + image.width, image.height))
    same = head.tobytes() == image.tobytes()
    assert same


def test_a_palette_of_black_and_white_and_what_is_transparent_are_welcome(tmp_path: Path) -> None:
    image = drawn()
    plain = read_logo(saved(tmp_path, image), DOTS)
    palette = image.convert("RGB").quantize(2)
    assert palette.mode == "P"
    assert read_logo(saved(tmp_path, palette), DOTS) == plain
    white = palette.getpixel((image.width - 1, image.height - 1))
    assert read_logo(saved(tmp_path, palette, transparency=white), DOTS) == plain


@pytest.mark.parametrize(
    ("image", "fault"),
    [
        (drawn(577), "is 577 dots wide and the paper 576; make it smaller"),
        (drawn(100, 241), "is 241 dots high; 240 is the most; make it smaller"),
        (drawn().convert("L"), "has more than black and white; save it with one bit a dot"),
        (drawn().convert("RGB"), "has more than black and white"),
        (Image.linear_gradient("L").crop((0, 0, 9, 90)).quantize(16), "has more than black"),
    ],
)
def test_pictures_that_are_no_logo(tmp_path: Path, image: Image.Image, fault: str) -> None:
    file = saved(tmp_path, image)
    with pytest.raises(LogoFault) as told:
        read_logo(file, DOTS)
    assert str(told.value).startswith(f"{file}: {fault}")


def test_files_that_are_no_picture(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    with pytest.raises(LogoFault, match="there is no such file"):
        read_logo(file, DOTS)
    with pytest.raises(LogoFault, match="can't be read: Is a directory"):
        read_logo(tmp_path, DOTS)
    file.write_bytes(b"GIF89a, not at all")
    with pytest.raises(LogoFault, match="is no PNG picture"):
        read_logo(file, DOTS)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_a_file_that_ends_too_early(tmp_path: Path, share: float) -> None:
    file = saved(tmp_path, Image.effect_noise((200, 200), 90).convert("1"))
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(LogoFault, match=r"can't be read|is damaged"):
        read_logo(file, DOTS)
