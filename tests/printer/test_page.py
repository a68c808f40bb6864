"""The bytes of a slip, as Epson's ESC/POS command reference has them."""

from collections.abc import Callable

import pytest

from kiosk.printer.layout import Align
from kiosk.printer.page import Page


def codes(*steps: Callable[[Page], None]) -> bytes:
    """What the steps add to a page that has just been begun."""
    page = Page()
    begun = bytes(page)
    for step in steps:
        step(page)
    assert bytes(page).startswith(begun)
    return bytes(page).removeprefix(begun)


def test_a_page_begins_with_the_initialisation() -> None:
    assert bytes(Page()) == bytes.fromhex("1b 40")


@pytest.mark.parametrize(
    ("align", "sent"),
    [(Align.LEFT, "1b 61 00"), (Align.CENTRE, "1b 61 01"), (Align.RIGHT, "1b 61 02")],
)
def test_where_a_line_stands(align: Align, sent: str) -> None:
    assert codes(lambda page: page.align(align)) == bytes.fromhex(sent)


@pytest.mark.parametrize(
    ("across", "down", "bold", "sent"),
    [
        (1, 1, False, "1d 21 00 1b 45 00"),
        (1, 2, True, "1d 21 01 1b 45 01"),
        (2, 1, False, "1d 21 10 1b 45 00"),
        (8, 8, True, "1d 21 77 1b 45 01"),
    ],
)
def test_type_is_magnified(across: int, down: int, bold: bool, sent: str) -> None:
    assert codes(lambda page: page.type(across, down, bold=bold)) == bytes.fromhex(sent)


@pytest.mark.parametrize(("across", "down"), [(0, 1), (1, 0), (9, 1), (1, 9)])
def test_type_that_no_printer_has_is_refused(across: int, down: int) -> None:
    with pytest.raises(ValueError, match=f"{across} times as wide and {down} as high"):
        Page().type(across, down, bold=False)


@pytest.mark.parametrize(
    ("dots", "sent"),
    [(0, ""), (16, "1b 4a 10"), (255, "1b 4a ff"), (300, "1b 4a ff 1b 4a 2d")],
)
def test_blank_paper_is_fed_255_dots_at_a_time(dots: int, sent: str) -> None:
    assert codes(lambda page: page.feed(dots)) == bytes.fromhex(sent)


def test_dots_are_sent_in_pieces_that_small_printers_hold() -> None:
    rows = bytes(range(250)) * 8
    sent = codes(lambda page: page.raster(rows, 2))
    first, second = rows[: 2 * 960], rows[2 * 960 :]
    head = bytes.fromhex("1d 76 30 00 02 00")
    assert sent == head + bytes.fromhex("c0 03") + first + head + bytes.fromhex("28 00") + second


def test_a_doubled_picture_says_so() -> None:
    sent = codes(lambda page: page.raster(b"\xf0\x0f", 1, doubled=True))
    assert sent == bytes.fromhex("1d 76 30 03 01 00 02 00 f0 0f")


def test_a_code_is_the_printers_own() -> None:
    """Model 2, modules of four dots, level M, the content, print."""
    sent = codes(lambda page: page.qr("https://a", 4))
    assert sent == (
        b"\x1d(k\x04\x001A2\x00"
        b"\x1d(k\x03\x001C\x04"
        b"\x1d(k\x03\x001E1"
        b"\x1d(k\x0c\x001P0https://a"
        b"\x1d(k\x03\x001Q0"
    )


@pytest.mark.parametrize(("cutter", "sent"), [(True, "1d 56 42 00"), (False, "1b 64 05")])
def test_the_end_of_a_slip(cutter: bool, sent: str) -> None:
    assert codes(lambda page: page.cut(cutter=cutter)) == bytes.fromhex(sent)
