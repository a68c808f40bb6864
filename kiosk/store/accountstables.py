"""The tables of the accounts, version by version: each step goes on from what the one before left."""

import sqlite3

from kiosk.store.accountnotes import (
    note_changes,
    note_pads,
    note_pads_secrets,
    note_second_factors,
)


def _create(connection: sqlite3.Connection) -> None:
    """Staff, programs, sessions, PADs."""
    for statement in (
        "CREATE TABLE IF NOT EXISTS staff (name TEXT PRIMARY KEY NOT NULL, reference TEXT NOT NULL,"
        " display_name TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL,"
        " disabled INTEGER)",
        "CREATE UNIQUE INDEX IF NOT EXISTS staff_reference ON staff (reference)",
        "CREATE TABLE IF NOT EXISTS program (name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL,"
        " digest TEXT NOT NULL, broker_hash TEXT NOT NULL)",
        "CREATE UNIQUE INDEX IF NOT EXISTS program_digest ON program (digest)",
        "CREATE TABLE IF NOT EXISTS session (digest TEXT PRIMARY KEY, user TEXT NOT NULL, device TEXT,"
        " expires_at INTEGER NOT NULL, last_seen INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS pad (id TEXT PRIMARY KEY, reminder INTEGER NOT NULL)",
    ):
        connection.execute(statement)


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


STEPS = (
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
SCHEMA_VERSION = STEPS[-1][0]
