from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.printer.layout import Align, Feed, QrCode, Rule, Size, Text
from kiosk.printer.raster import Band, bands, picture

DOTS = 576


def put_together(found: list[Band], blank: int, width: int) -> Image.Image:
    """The paper that a printer makes of centred bands."""
    images = [drawn(band) for band in found]
    inked = sum(image.height for image in images)
    height = sum(band.blank_rows for band in found) + inked + blank
    paper = Image.new("1", (width, height))
    top = 0
    for band, image in zip(found, images, strict=True):
        top += band.blank_rows
        paper.paste(image, ((width - image.width) // 2, top))
        top += image.height
    return paper


def drawn(band: Band) -> Image.Image:
    size = band.width_bytes * 8, len(band.data) // band.width_bytes
    times = 2 if band.doubled else 1
    image = Image.frombytes("1", size, band.data)
    return image.resize((size[0] * times, size[1] * times), Image.Resampling.NEAREST)


@given(
    width=st.sampled_from([64, 384, 576]),
    dots=st.lists(st.tuples(st.integers(0, 575), st.integers(0, 40)), max_size=30),
)
def test_bands_put_together_are_the_picture(width: int, dots: list[tuple[int, int]]) -> None:
    image = Image.new("1", (width, 41))
    for x, y in dots:
        image.putpixel((x % width, y), 255)
    found, blank = bands(image)
    assert put_together(found, blank, width).tobytes() == image.tobytes()
    assert all(band.data.strip(b"\0") for band in found)


def test_a_blank_picture_has_no_bands() -> None:
    assert bands(Image.new("1", (DOTS, 50))) == ([], 50)


def test_a_band_holds_only_what_is_inked() -> None:
    image = Image.new("1", (DOTS, 100))
    image.paste(255, (280, 20, 296, 30))
    [band], blank = bands(image)
    assert (band.blank_rows, band.width_bytes, len(band.data), blank) == (20, 2, 10, 70)
    assert band.doubled


@given(dots=st.lists(st.tuples(st.integers(0, 95), st.integers(0, 9)), min_size=1, max_size=30))
def test_what_is_made_of_dots_two_by_two_takes_a_quarter(dots: list[tuple[int, int]]) -> None:
    small = Image.new("1", (96, 10))
    for x, y in dots:
        small.putpixel((x, y), 255)
    large = small.resize((192, 20), Image.Resampling.NEAREST)
    found, blank = bands(large)
    assert all(band.doubled for band in found)
    assert put_together(found, blank, 192).tobytes() == large.tobytes()
    plain, _ = bands(small)
    assert sum(len(band.data) for band in found) <= sum(len(band.data) for band in plain)


def test_a_code_takes_a_quarter_and_words_are_as_they_were() -> None:
    [code], _ = bands(picture([QrCode("https://queue.example/t/0123")], DOTS))
    assert code.doubled
    [words, *_], _ = bands(picture([Text("Cash", Size.LARGE)], DOTS))
    assert not words.doubled


def test_lines_stand_below_one_another_in_the_middle() -> None:
    image = picture([Text("II", Size.LARGE), Feed(40), QrCode("x")], DOTS)
    left, _, right, bottom = image.getbbox() or (0, 0, 0, 0)
    assert abs((left + right) - DOTS) <= 2
    assert bottom == image.height


def test_a_text_may_stand_left() -> None:
    box = picture([Text("II", align=Align.LEFT)], DOTS).getbbox()
    assert box is not None
    assert box[0] < 8


def test_a_rule_is_ink() -> None:
    assert picture([Rule()], DOTS).getbbox() == (144, 0, 432, 2)


def test_a_long_number_gets_smaller_and_never_breaks() -> None:
    narrow = [picture([Text(number, Size.HUGE, bold=True)], 384) for number in ("A036", "A10000")]
    heights = [image.height for image in narrow]
    assert heights[0] > heights[1] > 0
    assert all(image.getbbox() for image in narrow)


def test_what_fits_at_no_size_is_wrapped() -> None:
    one = picture([Text("Cash")], DOTS).height
    many = picture([Text("Letters of credit and guarantees " * 3)], DOTS)
    assert many.height > one
    assert many.getbbox() is not None


def test_bold_has_more_ink_also_where_the_font_has_no_bold() -> None:
    for text in ("Cash", "现金"):
        plain, bold = (
            picture([Text(text, Size.LARGE, bold=weight)], DOTS).tobytes()
            for weight in (False, True)
        )
        assert ink(bold) > ink(plain) * 1.1


def ink(data: bytes) -> int:
    return sum(byte.bit_count() for byte in data)
