"""What is missing at the start is told, doesn't stop the branch, and heals when it comes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.client import Client as BankClient
from kiosk.domain.ids import ClientRef, Language
from tests.cardreader.cards import GOLD
from tests.support.farprinter import FarPrinter
from tests.support.runningbranch import Client, RunningBranch
from tests.support.serialline import SerialLine
from tests.support.waiting import until

DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{folder}/ttyReader"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "{folder}/ttyPrinter"
"""


def ill(well: Client) -> dict[str, str]:
    """The faults that /health tells, by device."""
    health = well.get("/health")
    faults = {one["device"]: one["fault"] for one in health.get("degradations", ())}
    assert health["status"] == ("degraded" if faults else "ready")
    return faults


def test_missing_devices_are_named_and_taken_up_when_they_come(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, DEVICES.format(folder=tmp_path))
    token = branch.token("monitoring", "monitoring")
    reader, line = SerialLine(tmp_path, "ttyReader"), SerialLine(tmp_path, "ttyPrinter")
    with branch:
        well = branch.client(token)
        until(lambda: ill(well) == {"swipe": "notFound", "slip": "notFound"}, "two faults")
        with Client(branch.http) as passer_by:
            assert passer_by.get("/health") == {"status": "degraded"}
        with reader, line, FarPrinter(line):
            until(lambda: ill(well) == {}, "health", 30)


HIDDEN = 'mount --bind /dev/null "$0" && exec "$@"'
MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin") or ""


def _hiding_allowed() -> bool:
    """Whether a file of the system can be hidden from one process."""
    return not subprocess.run(
        ["unshare", "-m", "sh", "-c", HIDDEN, MOSQUITTO, "true"], capture_output=True, check=False
    ).returncode


@pytest.mark.skipif(not _hiding_allowed(), reason="to hide a file needs unshare, and root")
def test_a_branch_without_a_broker_works_and_finds_one_that_is_installed_later(
    tmp_path: Path,
) -> None:
    branch = RunningBranch(tmp_path)
    tokens = {role: branch.token(role, role) for role in ("monitoring", "terminal")}
    branch.start(("unshare", "-m", "sh", "-c", HIDDEN, MOSQUITTO))
    try:
        well = branch.client(tokens["monitoring"])
        until(lambda: ill(well) == {"broker": "notFound"}, "fault of the broker")
        [detail] = [one["detail"] for one in well.get("/health")["degradations"]]
        assert "install the Debian package mosquitto" in detail
        ticket = branch.client(tokens["terminal"]).post("/tickets", {"service": "cash"})
        assert ticket["number"] == "A001"
        inside = ["nsenter", "-t", str(branch.pid), "-m"]
        subprocess.run([*inside, "umount", MOSQUITTO], check=True)
        until(lambda: ill(well) == {}, "health", 30)
    finally:
        branch.stop()


@pytest.mark.parametrize("damage", ["overwritten", "gone"])
def test_a_damaged_directory_costs_recognition_and_nothing_else(
    tmp_path: Path, damage: str
) -> None:
    branch = RunningBranch(tmp_path)
    branch.enrol(
        GOLD,
        BankClient(
            reference=ClientRef("c41d97a0e6b3f258"),
            name="Jane Sample",
            surname="Sample",
            language=Language("en"),
        ),
    )
    tokens = {role: branch.token(role, role) for role in ("monitoring", "terminal")}
    file = branch.var / "clients.db"
    good = file.read_bytes()
    for beside in ("clients.db-wal", "clients.db-shm"):
        (branch.var / beside).unlink(missing_ok=True)
    if damage == "overwritten":
        file.write_bytes(b"not a database " * 300)
    else:
        file.unlink()
        file.mkdir()
    with branch:
        well = branch.client(tokens["monitoring"])
        until(lambda: ill(well) == {"directory": "noAnswer"}, "fault of the directory")
        door = branch.client(tokens["terminal"])
        assert door.post("/tickets", {"service": "cash"})["number"] == "A001"
        if damage == "gone":
            file.rmdir()
        (branch.var / "backup.db").write_bytes(good)
        (branch.var / "backup.db").replace(file)
        until(lambda: ill(well) == {}, "health", 30)


def test_windows_are_not_opened_where_there_is_no_screen(tmp_path: Path) -> None:
    with RunningBranch(tmp_path) as branch:
        until(lambda: "no screen" in branch.output.read_text(), "word about the screen")
        words = Path(f"/proc/{branch.pid}/cmdline").read_bytes().split(b"\0")
        assert words[0].decode() == sys.executable
