"""A site that greets clients by name on their slips: the name is on paper and nowhere else."""

import hashlib
from pathlib import Path

from tests.day.branchday import PREFERRED, follow_one_ticket
from tests.day.test_serial_branch import DEVICES
from tests.support.farprinter import FarPrinter
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine

NAMES = "[slip]\nnames = true\n"
WHERE_CLIENTS_ARE_KEPT = "clients.db"


def test_a_name_is_on_the_slip_and_in_no_event_log_or_file(tmp_path: Path) -> None:
    """OPR-34; no personal data in events."""
    with (
        SerialLine(tmp_path, "ttyReader") as reader,
        SerialLine(tmp_path, "ttyPrinter") as line,
        FarPrinter(line) as printer,
    ):
        devices = NAMES + DEVICES.format(reader=reader.port, printer=line.port)
        branch = RunningBranch(tmp_path, devices)
        try:
            paper = follow_one_ticket(branch, reader, printer)
        finally:
            branch.stop()
    [greeting] = [text for text in paper.lines if text.startswith("Good ")]
    assert greeting.endswith(f", Ms {PREFERRED.surname}")
    kept = b"".join(
        file.read_bytes()
        for file in (branch.output, *branch.var.rglob("*"))
        if file.is_file() and not file.name.startswith(WHERE_CLIENTS_ARE_KEPT)
    )
    assert b"V001" in kept
    assert PREFERRED.surname.encode() not in kept
    # Nor can it be found by trying names: the digest that is kept is of the slip without one.
    sent = printer.slips[0]
    digests = [hashlib.sha256(data).hexdigest() for data in (sent, sent.removeprefix(b"\x1b@"))]
    assert [digest for digest in digests if digest.encode() in kept] == []
