"""Notes of changes in the accounts, made by the database itself in the transaction of each change.

So that no change is made without one, whoever makes it. Names and passwords are in no note.
"""

import sqlite3
from collections.abc import Iterable


def note_changes(connection: sqlite3.Connection) -> None:
    """Make the notes' table and the triggers that fill it, within the caller's transaction."""
    connection.execute(
        "CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
        " kind TEXT NOT NULL, subject TEXT NOT NULL, role TEXT NOT NULL, device TEXT,"
        " by_role TEXT, by_user TEXT)"
    )
    connection.execute("CREATE TABLE acting (role TEXT, user TEXT)")
    connection.execute("INSERT INTO acting VALUES (NULL, NULL)")
    _note(connection, _TRIGGERS)


def note_pads(connection: sqlite3.Connection) -> None:
    """Make the triggers of the register of PADs, within the caller's transaction."""
    _note(connection, _OF_PADS)


def note_second_factors(connection: sqlite3.Connection) -> None:
    """Make the trigger of second factors, within the caller's transaction."""
    _note(connection, (_SECOND_FACTOR,))


def note_pads_secrets(connection: sqlite3.Connection) -> None:
    """Make the triggers of PADs that prove themselves, within the caller's transaction."""
    _note(connection, _BY_PADS)


def _note(connection: sqlite3.Connection, triggers: Iterable[tuple[str, str, str, str]]) -> None:
    for name, moment, kind, values in triggers:
        note = f"SELECT {_NOW}, {kind}, acting.role, acting.user, {values} FROM acting"  # noqa: S608
        connection.execute(f"CREATE TRIGGER {name} AFTER {moment} BEGIN {_INTO} {note}; END")


_INTO = "INSERT INTO change (at, kind, by_role, by_user, subject, role, device)"
_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_STAFF = "NEW.reference, NEW.role, NULL"
_TRIGGERS = (
    ("staff_added", "INSERT ON staff", "'user_added'", _STAFF),
    (
        "staff_disabled",
        "UPDATE OF disabled ON staff WHEN NEW.disabled <> OLD.disabled",
        "CASE NEW.disabled WHEN 1 THEN 'user_disabled' ELSE 'user_enabled' END",
        _STAFF,
    ),
    (
        "staff_role",
        "UPDATE OF role ON staff WHEN NEW.role <> OLD.role",
        "'role_changed'",
        _STAFF,
    ),
    (
        "staff_password",
        "UPDATE OF password ON staff WHEN NEW.password <> OLD.password",
        "'password_changed'",
        _STAFF,
    ),
    ("staff_removed", "DELETE ON staff", "'user_removed'", "OLD.reference, OLD.role, NULL"),
    ("program_added", "INSERT ON program", "'token_added'", "NEW.name, NEW.role, NULL"),
    ("program_revoked", "DELETE ON program", "'token_revoked'", "OLD.name, OLD.role, NULL"),
    (
        "session_begun",
        "INSERT ON session",
        "'begun'",
        "NEW.user, coalesce((SELECT role FROM staff WHERE reference = NEW.user), ''), NEW.device",
    ),
    (
        "session_ended",
        "DELETE ON session",
        "'ended'",
        "OLD.user, coalesce((SELECT role FROM staff WHERE reference = OLD.user), ''), OLD.device",
    ),
)
_SECOND_FACTOR = (
    "staff_totp",
    "UPDATE OF totp ON staff WHEN NEW.totp IS NOT OLD.totp",
    "CASE WHEN NEW.totp IS NULL THEN 'code_taken' ELSE 'code_given' END",
    _STAFF,
)
_PAD = "NEW.id, 'pad', NULL"
_OF_PADS = (
    (
        "pad_added",
        "INSERT ON device",
        "CASE NEW.state WHEN 'pending' THEN 'pad_listed' ELSE 'pad_' || NEW.state END",
        _PAD,
    ),
    (
        "pad_decided",
        "UPDATE OF state ON device WHEN NEW.state <> OLD.state",
        "'pad_' || NEW.state",
        _PAD,
    ),
    ("pad_removed", "DELETE ON device", "'pad_removed'", "OLD.id, 'pad', NULL"),
)
_ITSELF = "NEW.id, 'pad', NEW.id"
_BY_PADS = (
    (
        "pad_proven",
        "UPDATE OF digest ON device WHEN NEW.digest IS NOT OLD.digest",
        "'pad_proven'",
        _ITSELF,
    ),
    (
        "pad_in_client_mode",
        "UPDATE OF broker_hash ON device"
        " WHEN NEW.broker_hash IS NOT NULL AND NEW.broker_hash IS NOT OLD.broker_hash",
        "'pad_in_client_mode'",
        _ITSELF,
    ),
)
"""Name, when, the change's kind, and its subject, role and device."""
