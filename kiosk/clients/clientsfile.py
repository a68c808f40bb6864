"""The database file of clients: made, opened, opened anew, and what to do when it can't be."""

import sqlite3
from pathlib import Path

from kiosk.clients.schema import bring_up_to_date
from kiosk.ports import DirectoryUnavailable

_LOCK_PATIENCE_MS = 500


class ClientsFile:
    """One file, mode 0600, for one thread. Opened when it is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is open just now."""
        return self._database is not None

    def make(self) -> sqlite3.Connection:
        """The database, made where there is none. Raises as :meth:`open`."""
        self.path.touch(0o600)
        self.path.chmod(0o600)
        return self.open()

    def open(self) -> sqlite3.Connection:
        """The open database; opened anew when another file has taken its place.

        Raises sqlite3.Error, OSError, or DirectoryUnavailable when a newer version has made it.
        """
        found = self.path.stat()
        if self._database is None or (found.st_dev, found.st_ino) != self._file:
            self.close()
            self._database = _connect(self.path)
            self._file = found.st_dev, found.st_ino
        return self._database

    def close(self) -> None:
        """Let go of the file; idempotent."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def unavailable(self, error: sqlite3.Error | OSError) -> DirectoryUnavailable:
        """What to do about it, for staff; never a value out of the database."""
        return DirectoryUnavailable(f"{self.path.name} {_what_to_do(error)}")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        check_same_thread=False,
        isolation_level=None,
    )
    try:
        connection.execute(f"PRAGMA busy_timeout = {_LOCK_PATIENCE_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        bring_up_to_date(connection, path)
    except (sqlite3.Error, DirectoryUnavailable):
        connection.close()
        raise
    return connection


def _what_to_do(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing: put a backup in its place, or restart for an empty one"
    if isinstance(error, OSError):
        return f"can't be used: {error.strerror}"
    match error.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "is locked by another program: end that program"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return "is damaged: put a backup in its place"
        case sqlite3.SQLITE_FULL:
            return "can't be written: the disk is full"
        case _:
            return f"can't be used: {error.sqlite_errorname}"
