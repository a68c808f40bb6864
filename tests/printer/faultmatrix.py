"""The printer fault matrix (R3): one table that the tests live through and the documents show.

Each cell is one customer's slip with a fault before it, between the printer's *ready* and the first
byte, or after it; then the fault is mended and the next customer's slip is printed.

    python -m tests.printer.faultmatrix > docs/printer-faults.md
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.display.screen import slip_words
from kiosk.domain.device import Fault
from kiosk.domain.slip import SlipState
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import Cable

PRINTED, FAILED, UNKNOWN = SlipState.PRINTED, SlipState.FAILED, SlipState.UNKNOWN


class Moment(StrEnum):
    """When the fault begins."""

    BEFORE = "before the slip"
    DURING = "during the slip"
    AFTER = "after the slip"


@dataclass
class Bench:
    """What hands can reach."""

    printer: SimulatedPrinter
    cable: Cable


Hands = Callable[[Bench], object]


@dataclass(frozen=True)
class Cell:
    """What is to come of it."""

    outcome: SlipState
    told: Fault | None
    """To staff, as the device's condition; None: nothing is."""
    slips: int
    """Pieces of paper with this ticket's number, once all is mended."""


@dataclass(frozen=True)
class Row:
    """One thing that can be wrong."""

    name: str
    spoil: Hands
    mend: Hands
    cells: tuple[Cell, Cell, Cell]

    def cell(self, moment: Moment) -> Cell:
        """What this fault does at that moment."""
        return self.cells[list(Moment).index(moment)]


def _nothing(_: Bench) -> None:
    """It mends itself."""


def _jam(bench: Bench) -> None:
    bench.printer.mechanism.jam_cutter()


def _paper_for_a_moment(bench: Bench) -> None:
    bench.printer.mechanism.run_out_of_paper()
    bench.cable.later(0.15, bench.printer.mechanism.load_paper)


def _well(told: Fault | None) -> Cell:
    return Cell(PRINTED, told, 1)


MATRIX = (
    Row(
        "switched off",
        lambda b: b.printer.unplug(),
        lambda b: b.printer.plug(),
        (
            Cell(FAILED, Fault.CONNECTION_LOST, 0),
            Cell(UNKNOWN, Fault.CONNECTION_LOST, 0),
            _well(Fault.CONNECTION_LOST),
        ),
    ),
    Row(
        "no paper",
        lambda b: b.printer.mechanism.run_out_of_paper(),
        lambda b: b.printer.mechanism.load_paper(),
        (
            Cell(FAILED, Fault.PAPER_OUT, 0),
            Cell(UNKNOWN, Fault.PAPER_OUT, 0),
            _well(Fault.PAPER_OUT),
        ),
    ),
    Row(
        "cover open",
        lambda b: b.printer.mechanism.open_cover(),
        lambda b: b.printer.mechanism.close_cover(),
        (
            Cell(FAILED, Fault.COVER_OPEN, 0),
            Cell(UNKNOWN, Fault.COVER_OPEN, 0),
            _well(Fault.COVER_OPEN),
        ),
    ),
    Row(
        "cutter stuck",
        _jam,
        lambda b: b.printer.mechanism.clear_jam(),
        (_well(Fault.CUTTER), _well(Fault.CUTTER), _well(None)),
    ),
    Row(
        "mute",
        lambda b: b.printer.answers.go_mute(),
        lambda b: b.printer.answers.go_mute(False),
        (
            Cell(FAILED, Fault.NO_ANSWER, 0),
            Cell(UNKNOWN, Fault.NO_ANSWER, 1),
            _well(Fault.NO_ANSWER),
        ),
    ),
    Row(
        "slower than any model",
        lambda b: b.printer.print_at(40),
        lambda b: b.printer.print_at(10_000),
        (Cell(UNKNOWN, None, 1), Cell(UNKNOWN, None, 1), _well(None)),
    ),
    Row(
        "answers late",
        lambda b: b.printer.answers.be_late(0.3),
        lambda b: b.printer.answers.be_late(0),
        (Cell(FAILED, Fault.NO_ANSWER, 0), _well(Fault.NO_ANSWER), _well(Fault.NO_ANSWER)),
    ),
    Row(
        "unplugged half-way",
        lambda b: b.cable.break_soon(60),
        lambda b: b.cable.plug(),
        (
            Cell(UNKNOWN, Fault.CONNECTION_LOST, 1),
            Cell(UNKNOWN, Fault.CONNECTION_LOST, 1),
            _well(None),
        ),
    ),
    Row(
        "no paper for a moment",
        _paper_for_a_moment,
        _nothing,
        (Cell(FAILED, Fault.PAPER_OUT, 0), _well(Fault.PAPER_OUT), _well(Fault.PAPER_OUT)),
    ),
    Row(
        "wrong replies",
        lambda b: b.cable.tamper(lambda data: bytes(byte | 0x80 for byte in data)),
        lambda b: b.cable.tamper(bytes),
        (
            Cell(FAILED, Fault.NO_ANSWER, 0),
            Cell(UNKNOWN, Fault.NO_ANSWER, 1),
            _well(Fault.NO_ANSWER),
        ),
    ),
    Row(
        "other people's bytes",
        lambda b: b.cable.tamper(lambda data: b"\x00\xff\xc1" + data),
        lambda b: b.cable.tamper(bytes),
        (_well(None), _well(None), _well(None)),
    ),
    Row(
        "paper low",
        lambda b: b.printer.mechanism.run_low(),
        _nothing,
        (_well(Fault.PAPER_LOW), _well(Fault.PAPER_LOW), _well(Fault.PAPER_LOW)),
    ),
)


def table(language: str) -> str:
    """The matrix as Markdown."""
    lines = [
        "# What a printer's faults do",
        "",
        "Lived through by `tests/printer/test_faultmatrix.py` with the driver on a serial line and on "
        "TCP, and",
        "written by `python -m tests.printer.faultmatrix`. Slips are pieces of paper with the customer's",
        "number once the fault is mended, a half one included, counted by the tests' own decoder; the number",
        "stands on the screen in any case. The printer is one that can clear its buffers; one that can't",
        "prints a slip that it has kept, once, when it can again. No paper, cover open and paper low are",
        "lived through on emupos too, where a Python 3.13 is at hand, and counted by it.",
        "",
        "| fault | begins | outcome | the customer reads | staff are told | slips |",
        "|---|---|---|---|---|---|",
    ]
    for row in MATRIX:
        for moment in Moment:
            cell = row.cell(moment)
            words = slip_words(cell.outcome, language)
            told = f"`{cell.told}`" if cell.told else "nothing"
            lines.append(
                f"| {row.name} | {moment} | {cell.outcome} | {words} | {told} | {cell.slips} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table("en"))
