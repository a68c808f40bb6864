"""The register of PADs: who waits, who is let in, and what proves a PAD (LOB-99)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.events import Actor
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.deviceregister import (
    MOST_PENDING,
    DeviceRegister,
    DeviceState,
    RegisterFault,
    Standing,
)
from kiosk.store.tokens import digest

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
MANAGER, ADMIN = Actor("lobby-manager", "ab12", "PAD-1"), Actor("administrator", "cd34")
SECRET, OTHER = "a secret of the PAD's own", "a secret of something else"


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = Accounts(tmp_path / "accounts.db")
    yield opened
    opened.close()


@pytest.fixture
def register(accounts: Accounts) -> DeviceRegister:
    return accounts.devices


def test_lob_99_an_unknown_pad_is_listed_and_let_in_by_somebody(
    register: DeviceRegister, tmp_path: Path
) -> None:
    assert register.standing("PAD-1", SECRET) is None
    register.ask("PAD-1", SECRET, "0755", MANAGER, NOW)
    assert register.standing("PAD-1", SECRET) is Standing.PENDING
    (pad,) = register.pads()
    assert (pad.id, pad.state, pad.branch) == ("PAD-1", DeviceState.PENDING, "0755")
    assert pad.code == f"{digest(SECRET)[:4]}-{digest(SECRET)[4:8]}"
    register.approve("PAD-1", ADMIN, NOW)
    assert register.standing("PAD-1", SECRET) is Standing.APPROVED
    assert register.proven("PAD-1", SECRET) is Standing.APPROVED
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert SECRET.encode() not in kept


@pytest.mark.parametrize("secret", [None, OTHER])
def test_a_pad_with_a_secret_has_to_prove_itself(
    register: DeviceRegister, secret: str | None
) -> None:
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.approve("PAD-1", ADMIN, NOW)
    assert register.standing("PAD-1", secret) is Standing.UNPROVEN
    assert register.proven("PAD-1", secret or "") is Standing.UNPROVEN


def test_a_pad_without_a_secret_is_known_by_its_name_and_proves_nothing(
    register: DeviceRegister,
) -> None:
    register.approve("PAD-2", ADMIN, NOW)  # before it ever came
    assert register.standing("PAD-2", None) is Standing.APPROVED
    assert register.standing("PAD-2", OTHER) is Standing.APPROVED
    assert register.proven("PAD-2", OTHER) is Standing.UNPROVEN


def test_a_pad_that_comes_with_a_secret_is_known_by_it_ever_after(
    accounts: Accounts, register: DeviceRegister
) -> None:
    register.approve("PAD-2", ADMIN, NOW)
    assert register.bind("PAD-2", SECRET, MANAGER) is Standing.APPROVED
    assert register.bind("PAD-2", OTHER, MANAGER) is Standing.UNPROVEN
    assert register.standing("PAD-2", None) is Standing.UNPROVEN
    assert register.proven("PAD-2", SECRET) is Standing.APPROVED
    (_, proven) = accounts.changes.after(0)
    assert (proven.kind, proven.subject, proven.role) == ("pad_proven", "PAD-2", "pad")
    assert (proven.by_role, proven.by_user, proven.device) == ("lobby-manager", "ab12", "PAD-2")
    register.revoke("PAD-2", ADMIN, NOW)
    register.approve("PAD-2", ADMIN, NOW)
    assert register.standing("PAD-2", None) is Standing.UNPROVEN


@pytest.mark.parametrize("waits", [True, False])
def test_nobody_is_bound_who_isnt_let_in(register: DeviceRegister, waits: bool) -> None:
    register.ask("PAD-1", None, None, MANAGER, NOW)
    if not waits:
        register.approve("PAD-1", ADMIN, NOW)
        register.revoke("PAD-1", ADMIN, NOW)
    assert register.bind("PAD-1", SECRET, MANAGER) is Standing.UNPROVEN
    assert [pad.code for pad in register.pads()] == [None]


def test_each_token_for_client_mode_is_noted_as_the_pads_own_doing(
    accounts: Accounts, register: DeviceRegister
) -> None:
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.approve("PAD-1", ADMIN, NOW)
    before = accounts.changes.latest()
    for _ in range(2):
        register.give_token("PAD-1", str)
    told = accounts.changes.after(before)
    assert [(one.kind, one.subject, one.device) for one in told] == [
        ("pad_in_client_mode", "PAD-1", "PAD-1")
    ] * 2
    assert {(one.by_role, one.by_user) for one in told} == {("pad", None)}
    register.revoke("PAD-1", ADMIN, NOW)
    register.give_token("PAD-1", str)  # of no use: nobody is in client mode
    assert [one.kind for one in accounts.changes.after(before + 2)] == ["pad_revoked"]


def test_what_another_device_sends_doesnt_change_whose_turn_it_is(
    register: DeviceRegister,
) -> None:
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.ask("PAD-1", OTHER, None, MANAGER, NOW)
    register.approve("PAD-1", ADMIN, NOW)
    assert register.standing("PAD-1", OTHER) is Standing.UNPROVEN


def test_a_revoked_pad_is_out_with_its_sessions_and_may_come_back(accounts: Accounts) -> None:
    register = accounts.devices
    amy = accounts.add_user("amy", Role.LOBBY_MANAGER, "correct horse battery")
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.approve("PAD-1", ADMIN, NOW)
    there = accounts.sessions.begin(amy, "PAD-1", NOW, broker_hash=str)
    elsewhere = accounts.sessions.begin(amy, None, NOW)
    register.revoke("PAD-1", ADMIN, NOW)
    assert accounts.sessions.session(digest(there.token), NOW) is None
    assert accounts.sessions.session(digest(elsewhere.token), NOW) is not None
    assert accounts.sessions.broker_sessions(NOW) == []
    late = accounts.sessions.begin(amy, "PAD-1", NOW)  # its check was just before
    assert accounts.sessions.session(digest(late.token), NOW) is None
    assert register.standing("PAD-1", SECRET) is Standing.REVOKED
    register.approve("PAD-1", ADMIN, NOW)
    assert register.standing("PAD-1", OTHER) is Standing.UNPROVEN  # it is the same one


@pytest.mark.parametrize("approved", [True, False])
def test_a_pad_that_isnt_let_in_is_taken_off_the_list(
    register: DeviceRegister, approved: bool
) -> None:
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    if approved:
        register.approve("PAD-1", ADMIN, NOW)
        register.revoke("PAD-1", ADMIN, NOW)
    register.revoke("PAD-1", ADMIN, NOW)
    assert register.pads() == []
    assert register.standing("PAD-1", OTHER) is None


def test_the_list_of_those_that_wait_is_bounded(register: DeviceRegister) -> None:
    register.approve("ours", ADMIN, NOW)
    for number in range(MOST_PENDING + 5):
        register.ask(f"PAD-{number}", None, None, MANAGER, NOW + timedelta(seconds=number))
    pads = {pad.id for pad in register.pads()}
    assert len(pads) == MOST_PENDING + 1
    assert {"PAD-0", "PAD-4"}.isdisjoint(pads)
    assert {"ours", "PAD-5", f"PAD-{MOST_PENDING + 4}"} <= pads


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 33, "PAD#"])
def test_names_that_no_pad_has(register: DeviceRegister, name: str) -> None:
    with pytest.raises(RegisterFault, match="no id of a PAD"):
        register.approve(name, ADMIN, NOW)
    with pytest.raises(RegisterFault, match="there is no PAD"):
        register.revoke(name, ADMIN, NOW)


def test_every_step_is_noted_with_who_took_it(accounts: Accounts) -> None:
    register = accounts.devices
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.approve("PAD-1", ADMIN, NOW)
    register.approve("PAD-1", ADMIN, NOW)  # nothing new
    register.revoke("PAD-1", ADMIN, NOW)
    register.revoke("PAD-1", ADMIN, NOW)
    register.approve("PAD-2", ADMIN, NOW)
    noted = [(one.kind, one.subject, one.by_role, one.by_user) for one in accounts.changes.after(0)]
    assert noted == [
        ("pad_listed", "PAD-1", "lobby-manager", "ab12"),
        ("pad_approved", "PAD-1", "administrator", "cd34"),
        ("pad_revoked", "PAD-1", "administrator", "cd34"),
        ("pad_removed", "PAD-1", "administrator", "cd34"),
        ("pad_approved", "PAD-2", "administrator", "cd34"),
    ]


def test_who_doesnt_know_the_secret_learns_nothing_of_the_register(
    register: DeviceRegister,
) -> None:
    for device, ends in (("pending", None), ("approved", register.approve), ("revoked", None)):
        register.ask(device, SECRET, None, MANAGER, NOW)
        if ends:
            ends(device, ADMIN, NOW)
    register.approve("revoked", ADMIN, NOW)
    register.revoke("revoked", ADMIN, NOW)
    known = ("pending", "approved", "revoked")
    assert [register.proven(one, SECRET) for one in known] == list(map(Standing, known))
    assert {register.proven(one, OTHER) for one in (*known, "nobody")} == {Standing.UNPROVEN}


def test_lob_11_a_pad_has_one_token_for_client_mode_while_it_is_approved(
    register: DeviceRegister, tmp_path: Path
) -> None:
    register.ask("PAD-1", SECRET, None, MANAGER, NOW)
    register.give_token("PAD-1", digest)
    assert register.in_client_mode() == []  # nobody has approved it
    register.approve("PAD-1", ADMIN, NOW)
    first, second = (register.give_token("PAD-1", digest) for _ in range(2))
    assert (first.name, len(second.token)) == ("client-mode-PAD-1", 32)
    assert first.token != second.token
    (pad,) = register.in_client_mode()
    assert (pad.id, pad.name, pad.password_hash) == ("PAD-1", second.name, digest(second.token))
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert second.token.encode() not in kept
    register.revoke("PAD-1", ADMIN, NOW)
    assert register.in_client_mode() == []
    register.approve("PAD-1", ADMIN, NOW)
    assert register.in_client_mode() == []  # it has to ask for another
