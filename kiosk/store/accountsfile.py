"""The file of the accounts: one connection for all threads, and its tables."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.ports import KioskError

SCHEMA_VERSION = 4


class AccountsUnavailable(KioskError):
    """The accounts can't be read or written."""


class AccountsFile:
    """An SQLite file, mode 0600, that several processes may have open together.

    Its methods may be called from any thread and raise AccountsUnavailable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._changes = 0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=1
        )
        with self.reading() as database:
            _migrate(database, path)

    def close(self) -> None:
        """Close the file; idempotent."""
        self._connection.close()

    def version(self) -> tuple[int, int]:
        """Another value after every change, by whichever process."""
        with self.reading() as database:
            return int(database.execute("PRAGMA data_version").fetchone()[0]), self._changes

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise AccountsUnavailable(f"{self._path.name}: {error}") from error

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction: all of it or nothing."""
        with self.reading() as database, database:
            database.execute("BEGIN IMMEDIATE")
            yield database
            self._changes += 1


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an older program up to date.

    What an older program wrote is copied first, to ``accounts.db.v2`` beside it.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise AccountsUnavailable("accounts were written by a newer program: install that one")
    if 0 < version < SCHEMA_VERSION:
        _keep_copy(connection, path.with_name(f"{path.name}.v{version}"))
    if version < 2:
        _create(connection)
    if version < 3:
        _date_sessions(connection)
    if version < SCHEMA_VERSION:
        _give_pads_amounts(connection)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep_copy(connection: sqlite3.Connection, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(copy)) as kept:
        connection.backup(kept)


def _create(connection: sqlite3.Connection) -> None:
    """To version 2."""
    from sqlite_utils import Database

    database = Database(connection)
    staff = {"name": str, "reference": str, "display_name": str, "role": str, "password": str}
    database.table("staff").create(
        staff | {"disabled": int}, pk="name", not_null=set(staff), if_not_exists=True
    )
    database.table("staff").create_index(["reference"], unique=True, if_not_exists=True)
    program = {"name": str, "role": str, "digest": str, "broker_hash": str}
    database.table("program").create(program, pk="name", not_null=set(program), if_not_exists=True)
    database.table("program").create_index(["digest"], unique=True, if_not_exists=True)
    database.table("session").create(
        {"digest": str, "user": str, "device": str, "expires_at": int, "last_seen": int},
        pk="digest",
        not_null={"user", "expires_at", "last_seen"},
        if_not_exists=True,
    )
    database.table("pad").create(
        {"id": str, "reminder": int}, pk="id", not_null={"reminder"}, if_not_exists=True
    )


def _date_sessions(connection: sqlite3.Connection) -> None:
    """To version 3: sessions have an id, a beginning, an end for want of use, and may have a
    name at the broker. Those of before lasted half a day and go on so."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) >= 3:
            return  # another process was quicker
        for column in ("id TEXT", "begun_at INTEGER", "idle INTEGER", *_AT_BROKER):
            connection.execute(f"ALTER TABLE session ADD COLUMN {column}")
        connection.execute(
            "UPDATE session SET id = lower(hex(randomblob(8))), begun_at = expires_at - :half_day,"
            " idle = :half_day",
            {"half_day": 12 * 3600},
        )
        connection.execute("CREATE UNIQUE INDEX session_id ON session (id)")
        connection.execute("PRAGMA user_version = 3")


def _give_pads_amounts(connection: sqlite3.Connection) -> None:
    """To version 4: a PAD may have a VIP amount of its own."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) >= 4:
            return  # another process was quicker
        connection.execute("ALTER TABLE pad ADD COLUMN vip_amount INTEGER")
        connection.execute("PRAGMA user_version = 4")


_AT_BROKER = ("broker_name TEXT", "broker_hash TEXT")
