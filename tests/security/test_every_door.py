"""Every way in, tried by everybody who may not come in: refused, and nothing is done (targets R9)."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from kiosk.access import ANYBODY, TICKET_VERBS, WHO_MAY, may
from kiosk.domain.events import Actor
from kiosk.domain.role import STAFF_ROLES, Role
from kiosk.store.accounts import Accounts
from kiosk.store.staffsessions import Lifetime
from tests.security.knocking import NOTHING, PASSWORD, Hall, Knock, bearer, cookie, open_hall
from tests.security.rawhttp import Answer

SOCKETS = {
    "/api/v1/feed": "feed",
    "/live?page=counter/1": "page-counter",
    "/live?page=admin": "page-admin",
}
"""Those that aren't for anybody, and their rows."""


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


def never_signed_in(hall: Hall, role: Role, elsewhere: Path) -> str:
    return "0" * 32


def signed_out(hall: Hall, role: Role, elsewhere: Path) -> str:
    token = hall.sign_in(role, "gone")
    hall.branch.accounts.sessions.end(token)
    return token


def revoked(hall: Hall, role: Role, elsewhere: Path) -> str:
    token = hall.sign_in(role, "gone")
    hall.branch.accounts.revoke_token("gone")
    return token


def expired(hall: Hall, role: Role, elsewhere: Path) -> str:
    user = hall.branch.accounts.add_user("late", role, PASSWORD)
    long_ago = hall.branch.core.clock.now() - timedelta(hours=12, seconds=1)
    return hall.branch.accounts.sessions.begin(user, None, long_ago).token


def idle(hall: Hall, role: Role, elsewhere: Path) -> str:
    user = hall.branch.accounts.add_user("asleep", role, PASSWORD)
    long_ago = hall.branch.core.clock.now() - timedelta(minutes=20)
    lasts = Lifetime(timedelta(hours=12), idle=timedelta(minutes=10))
    return hall.branch.accounts.sessions.begin(user, None, long_ago, lasts).token


def disabled(hall: Hall, role: Role, elsewhere: Path) -> str:
    token = hall.sign_in(role, "dismissed")
    hall.branch.accounts.disable_user("dismissed")
    return token


def password_changed(hall: Hall, role: Role, elsewhere: Path) -> str:
    token = hall.sign_in(role, "forgetful")
    hall.branch.accounts.change_password("forgetful", "another password")
    return token


def at_a_revoked_pad(hall: Hall, role: Role, elsewhere: Path) -> str:
    accounts, now = hall.branch.accounts, hall.branch.core.clock.now()
    user, admin = accounts.add_user("walks", role, PASSWORD), Actor("administrator")
    accounts.devices.approve("PAD-1", admin, now)
    token = accounts.sessions.begin(user, "PAD-1", now).token
    accounts.devices.revoke("PAD-1", admin, now)
    return token


def of_another_branch(hall: Hall, role: Role, elsewhere: Path) -> str:
    other = Accounts(elsewhere / "accounts-of-0756.db")
    try:
        if role not in STAFF_ROLES:
            return other.add_token("other", role, lambda token: "")
        user = other.add_user("other", role, PASSWORD)
        return other.sessions.begin(user, None, hall.branch.core.clock.now()).token
    finally:
        other.close()


# Of the roles with the most rights, staff and programs.
STRANGERS = [
    (never_signed_in, Role.LOBBY_MANAGER),
    (signed_out, Role.LOBBY_MANAGER),
    (revoked, Role.TERMINAL),
    (expired, Role.TELLER),
    (idle, Role.LOBBY_MANAGER),
    (disabled, Role.TELLER),
    (password_changed, Role.LOBBY_MANAGER),
    (at_a_revoked_pad, Role.LOBBY_MANAGER),
    (of_another_branch, Role.LOBBY_MANAGER),
    (of_another_branch, Role.TERMINAL),
]


@pytest.mark.parametrize(("made", "role"), STRANGERS)
async def test_nobody_comes_in_without_a_session(
    hall: Hall, tmp_path: Path, made: Callable[[Hall, Role, Path], str], role: Role
) -> None:
    token = made(hall, role, tmp_path)
    await refused_everywhere(hall, bearer(token))
    await refused_at_sockets(hall, cookie(token, hall.origin))


async def test_nobody_comes_in_who_shows_nothing(hall: Hall) -> None:
    await refused_everywhere(hall, {})


async def test_a_cookie_that_is_over_is_no_session_either(hall: Hall, tmp_path: Path) -> None:
    await refused_everywhere(hall, cookie(expired(hall, Role.TELLER, tmp_path), hall.origin))


async def refused_everywhere(hall: Hall, headers: dict[str, str]) -> None:
    before, tried = hall.sequence, 0
    for knock in hall.knocks():
        if WHO_MAY[knock.name] is not ANYBODY:
            assert_not_signed_in(knock, await hall.ask(knock, headers))
            tried += 1
    assert tried > 50
    await refused_at_sockets(hall, headers)
    assert hall.caused(before) == []


async def refused_at_sockets(hall: Hall, headers: dict[str, str]) -> None:
    for path in SOCKETS:
        assert await denied(hall, path, headers) == 401


def assert_not_signed_in(knock: Knock, answer: Answer) -> None:
    if knock.of_a_page:
        assert answer.status == 303, knock
        assert answer.headers["location"].startswith("/login?next=%2F")
        return
    assert answer.status == 401, (knock, answer.body)
    assert answer.json()["type"] == "/problems/not-signed-in"


async def denied(hall: Hall, path: str, headers: dict[str, str]) -> int:
    with pytest.raises(InvalidStatus) as refused:
        async with hall.socket(path, headers):
            pass
    answer = refused.value.response
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


@pytest.mark.parametrize("role", Role)
async def test_a_role_comes_in_where_the_table_says_and_nowhere_else(
    hall: Hall, role: Role
) -> None:
    headers = bearer(hall.token(role))
    before, let_in, turned_away = hall.sequence, set(), set()
    for knock in hall.knocks():
        if allowed(role, knock):
            let_in.add(knock.name)
            continue
        answer = await hall.ask(knock, headers)
        assert answer.status == 403, (knock, answer.body)
        turned_away.add(knock.name)
        if not knock.of_a_page:
            assert answer.json()["type"] == "/problems/not-allowed"
    await sockets_open_as_the_table_says(hall, role, headers)
    assert hall.caused(before) == []
    assert let_in
    assert turned_away
    for knock in hall.knocks():
        if allowed(role, knock) and NOTHING in knock.path:
            assert (await hall.ask(knock, headers)).status not in (401, 403), knock


def allowed(role: Role, knock: Knock) -> bool:
    if not may(role, knock.name):
        return False
    return knock.verb is None or role in TICKET_VERBS[knock.verb]


async def sockets_open_as_the_table_says(hall: Hall, role: Role, headers: dict[str, str]) -> None:
    for path, row in SOCKETS.items():
        if may(role, row):
            async with hall.socket(path, headers) as socket:
                assert await socket.recv()
        else:
            assert await denied(hall, path, headers) == 403
