"""The file of the accounts: one connection for all threads."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.domain.events import SYSTEM, Actor
from kiosk.machine.databasecopy import keep_copy
from kiosk.machine.databaseversion import bring_to, version_of
from kiosk.ports import KioskError
from kiosk.store.accountstables import SCHEMA_VERSION, STEPS


class AccountsUnavailable(KioskError):
    """The accounts can't be read or written."""


class AccountsFile:
    """An SQLite file, mode 0600, that several processes may have open together.

    Its methods may be called from any thread and raise AccountsUnavailable. ``by``: who changes it.
    """

    def __init__(self, path: Path, by: Actor = SYSTEM) -> None:
        self._path = path
        self._by = by
        self._lock = threading.Lock()
        self._changes = 0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=1
        )
        with self.reading() as database:
            _bring_up_to_date(database, path)

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
    def changing(self, by: Actor | None = None) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction: all of it or nothing; ``by`` is somebody else than usual."""
        actor = by or self._by
        with self.reading() as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE acting SET role = ?, user = ?", (actor.role, actor.user))
            yield database
            database.execute("UPDATE acting SET role = NULL, user = NULL")
            self._changes += 1


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """What an older program wrote is copied first, to ``accounts.db.v2`` beside it."""
    connection.execute("PRAGMA journal_mode = WAL")
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise AccountsUnavailable("accounts were written by a newer program: install that one")
    if 0 < version < SCHEMA_VERSION:
        keep_copy(connection, path, version)
    bring_to(connection, STEPS)
