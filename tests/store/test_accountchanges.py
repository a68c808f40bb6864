"""Every change in the accounts is noted with it, whoever makes it, without a name in the note."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.events import Actor
from kiosk.domain.role import Role
from kiosk.store.accounts import AccountFault, Accounts

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.db"


@pytest.fixture
def accounts(path: Path) -> Iterator[Accounts]:
    with closing(Accounts(path, Actor("command", "uid-1000"))) as opened:
        yield opened


def noted(accounts: Accounts, after: int = 0) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in accounts.changes.after(after)]


def test_each_change_is_noted_in_order(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    signed_in = accounts.sessions.begin(amy, "PAD-1", NOW)
    accounts.change_password("amy", "another password")
    accounts.disable_user("amy")
    accounts.change_password("amy", PASSWORD)
    accounts.add_token("crm", Role.CRM, str)
    accounts.revoke_token("crm")
    assert signed_in.session.user == amy
    told = noted(accounts)
    told[5:7] = sorted(told[5:7], reverse=True)  # of one statement, in any order
    assert told == [
        ("user_added", amy.reference),
        ("begun", amy.reference),
        ("password_changed", amy.reference),
        ("ended", amy.reference),
        ("user_disabled", amy.reference),
        ("user_enabled", amy.reference),
        ("password_changed", amy.reference),
        ("token_added", "crm"),
        ("token_revoked", "crm"),
    ]
    begun = accounts.changes.after(1)[0]
    assert (begun.role, begun.device) == ("teller", "PAD-1")
    assert abs(begun.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_note_says_who_did_it_and_names_nobody(accounts: Accounts, path: Path) -> None:
    accounts.add_user("amy", Role.TELLER, PASSWORD, "Amy Chen")
    [added] = accounts.changes.after(0)
    assert (added.by_role, added.by_user) == ("command", "uid-1000")
    with closing(sqlite3.connect(path)) as database:
        rows = str(database.execute("SELECT * FROM change").fetchall())
    assert "amy" not in rows.lower()


def test_a_change_by_another_program_is_noted_and_its_maker_unknown(
    accounts: Accounts, path: Path
) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE staff SET role = 'administrator'")
    [raised] = accounts.changes.after(1)
    assert (raised.kind, raised.subject, raised.role) == (
        "role_changed",
        amy.reference,
        "administrator",
    )
    assert raised.by_role is None


def test_what_was_not_done_is_not_noted(accounts: Accounts) -> None:
    accounts.add_token("crm", Role.CRM, str)
    for refused in (
        lambda: accounts.add_token("crm", Role.CRM, str),
        lambda: accounts.disable_user("nobody"),
    ):
        with pytest.raises(AccountFault):
            refused()
    assert noted(accounts) == [("token_added", "crm")]


def test_notes_that_are_on_record_go_and_numbers_go_on(accounts: Accounts) -> None:
    accounts.add_token("crm", Role.CRM, str)
    accounts.revoke_token("crm")
    accounts.changes.forget(2)
    assert noted(accounts) == []
    assert accounts.changes.latest() == 2
    accounts.add_token("crm", Role.CRM, str)
    assert [one.number for one in accounts.changes.after(0)] == [3]


def test_wrong_passwords_are_counted_by_user_and_of_strangers_together(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    for user, password in (("amy", "wrong"), ("amy", PASSWORD), ("bob", "x"), ("carl", "x")):
        accounts.check_password(user, password)
    refused = accounts.changes.take_refused()
    assert refused == {amy.reference: 1, None: 2}
    assert not accounts.changes.take_refused()
    accounts.changes.give_back(refused.items())
    accounts.check_password("amy", "wrong")
    assert accounts.changes.take_refused() == {amy.reference: 2, None: 2}
