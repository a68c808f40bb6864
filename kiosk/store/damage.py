"""What SQLite says of the log's file, and what there is to do when that is damaged."""

import sqlite3

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def trouble(file: object, error: Exception) -> str:
    """One line that begins with the file, for whoever looks after the machine."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return f"{file}: {error}: nothing was changed; restore it from a backup: kiosk restore FILE"
    return f"{file}: {error}"
