"""The file of the accounts: one connection for all threads, and its tables."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports import KioskError

SCHEMA_VERSION = 2


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
            _migrate(database)

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


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise AccountsUnavailable("accounts were written by a newer program: install that one")
    if version < SCHEMA_VERSION:
        _create(connection)


def _create(connection: sqlite3.Connection) -> None:
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
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
