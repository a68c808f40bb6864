"""The decoder against byte strings put together by hand from the manuals."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.support.escpos_decoder import DecodeError, Paper, decode, main

INIT = b"\x1b@"
CUT = b"\x1dV\x00"
FENCE = b"\x1d(H\x06\x0000"


def only(data: bytes, width_dots: int = 576) -> Paper:
    [paper] = decode(data, width_dots)
    return paper


def black(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all black dots: left, top, right, bottom."""
    return ImageChops.invert(image.convert("L")).getbbox()


def raster(width: int, height: int, mode: int = 0) -> bytes:
    """GS v 0 with a solid black picture."""
    size = bytes([width // 8 % 256, width // 8 // 256, height % 256, height // 256])
    return b"\x1dv0" + bytes([mode]) + size + b"\xff" * (width // 8 * height)


def qr(data: bytes, module: int = 4, correction: int = 48) -> bytes:
    """Functions 165, 167, 169, 180 and 181 of GS ( k."""
    stored = len(data) + 3
    return (
        b"\x1d(k\x04\x001A2\x00"
        + b"\x1d(k\x03\x001C"
        + bytes([module])
        + b"\x1d(k\x03\x001E"
        + bytes([correction])
        + b"\x1d(k"
        + bytes([stored % 256, stored // 256])
        + b"1P0"
        + data
        + b"\x1d(k\x03\x001Q0"
    )


class TestText:
    @pytest.mark.parametrize(
        ("data", "lines"),
        [
            (b"A001\n", ["A001"]),
            (b"A001\n\n\nB002\n", ["A001", "B002"]),
            (b"A001\r\nB002\r\n", ["A001", "B002"]),
            (b"A001\x1bd\x03B002\x1bJ\x10", ["A001", "B002"]),
            (b"a\tb\n", ["a       b"]),
            (b"12345678\tb\n", ["12345678        b"]),
            (b"\x1bt\x11\x8e\xe7\xa5\xe0\xa5\xa4\xec\n", ["Очередь"]),
            (b"\x1bt\x12\x9f\xa1slo \xe7\n", ["číslo š"]),
            (b"\x1bt\x2e\xd2\xe0\xeb\xee\xed\n", ["Талон"]),
            (b"\x1bt\x2d\x8a\x9e\n", ["Šž"]),
            (b"\x1bt\x35\x8e\n", ["Һ"]),
            (b"\x80\n", ["Ç"]),
            (b"\x1c&\xc4\xfa\xba\xc3 A001\x1c.\x80\n", ["您好 A001Ç"]),
            (b"\x1c&\x81\x40\n", ["丂"]),
        ],
    )
    def test_lines(self, data: bytes, lines: list[str]) -> None:
        paper = only(INIT + data + CUT)
        assert paper.lines == lines
        assert paper.text == "\n".join(lines)

    def test_a_chinese_printer_pairs_bytes_until_it_is_told_not_to(self) -> None:
        data = INIT + b"\x1bt\x11\xc4\xfa\x1c.\x80\n" + INIT + b"\xba\xc3\n"
        [paper] = decode(data, chinese_at_power_up=True)
        assert paper.lines == ["您А", "好"]

    def test_initialising_goes_back_to_the_first_code_page(self) -> None:
        assert only(b"\x1bt\x11\x80\n" + INIT + b"\x80\n").lines == ["А", "Ç"]

    @pytest.mark.parametrize(("width", "per_line"), [(576, 48), (384, 32)], ids=["80 mm", "58 mm"])
    def test_long_lines_wrap_where_the_paper_ends(self, width: int, per_line: int) -> None:
        paper = only(b"x" * (per_line + 5) + b"\n", width)
        assert paper.lines == ["x" * per_line, "x" * 5]

    def test_wide_and_chinese_characters_take_more_room(self) -> None:
        assert only(b"\x1d!\x10" + b"x" * 30 + b"\n").lines == ["x" * 24, "x" * 6]
        assert only(b"\x1bM\x01" + b"x" * 64 + b"\n").lines == ["x" * 64]
        chinese = only(b"\x1c&" + b"\xba\xc3" * 25 + b"\n")
        assert chinese.lines == ["好" * 24, "好"]

    def test_margins_leave_less_room(self) -> None:
        paper = only(b"\x1dL\x60\x00\x1dW\xe0\x01" + b"x" * 41 + b"\n")
        assert paper.lines == ["x" * 40, "x"]

    def test_sizes_are_told_line_by_line(self) -> None:
        data = b"a\n\x1d!\x33A001\n\x1d!\x00b\x1d!\x12c\n\x1d!\x00\x1b!\x30d\n"
        assert only(data).sizes == [(1, 1), (4, 4), (2, 3), (2, 2)]

    def test_chinese_follows_the_last_of_both_size_commands(self) -> None:
        char = b"\xba\xc3\n"
        data = b"\x1c&\x1d!\x11" + char + b"\x1c!\x00" + char + b"\x1c!\x0c" + char
        assert only(data).sizes == [(2, 2), (1, 1), (2, 2)]

    def test_looks_change_no_text(self) -> None:
        data = b"\x1bE\x01\x1bG\x01\x1b-\x02\x1dB\x01\x1bR\x00\x1cS\x00\x00\x1cC\x00\x1c-\x01a\n"
        assert only(data).lines == ["a"]


class TestPaperMovement:
    @pytest.mark.parametrize(
        ("data", "height"),
        [
            (b"a\n", 30),
            (b"\n", 30),
            (b"\x1b3\x40a\n", 64),
            (b"\x1b3\x40\x1b2a\n", 30),
            (b"\x1b3\x00a\n", 24),
            (b"\x1d!\x03a\n", 96),
            (b"a\x1bd\x05", 150),
            (b"\x1bd\x05", 150),
            (b"\x1bJ\xc8", 200),
            (b"a\x1bJ\x08", 24),
            (b"\x1dh\x50\x1dk\x04A001\x00", 80),
            (b"\x1dh\x50\x1dw\x02\x1dH\x02\x1dkI\x04A001", 80),
            (raster(8, 7), 7),
            (raster(8, 7, mode=2), 14),
        ],
    )
    def test_height(self, data: bytes, height: int) -> None:
        assert only(data).image.size == (576, height)

    def test_a_picture_stands_below_the_text_before_it(self) -> None:
        paper = only(b"a\n\x1bJ\x0a" + raster(16, 5))
        assert black(paper.image) == (0, 40, 16, 45)
        assert paper.image.height == 45


class TestPictures:
    @pytest.mark.parametrize(("alignment", "left"), [(0, 0), (1, 280), (2, 560), (0x31, 280)])
    def test_raster_is_aligned(self, alignment: int, left: int) -> None:
        paper = only(b"\x1ba" + bytes([alignment]) + raster(16, 3))
        assert black(paper.image) == (left, 0, left + 16, 3)

    def test_raster_starts_at_the_margin(self) -> None:
        assert black(only(b"\x1dL\x40\x00" + raster(16, 3)).image) == (64, 0, 80, 3)

    def test_raster_dot_by_dot(self) -> None:
        paper = only(b"\x1dv0\x00\x02\x00\x02\x00\x80\x01\x00\x10", 16)
        dots = {
            (x, y)
            for x in range(16)
            for y in range(paper.image.height)
            if paper.image.getpixel((x, y)) == 0
        }
        assert dots == {(0, 0), (15, 0), (11, 1)}

    @pytest.mark.parametrize(
        ("mode", "box"), [(0, (8, 3)), (1, (16, 3)), (2, (8, 6)), (3, (16, 6)), (0x33, (16, 6))]
    )
    def test_raster_enlarged(self, mode: int, box: tuple[int, int]) -> None:
        assert black(only(raster(8, 3, mode)).image) == (0, 0, *box)

    def test_bands_meet_without_a_gap(self) -> None:
        paper = only(raster(576, 24) + b"\x1bJ\x10" + raster(576, 8))
        rows = [paper.image.getpixel((100, y)) == 0 for y in range(48)]
        assert rows == [True] * 24 + [False] * 16 + [True] * 8

    @pytest.mark.parametrize(
        ("mode", "columns", "box"),
        [
            (0, b"\x80\x80", (4, 3)),
            (1, b"\x80\x80", (2, 3)),
            (32, b"\x80\x00\x01" * 2, (4, 24)),
            (33, b"\x80\x00\x01" * 2, (2, 24)),
        ],
    )
    def test_bit_image(self, mode: int, columns: bytes, box: tuple[int, int]) -> None:
        paper = only(b"\x1b*" + bytes([mode, 2, 0]) + columns + b"\n")
        assert black(paper.image) == (0, 0, *box)

    def test_bit_image_stands_behind_the_text_of_its_line(self) -> None:
        paper = only(b"ab\x1b*\x21\x01\x00\xff\xff\xff\n")
        assert black(paper.image) == (24, 0, 25, 24)

    @pytest.mark.parametrize("large", [False, True])
    def test_graphics_are_stored_and_then_printed(self, large: bool) -> None:
        stored = b"0p0\x02\x011\x0a\x00\x03\x00" + b"\xff\xc0" * 3
        store = b"\x1d8L\x10\x00\x00\x00" if large else b"\x1d(L\x10\x00"
        paper = only(b"a\n" + store + stored + b"b\n\x1d(L\x02\x0002")
        assert black(paper.image) == (0, 60, 20, 63)

    def test_a_picture_is_returned_as_one_bit(self) -> None:
        assert only(b"a\n").image.mode == "1"


class TestQr:
    def test_contents(self) -> None:
        url = b"https://branch.example/t/5f2c"
        paper = only(b"\x1ba\x01" + qr(url) + b"below\n" + qr("票 A001".encode()))
        assert paper.qr == [url.decode(), "票 A001"]
        assert paper.lines == ["below"]

    def test_it_takes_the_room_of_its_version(self) -> None:
        assert only(qr(b"x" * 17, module=4)).image.height == 21 * 4
        assert only(qr(b"x" * 17, module=4, correction=51)).image.height == 29 * 4

    def test_storing_alone_prints_nothing(self) -> None:
        assert only(b"\x1d(k\x07\x001P0A001a\n").qr == []


class TestCuts:
    @pytest.mark.parametrize(
        ("cut", "how", "height"),
        [
            (b"\x00", "full", 30),
            (b"0", "full", 30),
            (b"\x01", "partial", 30),
            (b"1", "partial", 30),
            (b"\x41\x20", "full", 62),
            (b"\x42\x00", "partial", 30),
            (b"\x42\x60", "partial", 126),
        ],
    )
    def test_kinds(self, cut: bytes, how: str, height: int) -> None:
        paper = only(b"a\n\x1dV" + cut)
        assert (paper.cut, paper.image.height) == (how, height)

    def test_papers_are_split_and_the_last_may_hang(self) -> None:
        papers = decode(b"a\n" + CUT + b"b\n" + CUT + b"c\n")
        assert [(paper.text, paper.cut) for paper in papers] == [
            ("a", "full"),
            ("b", "full"),
            ("c", None),
        ]

    def test_settings_outlive_a_cut(self) -> None:
        papers = decode(b"\x1ba\x02\x1bt\x11\x80\n" + CUT + b"\x80\n" + raster(8, 1) + CUT)
        assert papers[1].lines == ["А"]
        assert black(papers[1].image) == (568, 30, 576, 31)

    def test_a_process_id_behind_the_cut_belongs_to_the_paper_cut(self) -> None:
        data = INIT + b"a\n" + CUT + FENCE + b"A001" + INIT + b"b\n" + CUT + FENCE + b"~ !z"
        papers = decode(data)
        assert [paper.process_ids for paper in papers] == [["A001"], ["~ !z"]]
        assert papers[0].commands == ["ESC @", "text", "LF", "GS V", "GS ( H"]

    def test_a_process_id_before_the_cut_does_too(self) -> None:
        assert only(b"a\n" + FENCE + b"A001" + CUT).process_ids == ["A001"]

    def test_questions_alone_make_no_paper(self) -> None:
        assert decode(INIT + b"\x10\x04\x01\x1dr\x01\x1da\xff\x1dI\x43") == []

    def test_commands_are_named_as_in_the_manual(self) -> None:
        data = (
            b"\x10\x04\x04\x10\x05\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x18"
            b"\x1ba\x00\x1c&\xba\xc3\x1c.a\r\n" + raster(8, 1) + qr(b"A") + b"\x1dr1"
        )
        assert only(data).commands == [
            *("DLE EOT", "DLE ENQ", "DLE DC4", "CAN", "ESC a"),
            *("FS &", "text", "FS .", "text", "CR", "LF", "GS v 0"),
            *["GS ( k"] * 5,
            "GS r",
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "reason", "offset"),
        [
            (b"ab\x1bz", "unknown command", 2),
            (b"\x00", "unknown command", 0),
            (b"a\x7f", "unknown command", 1),
            (b"\x1d(Z\x00\x00", "unknown command", 0),
            (b"a\n\x1b", "unknown command", 2),
            (b"\x1ba", "ends 1 bytes too early", 0),
            (b"\x1ba\x03", "parameter 3", 0),
            (b"\x1bt\xc8\n", "parameter 200", 0),
            (b"\x1dV\x02", "parameter 2", 0),
            (b"\x1dv0\x00\x02\x00\x02\x00\xff\xff\xff", "ends 1 bytes too early", 0),
            (b"\x1dv0\x00\x00\x00\x01\x00", "a picture of 0 by 1", 0),
            (raster(584, 1), "584 dots on 576", 0),
            (b"a" + raster(8, 1), "graphics within a line", 1),
            (b"a\x1ba\x01\n", "within a line", 1),
            (b"a" + CUT, "a cut within a line", 1),
            (b"a\x1dV\x42\x00", "a cut within a line", 1),
            (b"a" + INIT, "ESC @ within a line", 1),
            (b"\x1c&\xba", "ends 1 bytes too early", 2),
            (b"\x1c&\x810\x8d0\n", "no two-byte character", 2),
            (b"\x1bt\x2f\xaa\n", "not in code page 47", 3),
            (b"\x1bR\x0f$5\n", "country 15", 3),
            (b"\x1d!\x08", "beyond eight times", 0),
            (b"\x1d(k\x03\x001Q0", "no QR data", 0),
            (b"\x1d(k\x03\x001C\x11", "parameter 17", 0),
            (b"\x1d(k\x04\x001C\x04\x00", "1 bytes too many", 0),
            (b"\x1d(k\x03\x000C\x04", "other than QR", 0),
            (b"\x1d(L\x02\x0002", "no graphics are stored", 0),
            (b"\x1d(H\x06\x0000A\x1fBC", "other codes than 20 to 7E", 0),
            (b"\x1d(H\x05\x0000ABC", "ends 1 bytes too early", 0),
            (b"\x1dk\x04A001", "closing NUL", 0),
            (b"\x10\x14\x08\x00\x00\x00\x00\x00\x00\x00", "only 01 03 14", 0),
            (b"a\nleft over", "end of the data within a line", 11),
        ],
    )
    def test_what_no_printer_would_print(self, data: bytes, reason: str, offset: int) -> None:
        with pytest.raises(DecodeError, match=reason) as caught:
            decode(data)
        assert caught.value.offset == offset

    def test_the_error_shows_the_bytes_around_it(self) -> None:
        with pytest.raises(DecodeError, match=r"at 4: 41 30 30 31 >1b 7a 05$"):
            decode(b"A001\x1bz\x05")

    @given(st.binary(max_size=200))
    def test_any_bytes_give_papers_or_a_decode_error(self, data: bytes) -> None:
        papers: list[Paper] = []
        with contextlib.suppress(DecodeError):
            papers = decode(data)
        assert all(len(paper.lines) == len(paper.sizes) for paper in papers)

    @given(st.text(st.characters(codec="cp866", exclude_categories=["Cc"]), max_size=48))
    def test_what_a_code_page_holds_comes_back(self, text: str) -> None:
        papers = decode(b"\x1bt\x11" + text.encode("cp866") + b"\n")
        assert papers[0].lines == ([text] if text else [])

    @given(
        st.text(
            st.characters(codec="gb2312", exclude_categories=["Cc"], min_codepoint=0x80),
            max_size=24,
        )
    )
    def test_chinese_comes_back(self, text: str) -> None:
        papers = decode(b"\x1c&" + text.encode("gb18030") + b"\n")
        assert papers[0].lines == ([text] if text else [])


class TestCommandLine:
    def test_it_prints_the_lines_and_draws_the_picture(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file, picture = tmp_path / "slip.bin", tmp_path / "slip.png"
        file.write_bytes(INIT + b"A001\nCash\n" + raster(16, 4) + CUT + b"B002\n" + CUT)
        assert main([str(file), "--png", str(picture)]) == 0
        assert capsys.readouterr().out == "A001\nCash\n\nB002\n"
        with Image.open(picture) as drawn:
            assert drawn.size == (576, 64 + 30 + 2 * 8)

    def test_it_says_what_is_wrong(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "slip.bin"
        file.write_bytes(b"A001\x1bz")
        assert main([str(file)]) == 1
        assert "unknown command at 4" in capsys.readouterr().err
