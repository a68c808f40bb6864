"""What the encoder sends, read by a decoder that doesn't know the product."""

import gc
import tracemalloc

import pytest
from PIL import Image, ImageChops

from kiosk.domain.slip import Slip
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.layout import Rule, Text, slip_lines
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import picture
from tests.printer.slips import FOLLOW_URL, LANGUAGES, slip
from tests.support.escpos_decoder import Paper, decode

IN_CODE_PAGES = ("zh", "en", "ru", "cs")
WIDTHS = (80, 58)


def sent(of: Slip, mode: TextMode, *, width_mm: int = 80, serial: bool = True) -> bytes:
    return SlipEncoder(PrinterProfile(width_mm), mode, serial=serial).encode(of)


def ink(of: Paper) -> Image.Image:
    """The decoder's paper is white; the product's pictures are ink."""
    return ImageChops.invert(of.image.convert("L")).convert("1")


def paper(data: bytes, width_mm: int = 80, *, chinese_at_power_up: bool = True) -> Paper:
    dots = PrinterProfile(width_mm).dots
    [only] = decode(data, dots, chinese_at_power_up=chinese_at_power_up)
    return only


@pytest.mark.parametrize("chinese_at_power_up", [True, False])
@pytest.mark.parametrize("language", IN_CODE_PAGES)
def test_code_pages_say_exactly_the_text(language: str, chinese_at_power_up: bool) -> None:
    of = slip(language, copy=True, priority=True, follow_url=FOLLOW_URL)
    decoded = paper(sent(of, TextMode.CODEPAGE), chinese_at_power_up=chinese_at_power_up)
    said = [line.text for line in slip_lines(of) if isinstance(line, Text)]
    assert [line for line in decoded.lines if line.strip("-")] == said
    assert decoded.qr == [FOLLOW_URL]


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("mode", [TextMode.BANDED, TextMode.RASTER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drawn_slip_is_the_picture_to_the_dot(
    language: str, mode: TextMode, width_mm: int
) -> None:
    of = slip(language, priority=True, follow_url=FOLLOW_URL)
    decoded = paper(sent(of, mode, width_mm=width_mm), width_mm)
    drawn = picture(slip_lines(of), PrinterProfile(width_mm).dots)
    assert decoded.image.size == drawn.size
    same = ink(decoded).tobytes() == drawn.tobytes()
    assert same
    assert decoded.lines == []


@pytest.mark.parametrize("mode", TextMode)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slip_ends_with_one_cut_that_leaves_it_hanging(language: str, mode: TextMode) -> None:
    data = sent(slip(language), mode)
    assert data.startswith(b"\x1b@")
    assert data.endswith(b"\x1dVB\x00")


@pytest.mark.parametrize(
    ("mode", "serial", "language", "as_text"),
    [
        (TextMode.AUTO, True, "zh", True),
        (TextMode.AUTO, True, "kk", True),
        (TextMode.AUTO, False, "zh", False),
        (TextMode.CODEPAGE, False, "zh", True),
        (TextMode.BANDED, True, "en", False),
    ],
)
def test_how_a_slip_is_sent(mode: TextMode, serial: bool, language: str, as_text: bool) -> None:
    decoded = paper(sent(slip(language), mode, serial=serial))
    assert bool(decoded.lines) is as_text


def test_a_line_with_a_letter_of_no_page_is_drawn_and_the_others_are_text() -> None:
    of = slip("en", service="Қолма-қол 500 ₸", people_ahead=None)
    decoded = paper(sent(of, TextMode.AUTO))
    assert [line for line in decoded.lines if line.strip("-")] == [
        "Science Park",
        "A036",
        "2026-11-22  09:05",
    ]
    lines = [line for line in slip_lines(of) if isinstance(line, Text) and line.text == of.service]
    drawn = picture(lines, PrinterProfile().dots)
    printed = ink(decoded)
    box = printed.getbbox()
    assert box is not None
    assert printed.crop(box).tobytes() == drawn.crop(drawn.getbbox()).tobytes()


def test_the_number_is_eight_times_the_printers_type_and_shrinks_to_fit() -> None:
    sizes = [
        paper(sent(slip(number=number), TextMode.CODEPAGE, width_mm=58), 58).sizes[1]
        for number in ("A036", "A1000")
    ]
    assert sizes == [(8, 8), (6, 6)]


def test_a_long_service_is_wrapped_between_words() -> None:
    service = "Corporate accounts, guarantees and letters of credit"
    lines = paper(sent(slip(service=service), TextMode.CODEPAGE, width_mm=58), 58).lines
    assert lines[2:4] == ["Corporate accounts, guarantees", "and letters of credit"]


def test_a_rule_is_drawn_in_every_mode() -> None:
    assert Rule() in slip_lines(slip())
    assert "-" * 24 in paper(sent(slip(), TextMode.CODEPAGE)).lines


@pytest.mark.parametrize(
    ("mode", "seconds"), [(TextMode.CODEPAGE, 0.25), (TextMode.BANDED, 6.0)], ids=str
)
def test_a_chinese_slip_with_a_code_takes_no_longer_on_the_wire(
    mode: TextMode, seconds: float
) -> None:
    of = slip("zh", priority=True, wait_minutes=25, follow_url=FOLLOW_URL)
    data = sent(of, mode)
    assert len(data) * 10 / 19_200 <= seconds


def test_a_slip_leaves_nothing_large_for_the_collector_which_seldom_comes() -> None:
    """P11: a day's slips would be 36 kB each."""
    encoder = SlipEncoder(PrinterProfile(), TextMode.AUTO, serial=False)
    encoder.encode(slip("zh"))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(10):
            encoder.encode(slip("zh"))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert held < 100_000
