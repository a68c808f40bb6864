"""Sessions of staff: how long they last, and that their place at the broker goes with them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.staff import StaffUser
from kiosk.store.staffsessions import SEEN_EVERY, WORKING_DAY, Lifetime
from kiosk.store.tokens import digest

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SHORT = Lifetime(longest=timedelta(hours=2), idle=timedelta(minutes=30))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.db"


@pytest.fixture
def accounts(path: Path) -> Iterator[Accounts]:
    opened = Accounts(path)
    yield opened
    opened.close()


@pytest.fixture
def amy(accounts: Accounts) -> StaffUser:
    return accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)


def test_sessions_last_a_working_day_also_over_a_restart(
    accounts: Accounts, amy: StaffUser, path: Path
) -> None:
    begun = accounts.sessions.begin(amy, "pad-7", NOW)
    again = Accounts(path)
    assert again.sessions.session(digest(begun.token), NOW) == begun.session
    last = NOW + WORKING_DAY.longest - SECOND
    assert again.sessions.session(digest(begun.token), last) is not None
    assert again.sessions.session(digest(begun.token), last + SECOND) is None
    again.sessions.end(begun.token)
    assert again.sessions.session(digest(begun.token), NOW) is None
    again.close()


def test_who_was_disabled_while_signing_in_is_nobody(accounts: Accounts, amy: StaffUser) -> None:
    accounts.disable_user("amy")
    token = digest(accounts.sessions.begin(amy, None, NOW).token)
    assert accounts.sessions.session(token, NOW) is None


def test_nor_is_who_signs_in_at_a_pad_that_is_being_revoked(
    accounts: Accounts, amy: StaffUser
) -> None:
    accounts.devices.approve("pad-7", SYSTEM, NOW)
    accounts.devices.revoke("pad-7", SYSTEM, NOW)
    token = digest(accounts.sessions.begin(amy, "pad-7", NOW).token)
    assert accounts.sessions.session(token, NOW) is None


def test_a_session_that_nobody_uses_ends(accounts: Accounts, amy: StaffUser) -> None:
    token = digest(accounts.sessions.begin(amy, None, NOW, SHORT).token)
    used = NOW + timedelta(minutes=29)
    accounts.sessions.mark_used([token], used)
    last = used + SHORT.idle + timedelta(seconds=SEEN_EVERY) - SECOND
    assert not accounts.sessions.expire(last)
    assert accounts.sessions.expire(last + SECOND)
    assert accounts.sessions.session(token, used) is None


def test_a_session_ends_at_the_latest_however_it_is_used(
    accounts: Accounts, amy: StaffUser
) -> None:
    token = digest(accounts.sessions.begin(amy, None, NOW, SHORT).token)
    for minutes in range(0, 120, 20):
        accounts.sessions.mark_used([token], NOW + timedelta(minutes=minutes))
        assert accounts.sessions.session(token, NOW + timedelta(minutes=minutes)) is not None
    assert accounts.sessions.session(token, NOW + SHORT.longest) is None


def test_a_session_has_an_id_that_isnt_its_token(accounts: Accounts, amy: StaffUser) -> None:
    first, second = (accounts.sessions.begin(amy, None, NOW) for _ in range(2))
    assert len({first.session.id, second.session.id, first.token, second.token}) == 4
    assert first.session.id not in digest(first.token)


def test_a_session_may_have_a_place_at_the_broker(
    accounts: Accounts, amy: StaffUser, path: Path
) -> None:
    accounts.sessions.begin(amy, None, NOW)
    at_pad = accounts.sessions.begin(amy, "pad-7", NOW, broker_hash=lambda token: f"#{len(token)}")
    elsewhere = accounts.sessions.begin(amy, None, NOW, broker_hash=lambda token: "#")
    assert at_pad.broker
    assert elsewhere.broker
    listed = {one.name: one for one in accounts.sessions.broker_sessions(NOW)}
    assert set(listed) == {at_pad.broker.name, elsewhere.broker.name}
    place = listed[at_pad.broker.name]
    assert at_pad.broker.name == f"session-pad-7-{amy.reference}"
    assert (place.password_hash, place.role) == ("#32", Role.LOBBY_MANAGER)
    assert (place.user, place.device) == (amy.reference, "pad-7")
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert at_pad.broker.token.encode() not in kept
    assert at_pad.broker.token not in repr(at_pad)


@pytest.mark.parametrize(
    "end", ["sign-out", "everywhere", "disabled", "password", "expired", "idle"]
)
def test_the_place_at_the_broker_goes_with_the_session(
    accounts: Accounts, amy: StaffUser, end: str
) -> None:
    begun = accounts.sessions.begin(amy, "pad-7", NOW, SHORT, str)
    assert len(accounts.sessions.broker_sessions(NOW)) == 1
    now = NOW
    match end:
        case "sign-out":
            accounts.sessions.end(begun.token)
        case "everywhere":
            assert accounts.sessions.end_of(amy.reference) == 1
        case "disabled":
            accounts.disable_user("amy")
        case "password":
            accounts.change_password("amy", "another password")
        case "expired":
            now = NOW + SHORT.longest
        case "idle":
            now = NOW + SHORT.idle + timedelta(seconds=SEEN_EVERY)
    assert accounts.sessions.broker_sessions(now) == []


def test_one_person_has_one_session_at_a_device(accounts: Accounts, amy: StaffUser) -> None:
    bob = accounts.add_user("bob", Role.LOBBY_MANAGER, PASSWORD)
    before = accounts.sessions.begin(amy, "pad-7", NOW, broker_hash=str)
    others = accounts.sessions.begin(bob, "pad-7", NOW, broker_hash=str)
    after = accounts.sessions.begin(amy, "pad-7", NOW, broker_hash=str)
    assert accounts.sessions.session(digest(before.token), NOW) is None
    assert accounts.sessions.session(digest(after.token), NOW) == after.session
    assert before.broker
    assert after.broker
    assert others.broker
    assert before.broker.name == after.broker.name  # a session of before is resumed
    assert before.broker.token != after.broker.token
    assert others.broker.name != after.broker.name
