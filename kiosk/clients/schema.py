"""The clients database: its tables, and how an older file gets them."""

from pathlib import Path

from sqlite_utils import Database, Migrations

from kiosk.machine.databasecopy import keep_copy
from kiosk.ports import DirectoryUnavailable

MIGRATIONS = Migrations("clients")


@MIGRATIONS(name="0001 clients, cards, phones, documents")
def _first_tables(database: Database) -> None:
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


@MIGRATIONS(name="0002 erasures, and when clients were last seen")
def _erasures(database: Database) -> None:
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


@MIGRATIONS(name="0003 what is still under the former card key")
def _former(database: Database) -> None:
    for table in ("card", "document"):
        database.execute(f"ALTER TABLE {table} ADD COLUMN former INTEGER NOT NULL DEFAULT 0")


def bring_up_to_date(database: Database, path: Path) -> None:
    """Give the file every table that this version of the machine expects; what it has is kept.

    What an older program wrote is copied first, to ``clients.db.v1`` beside it. Raises
    DirectoryUnavailable for a file of a newer program.
    """
    own = {migration.name for migration in MIGRATIONS.pending(Database(memory=True))}
    applied = {migration.name for migration in MIGRATIONS.applied(database)}
    if not applied <= own:
        raise DirectoryUnavailable(
            f"{path.name} was written by a newer program: install that one again"
        )
    if applied == own:
        return
    if applied:
        keep_copy(database.conn, path, len(applied))
    MIGRATIONS.apply(database)
