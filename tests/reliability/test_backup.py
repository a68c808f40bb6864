"""Backup and restore, as a drill on a branch that runs."""

import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from io import BytesIO
from pathlib import Path
from shutil import rmtree

import pytest

from kiosk.ports import KioskError
from kiosk.store.backup import back_up, restore
from kiosk.store.log import SqliteLog
from kiosk.store.logfile import SCHEMA_VERSION
from tests.support.runningbranch import PASSWORD, Client, RunningBranch


def test_a_branch_is_saved_while_it_runs_and_goes_on_on_another_machine(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    branch.kiosk("user", "add", "zhang", "--role", "teller", "--password-stdin", text=PASSWORD)
    terminal = branch.token("kiosk2", "terminal")
    file = tmp_path / "branch.backup"
    with branch:
        with Client(branch.http, terminal) as kiosk2:
            before = [kiosk2.post("/tickets", {"service": "cash"})["number"] for _ in range(3)]
        told = branch.kiosk("backup", str(file))
        with Client(branch.http, terminal) as kiosk2:
            kiosk2.post("/tickets", {"service": "cash"})
        assert branch.kiosk("log", "verify").startswith("well: ")
    assert file.stat().st_mode & 0o777 == 0o600
    seal = told.rpartition(" ")[2]

    refused = _run("restore", str(file), "--var", str(branch.var))
    assert (refused.returncode, "move it away first" in refused.stderr) == (1, True)
    rmtree(branch.var)
    restored = branch.kiosk("restore", str(file))
    assert restored.endswith(seal)
    assert branch.kiosk("log", "verify", "--noted", seal).endswith(seal)
    assert branch.var.stat().st_mode & 0o777 == 0o700

    with branch:
        sign_in = {"user": "zhang", "password": PASSWORD}
        with Client(branch.http) as door:
            teller = door.post("/login", sign_in)["token"]
        with Client(branch.http, teller) as zhang:
            waiting = {one["number"] for one in zhang.get("/queues/A")["tickets"]}
        assert waiting == set(before) == {"A001", "A002", "A003"}
        with Client(branch.http, terminal) as kiosk2:
            assert kiosk2.post("/tickets", {"service": "cash"})["number"] == "A004"
    lines = branch.kiosk("log", "export", "--after", "1").splitlines()
    numbers = [json.loads(line)["sequence"] for line in lines]
    assert numbers == list(range(2, len(lines) + 2))


def test_a_log_that_was_changed_is_told_and_not_well(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    done = _run("log", "verify", "--var", str(branch.var))
    assert (done.returncode, "there is no log" in done.stderr) == (1, True)
    done = _run("log", "verify", "--var", str(branch.var), "--noted", "nonsense")
    assert done.returncode == 2


def test_an_empty_folder_is_filled_and_stays_the_one_it_was(tmp_path: Path) -> None:
    """It may be a mount, and the folder around it somebody else's."""
    (tmp_path / "old").mkdir()
    SqliteLog(tmp_path / "old" / "log.db").close()
    seal = back_up(tmp_path / "old", tmp_path / "kept.backup")
    var = tmp_path / "new" / "var"
    var.mkdir(parents=True)
    before = var.stat().st_ino
    assert restore(tmp_path / "kept.backup", var) == seal
    assert var.stat().st_ino == before
    assert {path.name for path in var.iterdir()} <= {"log.db", "log.db-shm", "log.db-wal"}


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "no log.db"),
        ({"log.db": b"x" * 4096}, r"some\.tar: its log is damaged .*: take another"),
        ({"log.db": b"", "../evil": b"x"}, "no business"),
        ({"log.db": b"", "/etc/evil": b"x"}, "no business"),
        ({"log.db": b"", "else/where": b"x"}, "no business"),
    ],
)
def test_what_is_no_backup_leaves_nothing_behind(
    tmp_path: Path, members: dict[str, bytes], told: str
) -> None:
    file = tmp_path / "some.tar"
    with tarfile.open(file, "w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    with pytest.raises(KioskError, match=told):
        restore(file, tmp_path / "new" / "var")
    assert not (tmp_path / "new" / "var").exists()
    assert not (tmp_path / "evil").exists()
    assert not list(tmp_path.glob("new/*"))


def test_half_a_backup_is_told(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "log.db").close()
    back_up(tmp_path, tmp_path / "whole.tar")
    file = tmp_path / "half.tar"
    for size in (0, 100, 700, 5000):
        file.write_bytes((tmp_path / "whole.tar").read_bytes()[:size])
        with pytest.raises(KioskError, match=r"half\.tar: is no backup .*: take another") as told:
            restore(file, tmp_path / "var")
        assert "\n" not in str(told.value)


def test_what_cant_be_read_or_written_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match=r"none\.tar: can't be read: No such file"):
        restore(tmp_path / "none.tar", tmp_path / "var")
    SqliteLog(tmp_path / "log.db").close()
    back_up(tmp_path, tmp_path / "whole.tar")
    (tmp_path / "file").touch()
    with pytest.raises(KioskError, match=r"whole\.tar can't be restored: File exists"):
        restore(tmp_path / "whole.tar", tmp_path / "file" / "var")
    with pytest.raises(KioskError, match=r"no backup was made: Not a directory"):
        back_up(tmp_path, tmp_path / "file" / "whole.tar")


def test_a_newer_programs_backup_is_refused_before_anything_is_there(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "log.db").close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as log:
        log.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        log.commit()
    back_up(tmp_path, tmp_path / "newer.tar")
    with pytest.raises(KioskError, match=r"newer\.tar: the log was written by a newer program"):
        restore(tmp_path / "newer.tar", tmp_path / "var")
    assert not (tmp_path / "var").exists()


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
