"""The file of the log: its connections, its table, and what its errors say of the disk."""

import errno
import sqlite3
from pathlib import Path
from tempfile import TemporaryFile

from kiosk.domain.device import Fault
from kiosk.machine.databasecopy import keep_copy
from kiosk.ports import LogUnavailable
from kiosk.store.chain import seal_all
from kiosk.store.damage import trouble

SCHEMA_VERSION = 2


_CACHE = 256
"""Kibibytes of pages that a connection keeps; the system keeps the others of a branch's day anyway."""


def fault_of(error: Exception) -> Fault:
    """What SQLite's result code says of the disk (https://sqlite.org/rescode.html)."""
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return Fault.DISK_FULL
        case sqlite3.SQLITE_READONLY:
            return Fault.READ_ONLY
        case sqlite3.SQLITE_IOERR:
            return Fault.DISK_ERROR
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Fault.DAMAGED
        case _:
            return Fault.INTERNAL


def unavailable(path: Path, error: Exception) -> LogUnavailable:
    """What SQLite or the system says of the log."""
    fault = fault_of(error)
    if fault is Fault.DISK_ERROR and _is_read_only(path.parent):
        fault = Fault.READ_ONLY
    return LogUnavailable(trouble(path.name, error), fault)


def _is_read_only(folder: Path) -> bool:
    """Whether the system lets nobody write there: SQLite tells it of a file that it has open, after
    the system found a fault on the disk, as it tells of one that fails."""
    try:
        with TemporaryFile(dir=folder):
            return False
    except OSError as refused:
        return refused.errno == errno.EROFS


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = {-_CACHE}")
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an older program up to date.

    What an older program wrote is copied first, to ``log.db.v1`` beside it. Raises LogUnavailable for
    a log of a newer program, and sqlite3.Error.
    """
    version = refuse_newer(connection)
    if version == 1:
        keep_copy(connection, path, version)
        _seal(connection)
    elif version < SCHEMA_VERSION:
        _create(connection)


def refuse_newer(connection: sqlite3.Connection) -> int:
    """The log's version. Raises LogUnavailable for one that this program doesn't know."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise LogUnavailable("the log was written by a newer program: install that one again")
    return version


_KEPT = "CREATE TABLE IF NOT EXISTS kept (sequence INTEGER NOT NULL, link BLOB NOT NULL)"
"""One row at the most: the seal of the days that were given up."""


def _seal(connection: sqlite3.Connection) -> None:
    """To version 2: every fact has a link."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ALTER TABLE event ADD COLUMN link BLOB")
        connection.execute(_KEPT)
        seal_all(connection)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(
        """
        CREATE TABLE IF NOT EXISTS event (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            time INTEGER NOT NULL,
            day TEXT NOT NULL,
            family TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            subject TEXT NOT NULL,
            data TEXT NOT NULL,
            role TEXT NOT NULL,
            user TEXT,
            device TEXT,
            caller TEXT,
            key TEXT,
            command INTEGER,
            correlation TEXT,
            prev INTEGER,
            series TEXT,
            serial INTEGER,
            link BLOB
        );
        CREATE UNIQUE INDEX IF NOT EXISTS one_number_a_day
            ON event (day, series, serial) WHERE serial IS NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS one_answer_a_key
            ON event (caller, key) WHERE key IS NOT NULL;
        CREATE INDEX IF NOT EXISTS latest_of_family ON event (family, sequence);
        CREATE INDEX IF NOT EXISTS day_openings ON event (sequence) WHERE name = 'day.opened';
        """
    )
    connection.execute(_KEPT)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
