"""An ESC/POS printer on the desk of whoever checks one: bytes in, paper out.

Written from the printers' manuals (Epson's command reference) and knowing nothing of the product.
Strict: what a printer would ignore, or print as something else, is an error here.

    python -m tests.support.escpos_decoder FILE [--png OUT]
"""

import argparse
import sys
from pathlib import Path

from PIL import Image

from tests.support.receipt.commands import COMMANDS, name_of
from tests.support.receipt.paper import Paper, Refused
from tests.support.receipt.printer import Printer
from tests.support.receipt.stream import Stream

__all__ = ["DecodeError", "Paper", "decode"]

_LONGEST = max(map(len, COMMANDS))
_SPACE = 0x20
_DELETE = 0x7F


class DecodeError(Exception):
    """What no printer would understand; ``offset`` is where it begins."""

    def __init__(self, reason: str, data: bytes, offset: int) -> None:
        before, after = data[max(0, offset - 8) : offset], data[offset : offset + 12]
        super().__init__(f"{reason} at {offset}: {before.hex(' ')} >{after.hex(' ')}")
        self.offset = offset


def decode(data: bytes, width_dots: int = 576, *, chinese_at_power_up: bool = False) -> list[Paper]:
    """The papers that come out of a printer that was just switched on.

    The last one has ``cut`` None when it wasn't cut; commands that print nothing make no paper. A
    process ID or status request right behind a cut belongs to the paper that was cut.
    ``chinese_at_power_up``: as printers for the Chinese market do, begin (also after ESC @) in
    Chinese mode, without FS &. Raises DecodeError.
    """
    stream = Stream(data)
    printer = Printer(width_dots, chinese_at_power_up)
    while not stream.at_end:
        start = stream.offset
        try:
            _step(printer, stream)
        except Refused as refused:
            raise DecodeError(str(refused), data, start) from None
    try:
        return printer.papers_so_far()
    except Refused as refused:
        raise DecodeError(str(refused), data, len(data)) from None


def _step(printer: Printer, stream: Stream) -> None:
    for length in range(_LONGEST, 0, -1):
        prefix = stream.peek(length)
        if len(prefix) == length and prefix in COMMANDS:
            stream.take(length)
            printer.obey(name_of(prefix), COMMANDS[prefix], stream)
            return
    first = stream.peek(1)[0]
    if first < _SPACE or first == _DELETE:
        raise Refused("unknown command")
    printer.print_text(stream)


def stack(papers: list[Paper]) -> Image.Image:
    """All papers in one picture, one below the other."""
    gap = 8
    height = sum(paper.image.height + gap for paper in papers)
    whole = Image.new("1", (max((paper.image.width for paper in papers), default=1), height or 1))
    top = 0
    for paper in papers:
        whole.paste(paper.seen, (0, top))
        top += paper.image.height + gap
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Print the text lines of a file of printer bytes, an empty line between papers."""
    parser = argparse.ArgumentParser(prog="escpos_decoder", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--png", type=Path, help="draw the papers into this file")
    parser.add_argument("--width", type=int, default=576, help="dots across the paper")
    asked = parser.parse_args(arguments)
    try:
        papers = decode(asked.file.read_bytes(), asked.width)
    except DecodeError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n\n".join(paper.text for paper in papers))
    if asked.png:
        stack(papers).save(asked.png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
