"""Accounts: what is kept, what isn't, and two processes on one file."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES, Role
from kiosk.store.accounts import AccountFault, Accounts
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.tokens import digest

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "accounts.db"


@pytest.fixture
def accounts(path: Path) -> Iterator[Accounts]:
    opened = Accounts(path)
    yield opened
    opened.close()


def test_only_the_owner_may_read_the_file(accounts: Accounts, path: Path) -> None:
    accounts.add_user("amy", Role.TELLER, PASSWORD)
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_user_is_known_by_an_opaque_reference(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD, "Amy Chen")
    bob = accounts.add_user("bob", Role.LOBBY_MANAGER, PASSWORD)
    assert accounts.users() == [amy, bob]
    assert (amy.display_name, bob.display_name) == ("Amy Chen", "bob")
    assert len(amy.reference) == 16
    assert amy.reference != bob.reference
    assert "amy" not in amy.reference


def test_neither_passwords_nor_tokens_are_kept(accounts: Accounts, path: Path) -> None:
    user = accounts.add_user("amy", Role.TELLER, PASSWORD)
    session = accounts.sessions.begin(user, None, NOW).token
    token = accounts.add_token("crm", Role.CRM, lambda token: "$7$hash")
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for secret in (PASSWORD, session, token):
        assert secret.encode() not in kept
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in kept


def test_passwords_are_checked_and_changed(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    assert accounts.check_password("amy", PASSWORD) == amy
    assert accounts.check_password("amy", "something else") is None
    assert accounts.check_password("bob", PASSWORD) is None
    token = accounts.sessions.begin(amy, None, NOW).token
    accounts.change_password("amy", "another password")
    assert accounts.check_password("amy", PASSWORD) is None
    assert accounts.check_password("amy", "another password") == amy
    assert accounts.sessions.session(digest(token), NOW) is None


def test_who_is_disabled_is_signed_out_and_stays_out(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    token = accounts.sessions.begin(amy, None, NOW).token
    accounts.disable_user("amy")
    assert accounts.check_password("amy", PASSWORD) is None
    assert accounts.sessions.session(digest(token), NOW) is None
    assert [user.disabled for user in accounts.users()] == [True]
    accounts.change_password("amy", PASSWORD)
    assert accounts.check_password("amy", PASSWORD) is not None


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a/b", "x" * 65, "a\n"])
def test_names_that_wont_do(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountFault, match="is no name"):
        accounts.add_user(name, Role.TELLER, PASSWORD)
    with pytest.raises(AccountFault, match="is no name"):
        accounts.add_token(name, Role.CRM, lambda token: "")


def test_what_cant_be_done_is_said(accounts: Accounts) -> None:
    accounts.add_user("amy", Role.TELLER, PASSWORD)
    accounts.add_token("crm", Role.CRM, lambda token: "")
    for wrong, words in (
        (lambda: accounts.add_user("amy", Role.TELLER, PASSWORD), "already"),
        (lambda: accounts.add_user("bob", Role.TELLER, "short"), "at least 8"),
        (lambda: accounts.disable_user("bob"), "no 'bob'"),
        (lambda: accounts.change_password("bob", PASSWORD), "no 'bob'"),
        (lambda: accounts.add_token("crm", Role.CRM, lambda token: ""), "revoke it first"),
        (lambda: accounts.revoke_token("other"), "no 'other'"),
    ):
        with pytest.raises(AccountFault, match=words):
            wrong()


def test_somebody_is_signed_out_everywhere(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    bob = accounts.add_user("bob", Role.TELLER, PASSWORD)
    bobs = accounts.sessions.begin(bob, None, NOW).token
    for device in (None, None, "pad-7"):
        accounts.sessions.begin(amy, device, NOW)
    assert accounts.sign_out("amy") == 3
    assert accounts.sign_out("amy") == 0
    assert accounts.sessions.session(digest(bobs), NOW) is not None
    with pytest.raises(AccountFault, match="no 'zoe'"):
        accounts.sign_out("zoe")


@pytest.mark.parametrize("name", ["session-pad-7", "client-mode-pad-7"])
def test_a_program_isnt_named_like_a_session_or_a_pad_at_the_broker(
    accounts: Accounts, name: str
) -> None:
    with pytest.raises(AccountFault, match="are people's"):
        accounts.add_token(name, Role.CRM, lambda token: "")


@pytest.mark.parametrize("role", Role)
def test_a_role_is_staffs_or_programs(accounts: Accounts, role: Role) -> None:
    assert (role in STAFF_ROLES) is not (role in PROGRAM_ROLES)
    if role in PROGRAM_ROLES:
        with pytest.raises(AccountFault, match="token"):
            accounts.add_user("amy", role, PASSWORD)
    else:
        with pytest.raises(AccountFault, match="password"):
            accounts.add_token("amy", role, lambda token: "")


def test_programs_have_tokens(accounts: Accounts) -> None:
    token = accounts.add_token("crm", Role.CRM, lambda token: f"hash of {len(token)}")
    program = accounts.program(digest(token))
    assert program is not None
    assert (program.name, program.role, program.broker_hash) == ("crm", Role.CRM, "hash of 32")
    assert accounts.programs() == [program]
    assert accounts.program(digest("another")) is None
    accounts.revoke_token("crm")
    assert accounts.program(digest(token)) is None


def test_when_somebody_was_seen_is_kept(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    token = accounts.sessions.begin(amy, None, NOW).token
    assert accounts.users()[0].last_seen == NOW
    later = NOW + timedelta(minutes=5)
    accounts.sessions.mark_used([digest(token)], later)
    assert accounts.users()[0].last_seen == later


def test_every_change_by_whichever_process_is_noticed(accounts: Accounts, path: Path) -> None:
    versions = [accounts.version()]
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    versions.append(accounts.version())
    accounts.sessions.session("nobody's", NOW)
    assert accounts.version() == versions[-1]
    other = Accounts(path)
    token = other.add_token("crm", Role.CRM, lambda token: "")
    versions.append(accounts.version())
    other.revoke_token("crm")
    versions.append(accounts.version())
    session = other.sessions.begin(amy, None, NOW).token
    versions.append(accounts.version())
    assert len(set(versions)) == len(versions)
    assert accounts.program(digest(token)) is None
    assert accounts.sessions.session(digest(session), NOW) is not None
    other.close()


def test_a_process_may_write_before_and_while_another_runs(path: Path) -> None:
    add = (
        "import sys, pathlib\n"
        "from kiosk.store.accounts import Accounts, Role\n"
        "Accounts(pathlib.Path(sys.argv[1])).add_token(sys.argv[2], Role.CRM, str)\n"
    )
    for name in ("before", "while"):
        subprocess.run([sys.executable, "-c", add, str(path), name], check=True, timeout=30)
        accounts = Accounts(path)
        assert name in [program.name for program in accounts.programs()]
        accounts.close()


def test_many_threads_share_it(accounts: Accounts) -> None:
    faults: list[Exception] = []

    def add(number: int) -> None:
        try:
            for turn in range(5):
                accounts.add_token(f"p{number}-{turn}", Role.CRM, lambda token: "")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(accounts.programs()) == 30


def test_a_damaged_file_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(AccountsUnavailable, match=r"accounts\.db"):
        Accounts(path)
