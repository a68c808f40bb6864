"""The clients database: its tables, and how an older file gets them."""

import sqlite3
from pathlib import Path

from kiosk.machine.databasecopy import keep_copy
from kiosk.machine.databaseversion import bring_to, version_of
from kiosk.ports import DirectoryUnavailable


def _first_tables(database: sqlite3.Connection) -> None:
    """Clients, cards, phones, documents."""
    database.execute("""
        CREATE TABLE client (
            reference TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            surname TEXT NOT NULL,
            sex TEXT NOT NULL CHECK (sex IN ('', 'f', 'm')),
            language TEXT,
            assets INTEGER,
            grade TEXT,
            complaints INTEGER NOT NULL CHECK (complaints >= 0),
            birthday TEXT CHECK (birthday IS date(birthday))
        ) STRICT
    """)
    database.execute("""
        CREATE TABLE card (
            token TEXT PRIMARY KEY,
            reference TEXT NOT NULL REFERENCES client (reference) ON DELETE CASCADE,
            scheme TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
    """)
    database.execute("""
        CREATE TABLE phone (
            digits TEXT NOT NULL CHECK (digits <> ''),
            kind TEXT NOT NULL,
            reference TEXT NOT NULL REFERENCES client (reference) ON DELETE CASCADE,
            PRIMARY KEY (digits, kind, reference)
        ) STRICT, WITHOUT ROWID
    """)
    database.execute("""
        CREATE TABLE document (
            digest TEXT NOT NULL,
            reference TEXT NOT NULL REFERENCES client (reference) ON DELETE CASCADE,
            PRIMARY KEY (digest, reference)
        ) STRICT, WITHOUT ROWID
    """)
    for table in ("card", "phone", "document"):
        database.execute(f"CREATE INDEX {table}_of_client ON {table} (reference)")


def _erasures(database: sqlite3.Connection) -> None:
    """Erasures, and when clients were last seen."""
    database.execute("ALTER TABLE client ADD COLUMN seen TEXT NOT NULL DEFAULT ''")
    database.execute("""
        CREATE TABLE erased (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            reference TEXT NOT NULL,
            at INTEGER NOT NULL,
            role TEXT NOT NULL,
            user TEXT,
            cards INTEGER NOT NULL,
            phones INTEGER NOT NULL,
            documents INTEGER NOT NULL,
            told INTEGER NOT NULL DEFAULT 0
        ) STRICT
    """)


def _former(database: sqlite3.Connection) -> None:
    """What is still under the former card key."""
    for table in ("card", "document"):
        database.execute(f"ALTER TABLE {table} ADD COLUMN former INTEGER NOT NULL DEFAULT 0")


_STEPS = ((1, _first_tables), (2, _erasures), (3, _former))
_SCHEMA_VERSION = _STEPS[-1][0]


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Give the file every table that this version of the machine expects; what it has is kept.

    What an older program wrote is copied first, to ``clients.db.v1`` beside it. Raises
    DirectoryUnavailable for a file of a newer program.
    """
    version = _version_of(connection)
    if version > _SCHEMA_VERSION:
        raise DirectoryUnavailable(
            f"{path.name} was written by a newer program: install that one again"
        )
    if 0 < version < _SCHEMA_VERSION:
        keep_copy(connection, path, version)
    bring_to(connection, _STEPS, _version_of)


def _version_of(connection: sqlite3.Connection) -> int:
    """Programs up to version 3 of the tables noted each step in a table instead; it is left to them."""
    if version := version_of(connection):
        return version
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone():
        return 0
    return int(connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0])
