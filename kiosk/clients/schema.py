"""The clients database: its tables, and how an older file gets them."""

from sqlite_utils import Database, Migrations

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


def bring_up_to_date(database: Database) -> None:
    """Give the file every table that this version of the machine expects; what it has is kept."""
    if MIGRATIONS.pending(database):
        MIGRATIONS.apply(database)
