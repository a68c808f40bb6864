"""Which version the tables of a database file have (``PRAGMA user_version``), and how they go on."""

import sqlite3
from collections.abc import Callable, Sequence

Step = Callable[[sqlite3.Connection], None]
"""Brings the tables from the version before to its own, in somebody else's transaction."""


def version_of(connection: sqlite3.Connection) -> int:
    """Up to which step the tables are; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_to(
    connection: sqlite3.Connection,
    steps: Sequence[tuple[int, Step]],
    version: Callable[[sqlite3.Connection], int] = version_of,
) -> None:
    """Take the steps that are missing, each in a transaction of its own, in the order of versions.

    The connection has ``isolation_level`` None. Other processes may do the same meanwhile. Raises
    sqlite3.Error; then the steps before the one that failed are taken.
    """
    for number, step in steps:
        if version(connection) < number:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                if version(connection) < number:  # else another process was quicker
                    step(connection)
                    connection.execute(f"PRAGMA user_version = {number}")
