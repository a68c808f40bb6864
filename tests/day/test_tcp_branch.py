"""A branch with a network printer: one ticket, seen from every side; the slip comes as dots."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.day.branchday import follow_one_ticket
from tests.support.escpos_decoder import Paper
from tests.support.farprinter import FarPrinter, Network
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine

DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{reader}"

[[printer]]
id = "slip"
driver = "escpos-tcp"
host = "127.0.0.1"
port = {printer}
"""


@pytest.mark.skipif(
    not shutil.which("tesseract"), reason="tesseract, which reads the dots, is missing"
)
def test_a_swipe_becomes_a_slip_on_a_network_printer_and_a_call_on_the_board(
    tmp_path: Path,
) -> None:
    with (
        SerialLine(tmp_path, "ttyReader") as reader,
        Network() as line,
        FarPrinter(line) as printer,
    ):
        branch = RunningBranch(tmp_path, DEVICES.format(reader=reader.port, printer=line.port))
        try:
            paper = follow_one_ticket(branch, reader, printer)
        finally:
            branch.stop()
    assert number_on(paper, tmp_path / "number.png") == "V001"
    assert len(printer.slips) == 1


def number_on(paper: Paper, picture: Path) -> str:
    """What is written largest on a piece of paper that was printed as dots."""
    ink = ImageOps.invert(paper.image.convert("L"))
    tallest = max(inked_bands(ink), key=lambda band: band[1] - band[0])
    large = ink.crop((0, tallest[0], ink.width, tallest[1]))
    small = ImageOps.invert(large).resize((large.width * 30 // large.height, 30))  # as in a book
    ImageOps.expand(small, 20, fill=255).save(picture)
    letters = "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    argv = ["tesseract", str(picture), "-", "-l", "eng", "--psm", "7", "-c", letters]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def inked_bands(ink: Image.Image) -> list[tuple[int, int]]:
    """First and last row of each line of print."""
    inked = [
        ink.crop((0, row, ink.width, row + 1)).getbbox() is not None for row in range(ink.height)
    ]
    edges = [
        row
        for row, (before, here) in enumerate(zip([False, *inked], [*inked, False], strict=True))
        if before != here
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
