"""The accounts' file: what older programs wrote goes forward, and a newer program's is refused."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.store.accounts import Accounts
from kiosk.store.accountsfile import AccountsFile, AccountsUnavailable
from kiosk.store.tokens import digest

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
EXPIRES = int((NOW + timedelta(hours=3)).timestamp())

VERSION_2 = """
CREATE TABLE staff (name TEXT PRIMARY KEY NOT NULL, reference TEXT NOT NULL,
    display_name TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER);
CREATE UNIQUE INDEX idx_staff_reference ON staff (reference);
CREATE TABLE program (name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, digest TEXT NOT NULL,
    broker_hash TEXT NOT NULL);
CREATE UNIQUE INDEX idx_program_digest ON program (digest);
CREATE TABLE session (digest TEXT PRIMARY KEY, user TEXT NOT NULL, device TEXT,
    expires_at INTEGER NOT NULL, last_seen INTEGER NOT NULL);
INSERT INTO staff VALUES ('amy', 'ab12', 'Amy Chen', 'teller', '$argon2id$', 0);
"""
PAD = "CREATE TABLE pad (id TEXT PRIMARY KEY, reminder INTEGER NOT NULL);"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.db"


@pytest.mark.parametrize(("version", "tables"), [(1, VERSION_2), (2, VERSION_2 + PAD)])
def test_an_older_programs_file_goes_forward_and_is_copied_first(
    path: Path, version: int, tables: str
) -> None:
    with closing(sqlite3.connect(path)) as older:
        older.executescript(f"{tables} PRAGMA user_version = {version};")
        row = (digest("amys"), "ab12", "pad-7", EXPIRES, EXPIRES - 9 * 3600)
        older.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", row)
        older.commit()
    with closing(Accounts(path)) as accounts:
        session = accounts.sessions.session(digest("amys"), NOW)
        assert session is not None
        assert (session.user.name, session.device) == ("amy", "pad-7")
        assert session.expires_at == NOW + timedelta(hours=3)
        assert len(session.id) == 16
        assert accounts.sessions.broker_sessions(NOW) == []
        assert accounts.sessions.begin(session.user, "pad-7", NOW, broker_hash=str).broker
    copy = path.with_name(f"accounts.db.v{version}")
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (version,)
        assert kept.execute("SELECT user FROM session").fetchall() == [("ab12",)]


def test_a_file_that_is_up_to_date_isnt_copied(path: Path) -> None:
    for _ in range(2):
        AccountsFile(path).close()
    assert sorted(one.name for one in path.parent.iterdir()) == ["accounts.db"]


def test_a_file_of_a_newer_program_is_refused(path: Path) -> None:
    AccountsFile(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(AccountsUnavailable, match="newer program"):
        AccountsFile(path)
