"""A branch on two serial lines, reader and printer: one ticket, seen from every side."""

from pathlib import Path

from tests.day.branchday import follow_one_ticket
from tests.support.farprinter import FarPrinter
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine

DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{reader}"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "{printer}"
"""


def test_a_swipe_becomes_a_slip_on_a_serial_printer_and_a_call_on_the_board(tmp_path: Path) -> None:
    with (
        SerialLine(tmp_path, "ttyReader") as reader,
        SerialLine(tmp_path, "ttyPrinter") as line,
        FarPrinter(line) as printer,
    ):
        branch = RunningBranch(tmp_path, DEVICES.format(reader=reader.port, printer=line.port))
        try:
            paper = follow_one_ticket(branch, reader, printer)
        finally:
            branch.stop()
    assert "V001" in paper.lines
    assert "Science Park" in paper.lines
    assert len(printer.slips) == 1
