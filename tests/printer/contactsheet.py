"""Draws the pictures of ``docs/slips`` anew: ``python -m tests.printer.contactsheet``. Look at them.

The slips are the demonstration branch's; a decoder that doesn't know the product prints them.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.domain.slip import Slip
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.layout import USUAL, Picture
from kiosk.printer.preview import sample_slip
from kiosk.printer.profile import PrinterProfile
from kiosk.settings.file import load
from kiosk.settings.slip import SlipSection
from tests.printer.slips import FOLLOW_URL
from tests.support.escpos_decoder import Paper, decode

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "slips"
LANGUAGES = ("zh", "en", "ru", "cs")
MODES = (TextMode.CODEPAGE, TextMode.BANDED, TextMode.RASTER)
BAUD = 19_200
NARROW = PrinterProfile(58)

DEMO = ROOT / "config" / "demo.toml"
_CAPTIONS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
_EDGE = 24
_CAPTION = 44
_KAZAKH_BRANCH = "«Құрылысшы» бөлімшесі"
_KAZAKH_SERVICE = "Қолма-қол ақша, 500 000 ₸ дейін"


def demo_slip(language: str, service: str = "account", priority_class: str = "vip") -> Slip:
    """What the demonstration branch prints, always at the same minute."""
    sample = sample_slip(
        load(DEMO), language=language, service=service, priority_class=priority_class
    )
    return replace(sample, issued_at=datetime(2026, 11, 22, 9, 5), follow_url=FOLLOW_URL)


def sheets() -> Iterator[tuple[str, Image.Image]]:
    """Every picture with its name."""
    usual = PrinterProfile()
    for language in LANGUAGES:
        slip = demo_slip(language)
        yield language, _sheet([(mode.value, slip, mode, usual) for mode in MODES])
    kazakh = replace(demo_slip("ru"), branch=_KAZAKH_BRANCH, service=_KAZAKH_SERVICE)
    yield "kazakh-names", _sheet([(mode.value, kazakh, mode, usual) for mode in MODES])
    narrow = [
        (language, demo_slip(language, "advice", "regular"), TextMode.CODEPAGE, NARROW)
        for language in LANGUAGES
    ]
    yield "58-mm", _sheet(narrow)
    yield "own", _own()


def described() -> str:
    """The settings in the document."""
    text = (ROOT / "docs" / "slips.md").read_text("utf-8")
    return text.partition("```toml\n")[2].partition("```")[0]


def _own() -> Image.Image:
    """The site's own slip that the document describes."""
    template = SlipSection.model_validate(tomllib.loads(described())["slip"])
    usual, mode = PrinterProfile(), TextMode.CODEPAGE
    preferred = [
        replace(demo_slip(language), named_greeting=name)
        for language, name in (("zh", "样女士，早上好"), ("en", "Good morning, Ms Sample"))
    ]
    copy = replace(demo_slip("cs", "cash", "regular"), copy=True, greeting="Dobré ráno")
    columns = [(slip.language, slip, mode, usual) for slip in (*preferred, copy)]
    return _sheet(columns, template, _logo())


def _logo() -> Picture:
    """A bank's."""
    image = Image.new("1", (256, 64))
    draw = ImageDraw.Draw(image)
    draw.ellipse((2, 2, 61, 61), outline=1, width=8)
    draw.rectangle((26, 10, 37, 53), fill=1)
    draw.text((76, 8), "Bank", 1, ImageFont.truetype(_CAPTIONS, 44))
    return Picture(image.width, image.height, image.tobytes())


def printed(
    slip: Slip,
    mode: TextMode,
    profile: PrinterProfile,
    template: SlipSection = USUAL,
    logo: Picture | None = None,
) -> tuple[Paper, int]:
    """The paper that comes out, and how many bytes made it."""
    data = SlipEncoder(profile, mode, serial=True, template=template, logo=logo).encode(slip)
    [paper] = decode(data, profile.dots)
    return paper, len(data)


def _sheet(
    columns: Sequence[tuple[str, Slip, TextMode, PrinterProfile]],
    template: SlipSection = USUAL,
    logo: Picture | None = None,
) -> Image.Image:
    """Slips side by side, each with what it is and how long it takes on a slow line."""
    drawn = [
        (name, *printed(slip, mode, profile, template, logo))
        for name, slip, mode, profile in columns
    ]
    width = sum(paper.seen.width + 3 * _EDGE for _, paper, _ in drawn) + _EDGE
    height = max(paper.seen.height for _, paper, _ in drawn) + _CAPTION + 4 * _EDGE
    sheet = Image.new("1", (width, height), 1)
    font, draw, left = ImageFont.truetype(_CAPTIONS, 20), ImageDraw.Draw(sheet), _EDGE
    for name, paper, size in drawn:
        seen = paper.seen
        caption = f"{name}: {size:,} bytes, {size * 10 / BAUD:.1f} s"
        draw.text((left, _EDGE), caption, 0, font)
        top, right = _CAPTION + _EDGE, left + seen.width + 2 * _EDGE
        draw.rectangle((left, top, right, top + seen.height + 2 * _EDGE), outline=0)
        sheet.paste(seen, (left + _EDGE, top + _EDGE))
        left = right + _EDGE
    return sheet


def main() -> None:
    """Write them all and name their sizes."""
    FOLDER.mkdir(exist_ok=True)
    for name, sheet in sheets():
        file = FOLDER / f"{name}.png"
        sheet.save(file, optimize=True)
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
