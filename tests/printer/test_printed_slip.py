"""What a printed slip looks like, command by command, and held against an independent decoder."""

from io import BytesIO
from itertools import groupby

import pytest
from PIL import Image

from kiosk.printer.commands import CommandReader
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.paper import Paper, PrintedSlip
from kiosk.printer.profile import PrinterProfile
from tests.printer.slips import FOLLOW_URL, slip
from tests.support.escpos_decoder import decode


def printed(data: bytes, width_mm: int = 80) -> PrintedSlip:
    paper = Paper(PrinterProfile(width_mm))
    for command in CommandReader().feed(data):
        paper.draw(command)
    return paper.cut(data)


def sent(language: str, mode: TextMode, width_mm: int = 80) -> bytes:
    of = slip(language, copy=True, priority=True, follow_url=FOLLOW_URL)
    return SlipEncoder(PrinterProfile(width_mm), mode, serial=True).encode(of)


def height_of(data: bytes) -> int:
    return printed(data).picture.height


@pytest.mark.parametrize("width_mm", [80, 58])
@pytest.mark.parametrize("language", ["zh", "en", "ru", "cs"])
def test_its_lines_are_those_of_the_independent_decoder(language: str, width_mm: int) -> None:
    data = sent(language, TextMode.CODEPAGE, width_mm)
    [independent] = decode(data, PrinterProfile(width_mm).dots)
    assert list(printed(data, width_mm).text) == independent.lines


def test_a_code_of_the_printers_own_is_the_one_that_would_be_drawn() -> None:
    native, drawn = (
        _tallest(printed(sent("en", mode)).picture) for mode in (TextMode.CODEPAGE, TextMode.RASTER)
    )
    assert native.size == drawn.size
    same = native.tobytes() == drawn.tobytes()
    assert same


def _tallest(paper: Image.Image) -> Image.Image:
    """The run of inked rows that is the highest, which on these slips is the QR code."""
    inked = [any(paper.crop((0, y, paper.width, y + 1)).tobytes()) for y in range(paper.height)]
    runs = [
        [y for y, _ in rows]
        for ink, rows in groupby(enumerate(inked), key=lambda row: row[1])
        if ink
    ]
    highest = max(runs, key=len)
    return paper.crop((0, highest[0], paper.width, highest[-1] + 1))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1c.\x1bt\x11\x8a\xa0\xe1\xe1\xa0\n", "Касса"),
        (b"\x1c&\xcf\xd6\xbd\xf0\n", "现金"),
        (b"\x1c.\x1bt\x12\xa6i\n", "Ži"),
        (b"\x1c.\x1bt\x63\x82\n", "é"),  # a page that it hasn't got
    ],
)
def test_characters_are_those_of_the_page_in_use(data: bytes, text: str) -> None:
    assert printed(data).text == (text,)


def test_a_character_that_no_font_has_leaves_a_mark() -> None:
    unassigned = printed(b"\x1c&\xfe\xa1\n").picture
    assert unassigned.getbbox() is not None


def test_initialising_forgets_a_line_that_was_begun_and_every_style() -> None:
    slip = printed(b"\x1d!\x77\x1ba\x02lost\x1b@kept\n")
    assert slip.text == ("kept",)
    assert slip.picture.size == (576, 30)


@pytest.mark.parametrize(
    ("alignment", "left"), [(b"\x00", 0), (b"0", 0), (b"\x01", 252), (b"\x02", 504)]
)
def test_lines_are_aligned(alignment: bytes, left: int) -> None:
    block = b"\x1dv0\x00\x09\x00\x01\x00" + b"\xff" * 9
    box = printed(b"\x1ba" + alignment + block).picture.getbbox()
    assert box == (left, 0, left + 72, 1)


@pytest.mark.parametrize(
    ("data", "dots"), [(b"\x1bJ\x64", 100), (b"\x1bd\x03", 90), (b"\n\n", 60), (b"A\n", 30)]
)
def test_feeding_moves_the_paper(data: bytes, dots: int) -> None:
    assert height_of(data) == dots


def test_magnified_type_is_as_many_times_as_large() -> None:
    assert height_of(b"\x1d!\x77A\n") - height_of(b"A\n") == 7 * 24


def test_after_the_cut_comes_clean_paper() -> None:
    paper = Paper(PrinterProfile())
    [first, *_] = CommandReader().feed(b"\x1bJ\x64")
    paper.draw(first)
    assert paper.cut(b"").picture.height == 100
    assert paper.height == 0


@pytest.mark.parametrize("mode", [TextMode.CODEPAGE, TextMode.RASTER])
def test_a_picture_of_it_is_black_on_white(mode: TextMode) -> None:
    paper = printed(sent("zh", mode))
    with Image.open(BytesIO(paper.png())) as image:
        grey = image.convert("L")
    assert grey.width >= paper.picture.width
    assert grey.height >= paper.picture.height
    ink = sum(grey.histogram()[:128]) / (grey.width * grey.height)
    assert 0.01 < ink < 0.3
