"""The simulated printer's ear and paper: what the product sends, and whatever else comes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.printer.commands import Command, CommandReader
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.layout import QrCode, Text, slip_lines
from kiosk.printer.paper import Paper, PrintedSlip
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import picture
from tests.printer.slips import FOLLOW_URL, LANGUAGES, slip

PROFILE = PrinterProfile()


def heard(*pieces: bytes) -> list[Command]:
    reader = CommandReader()
    return [command for piece in pieces for command in reader.feed(piece)]


def printed(data: bytes) -> PrintedSlip:
    paper = Paper(PROFILE)
    for command in heard(data):
        if command.name == "GS V":
            return paper.cut(data)
        paper.draw(command)
    raise AssertionError("never cut")


@pytest.mark.parametrize("mode", [TextMode.BANDED, TextMode.RASTER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drawn_slip_lies_on_paper_to_the_dot(language: str, mode: TextMode) -> None:
    of = slip(language, follow_url=FOLLOW_URL)
    on_paper = printed(SlipEncoder(PROFILE, mode, serial=True).encode(of)).picture
    drawn = picture(slip_lines(of), PROFILE.dots)
    same = (on_paper.size, on_paper.tobytes()) == (drawn.size, drawn.tobytes())
    assert same


@pytest.mark.parametrize("language", ["zh", "en", "ru", "cs"])
def test_a_slip_in_code_pages_can_be_read_and_looked_at(language: str) -> None:
    of = slip(language, priority=True, follow_url=FOLLOW_URL)
    data = SlipEncoder(PROFILE, TextMode.CODEPAGE, serial=True).encode(of)
    on_paper = printed(data)
    said = [line.text for line in slip_lines(of) if isinstance(line, Text)]
    assert [text for text in on_paper.text if text.strip("-")] == said
    assert QrCode(FOLLOW_URL) in slip_lines(of)
    assert on_paper.data == data
    assert on_paper.png().startswith(b"\x89PNG")


@given(st.integers(1, 40))
def test_it_makes_no_difference_in_what_pieces_a_slip_comes(size: int) -> None:
    data = SlipEncoder(PROFILE, TextMode.CODEPAGE, serial=True).encode(slip("zh"))
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert heard(*pieces) == heard(data)
    assert b"".join(command.raw for command in heard(data)) == data


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b"\x1d(k\x01\x00", b"\x1b!", b"\x1dv0", b"\x1c(A", b"\x10\x14", b"\n"]
            ),
        ),
        max_size=20,
    )
)
@example([b"\x1d(k\x00\x00\n"])
@example([b"\x1d(k\x03\x001Q0"])
@example([b"\x1d(k\x04\x001P0\xff\x1d(k\x03\x001Q0"])
@example([b"\x1dv0\x00\x00\x00\x00\x00\n"])
@example([b"\x1d!\x00\n"])
def test_nothing_that_comes_stops_the_printer(pieces: list[bytes]) -> None:
    paper = Paper(PROFILE)
    for command in heard(*pieces, b"\n" * 300):
        if command.name != "LF":
            paper.draw(command)
    assert paper.cut(b"").picture.width == PROFILE.dots
