"""``kiosk report``: on a log that lies there, and beside a branch that runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.flow.hall import Hall
from kiosk.store.log import SqliteLog
from tests.domain.day import issue
from tests.flow.clock import HandClock
from tests.support.branch import small_plan
from tests.support.runningbranch import SETTINGS, RunningBranch
from tests.support.waiting import until
from tests.support.workbook import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Settings, and a var folder with Monday the second of March, on which one ticket was issued."""
    (tmp_path / "branch.toml").write_text(SETTINGS.format(http=0, mqtt=0), encoding="utf-8")
    log = SqliteLog(tmp_path / "var" / "log.db")
    hall = Hall(small_plan(), log, HandClock())
    log.append([*hall.turn_day(), *hall.carry_out(issue("t1"))])
    log.close()
    return tmp_path


def kiosk_report(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    where = ["--config", str(folder / "branch.toml"), "--var", str(folder / "var")]
    command = [sys.executable, "-m", "kiosk", "report", *arguments, *where]
    return subprocess.run(command, capture_output=True, check=False, timeout=30)


def test_a_day_is_printed_as_a_table(folder: Path) -> None:
    done = kiosk_report(folder, "2026-03-02")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("branch 0755, 2026-03-02\n\n1 tickets: 0 served")


def test_a_day_is_written_in_every_format(folder: Path) -> None:
    told = json.loads(kiosk_report(folder, "2026-03-02", "--format", "json").stdout)
    assert told["overall"]["issued"] == 1
    lines = kiosk_report(folder, "2026-03-02", "--format", "csv").stdout.decode("utf-8-sig")
    assert "all,*,issued,1,tickets\r\n" in lines
    sheets, _ = read(kiosk_report(folder, "2026-03-02", "--format", "xlsx").stdout)
    assert sheets[0].cells["B2"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        ((), 1, "the log knows nothing of "),
        (("2026-03-03",), 1, "the log knows nothing of 2026-03-03: choose a day on which"),
        (("2026-03-32",), 2, "2026-03-32: day is out of range for month"),
        (("monday",), 2, "'monday' is no day such as 2026-11-20, nor FROM..TO of such days"),
        (("2026-03-02", "--compare", "month"), 2, "'month' is no day such as 2026-11-20"),
        (("2026-03-02", "--var", "nowhere"), 1, "there is no log"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(
    folder: Path, arguments: tuple[str, ...], code: int, line: str
) -> None:
    where = ["--config", str(folder / "branch.toml"), "--var", str(folder / "var")]
    command = [sys.executable, "-m", "kiosk", "report", *where, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (code, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_period_of_which_nothing_is_known_stands_beside_nothing(folder: Path) -> None:
    done = kiosk_report(folder, "2026-03-02", "--compare", "week")
    assert done.returncode == 0
    assert done.stdout.startswith(b"branch 0755, 2026-03-02\n")
    assert done.stderr == b"the log knows nothing of 2026-02-23: nothing stands beside it\n"


def test_a_branch_that_was_off_at_closing_drops_the_days_file(folder: Path) -> None:
    files = folder / "files"
    files.mkdir()
    with RunningBranch(folder, f'[reports]\nfolder = "{files}"\nformats = ["csv"]\n'):
        dropped = files / "report-0755-2026-03-02.csv"
        until(dropped.exists, "the file of the day that ended while the machine was off")
    assert "all,*,expired,1,tickets\r\n" in dropped.read_bytes().decode("utf-8-sig")


def test_a_running_branch_tells_its_day_so_far(tmp_path: Path) -> None:
    with RunningBranch(tmp_path) as branch:
        terminal = branch.client(branch.token("kiosk", "terminal"))
        terminal.post("/tickets", {"service": "cash"})
        teller = branch.teller("li")
        teller.post("/counters/1/open")
        teller.post("/counters/1/next")
        text = branch.kiosk("report")
        assert ", up to " in text.splitlines()[0]
        assert "1 tickets: 0 served" in text
        assert text.splitlines()[-1].startswith("li ")
