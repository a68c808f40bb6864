"""While the card key is changed: how many cards and documents are still known by the former one alone.

They are marked when the change begins, and each loses its mark when it is brought to the present key.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.clients.clientsfile import ClientsFile


@dataclass(frozen=True, slots=True)
class FormerTokens:
    """How many there are."""

    cards: int = 0
    documents: int = 0


def mark_former(database: Path) -> None:
    """All that there are now will be under the former key. Raises DirectoryUnavailable."""
    if not database.exists():
        return
    file = ClientsFile(database)
    try:
        with closing(file):
            opened = file.open()
            with opened:
                opened.execute("BEGIN IMMEDIATE")
                for table in ("card", "document"):
                    opened.execute(f"UPDATE {table} SET former = 1")  # noqa: S608
    except (sqlite3.Error, OSError) as error:
        raise file.unavailable(error) from error


def former_tokens(database: Path) -> FormerTokens:
    """Those that still have their mark; none where clients aren't kept. Raises DirectoryUnavailable."""
    if not database.exists():
        return FormerTokens()
    file = ClientsFile(database)
    try:
        with closing(file):
            return FormerTokens(*file.open().execute(_COUNT).fetchone())
    except (sqlite3.Error, OSError) as error:
        raise file.unavailable(error) from error


_COUNT = (
    "SELECT (SELECT count(*) FROM card WHERE former), (SELECT count(*) FROM document WHERE former)"
)
