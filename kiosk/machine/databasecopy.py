"""What an older program wrote, kept before a newer one changes its tables."""

import sqlite3
from contextlib import closing
from pathlib import Path


def keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the open database whole, mode 0600, to ``log.db.v1`` beside ``log.db``.

    A copy that was broken off takes no harm: the next one of the same version takes its place.
    Raises OSError and sqlite3.Error.
    """
    copy = path.with_name(f"{path.name}.v{version}")
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(copy)) as kept:
        connection.backup(kept)
