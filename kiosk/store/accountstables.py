"""The tables of the accounts, version by version: each step goes on from what the one before left."""

import sqlite3
from collections.abc import Callable

from kiosk.store.accountnotes import (
    note_changes,
    note_pads,
    note_pads_secrets,
    note_second_factors,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring those of an older program up to date, step by step."""
    for version, step in _STEPS:
        if version_of(connection) < version:
            _take(connection, version, step)


def version_of(connection: sqlite3.Connection) -> int:
    """Up to which step the tables are; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _take(
    connection: sqlite3.Connection, version: int, step: Callable[[sqlite3.Connection], None]
) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if version_of(connection) < version:  # else another process was quicker
            step(connection)
            connection.execute(f"PRAGMA user_version = {version}")


def _create(connection: sqlite3.Connection) -> None:
    """Staff, programs, sessions, PADs."""
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


def _date_sessions(connection: sqlite3.Connection) -> None:
    """Sessions have an id, a beginning, an end for want of use, and may have a name at the broker.

    Those of before lasted half a day and go on so.
    """
    for column in ("id", "begun_at", "idle", "broker_name", "broker_hash"):
        kind = "INTEGER" if column in ("begun_at", "idle") else "TEXT"
        connection.execute(f"ALTER TABLE session ADD COLUMN {column} {kind}")
    connection.execute(
        "UPDATE session SET id = lower(hex(randomblob(8))), begun_at = expires_at - :half_day,"
        " idle = :half_day",
        {"half_day": 12 * 3600},
    )
    connection.execute("CREATE UNIQUE INDEX session_id ON session (id)")


def _give_pads_amounts(connection: sqlite3.Connection) -> None:
    """A PAD may have a VIP amount of its own."""
    connection.execute("ALTER TABLE pad ADD COLUMN vip_amount INTEGER")


def _know_places(connection: sqlite3.Connection) -> None:
    """Browsers are remembered from which people have signed in."""
    connection.execute(
        "CREATE TABLE place (digest TEXT NOT NULL, user TEXT NOT NULL, seen INTEGER NOT NULL,"
        " PRIMARY KEY (digest, user))"
    )


def _register_pads(connection: sqlite3.Connection) -> None:
    """PADs are known, or wait to be (LOB-99)."""
    connection.execute(
        "CREATE TABLE device (id TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, branch TEXT,"
        " digest TEXT, at INTEGER NOT NULL)"
    )
    note_pads(connection)


def _give_second_factors(connection: sqlite3.Connection) -> None:
    """A member of staff may have a secret for codes, and the step of the code used last."""
    connection.execute("ALTER TABLE staff ADD COLUMN totp TEXT")
    connection.execute("ALTER TABLE staff ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0")
    note_second_factors(connection)


def _give_pads_tokens(connection: sqlite3.Connection) -> None:
    """A PAD in client mode has a token for the broker; this is what that keeps of it (LOB-11)."""
    connection.execute("ALTER TABLE device ADD COLUMN broker_hash TEXT")


def _end_sessions_of_a_role(connection: sqlite3.Connection) -> None:
    """Who gets another role has to sign in anew, whoever gave it."""
    connection.execute(
        "CREATE TRIGGER session_of_a_role AFTER UPDATE OF role ON staff WHEN NEW.role <> OLD.role"
        " BEGIN DELETE FROM session WHERE user = NEW.reference; END"
    )


_STEPS = (
    (2, _create),
    (3, _date_sessions),
    (4, _give_pads_amounts),
    (5, _know_places),
    (6, note_changes),
    (7, _register_pads),
    (8, _give_second_factors),
    (9, _give_pads_tokens),
    (10, note_pads_secrets),
    (11, _end_sessions_of_a_role),
)
SCHEMA_VERSION = _STEPS[-1][0]
