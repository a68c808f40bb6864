"""What the log says of the disk that it stands on."""

import sqlite3
from pathlib import Path

import pytest

from kiosk.domain.device import Fault
from kiosk.machine.varfolder import FolderUnusable, obstacle
from kiosk.ports import LogUnavailable
from kiosk.store.log import ROOM, SqliteLog
from kiosk.store.logfile import fault_of, unavailable
from tests.support.smalldisk import NEEDS_MOUNTING, small_disk


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (sqlite3.SQLITE_FULL, Fault.DISK_FULL),
        (sqlite3.SQLITE_READONLY, Fault.READ_ONLY),
        (sqlite3.SQLITE_READONLY_DIRECTORY, Fault.READ_ONLY),
        (sqlite3.SQLITE_IOERR, Fault.DISK_ERROR),
        (sqlite3.SQLITE_IOERR_FSYNC, Fault.DISK_ERROR),
        (sqlite3.SQLITE_CORRUPT, Fault.DAMAGED),
        (sqlite3.SQLITE_NOTADB, Fault.DAMAGED),
        (sqlite3.SQLITE_BUSY, Fault.INTERNAL),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Fault.INTERNAL),
    ],
)
def test_result_codes_are_told_apart(code: int, fault: Fault) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    assert fault_of(error) is fault


def test_a_probe_changes_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    log.probe()
    assert log.last_sequence() == 0
    log.close()


@NEEDS_MOUNTING
def test_a_disk_with_little_room_isnt_well_again(tmp_path: Path) -> None:
    """It would be full again with the next ticket, and screens would flicker."""
    with small_disk(tmp_path / "var", "4m") as disk:
        log = SqliteLog(disk.folder / "log.db")
        disk.fill(left=ROOM // 2)
        with pytest.raises(LogUnavailable, match="full") as refused:
            log.probe()
        assert refused.value.fault is Fault.DISK_FULL
        disk.empty()
        log.probe()
        log.close()


@NEEDS_MOUNTING
def test_a_folder_says_why_nothing_can_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "var", "4m") as disk:
        assert obstacle(disk.folder) is None
        disk.fill()
        assert obstacle(disk.folder) == f"{disk.folder}: No space left on device"
        disk.empty()
        disk.remount("ro")
        assert obstacle(disk.folder) == f"{disk.folder}: Read-only file system"


@NEEDS_MOUNTING
def test_a_disk_that_the_system_made_read_only_is_told_as_that(tmp_path: Path) -> None:
    """Of a file that is open then SQLite says what it says of a disk that fails."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    with small_disk(tmp_path / "var", "4m") as disk:
        assert unavailable(disk.folder / "log.db", error).fault is Fault.DISK_ERROR
        disk.remount("ro")
        assert unavailable(disk.folder / "log.db", error).fault is Fault.READ_ONLY


def test_what_doesnt_pass_by_itself_is_raised(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable, match="file: File exists: --var names another folder"):
        obstacle(tmp_path / "file")
    with pytest.raises(FolderUnusable, match="Not a directory"):
        obstacle(tmp_path / "file" / "var")
