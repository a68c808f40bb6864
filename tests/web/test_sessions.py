"""Sessions in the controller: whoever hangs on them is told when they begin and end."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.staffsessions import WORKING_DAY, Lifetime
from kiosk.store.tokens import digest
from kiosk.web.guard import COOKIE
from kiosk.web.padcheck import PadClaim
from tests.support.eventually import until
from tests.support.slowmotion import SlowMotion, slow_motion
from tests.web.conftest import PASSWORD, House, told


@pytest.fixture
async def signals(house: House) -> list[int]:
    """How many may be at the broker, at each signal."""
    counts: list[int] = []

    def listen() -> None:
        counts.append(len(house.accounts.sessions.broker_sessions(house.clock.now())))

    house.context.sessions.callers.listen(listen)
    return counts


async def test_whoever_listens_is_told_at_once(house: House, signals: list[int]) -> None:
    house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    house.accounts.devices.approve("pad-7", SYSTEM, house.clock.now())
    sessions = house.context.sessions
    signed_in = await sessions.sign_in("amy", PASSWORD, pad=PadClaim("pad-7"))
    assert signals[-1:] == [0]
    before = len(signals)
    await sessions.sign_out(signed_in.token)
    assert len(signals) == before + 1
    assert sessions.callers.of(signed_in.token) is None


async def test_the_end_of_a_session_is_told_though_nobody_calls(
    house: House, signals: list[int]
) -> None:
    user = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    house.accounts.sessions.begin(user, "pad-7", house.clock.now(), broker_hash=str)
    await until(lambda: signals[-1:] == [1])
    house.clock.ahead = WORKING_DAY.longest + timedelta(seconds=1)
    await until(lambda: signals[-1:] == [0])


async def test_what_another_process_ends_is_told_too(
    house: House, signals: list[int], tmp_path: Path
) -> None:
    user = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    begun = house.accounts.sessions.begin(user, "pad-7", house.clock.now(), broker_hash=str)
    assert house.context.sessions.callers.of(begun.token)
    command_line = Accounts(tmp_path / "accounts.db")
    command_line.disable_user("amy")
    command_line.close()
    await until(lambda: signals[-1:] == [0])
    assert house.context.sessions.callers.of(begun.token) is None


NOT_YET, IDLE = timedelta(minutes=90), timedelta(minutes=150)
"""Two looks at a teller's session: the second is too late for one that nobody used at the first."""


async def teller(house: House) -> dict[str, str]:
    """The headers of a teller who has just signed in."""
    user = house.accounts.add_user("amy", Role.TELLER, PASSWORD)
    begun = house.accounts.sessions.begin(user, None, house.clock.now(), SHIFT)
    return {"authorization": f"Bearer {begun.token}"}


SHIFT = Lifetime(timedelta(hours=12), timedelta(minutes=120))


async def until_signed_out(house: House, headers: dict[str, str]) -> None:
    async with asyncio.timeout(20):
        while (await house.get(None, "/me", headers=headers)).status_code != 401:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def used_lately(house: House) -> bool:
    seen = house.accounts.users()[0].last_seen
    return seen is not None and house.clock.now() - seen < timedelta(minutes=5)


@pytest.mark.parametrize("path", ["/state", "/me", "/queues", "/events"])
async def test_polling_is_no_use_of_a_session(house: House, path: str) -> None:
    headers = await teller(house)
    house.clock.ahead = NOT_YET
    answer = await house.get(None, path, headers=headers)
    assert answer.status_code in (200, 403)
    house.clock.ahead = IDLE
    await until_signed_out(house, headers)


async def test_whoever_does_something_stays_signed_in(house: House) -> None:
    headers = await teller(house)
    house.clock.ahead = NOT_YET
    assert (await house.post(None, "/counters/1/open", headers=headers)).status_code == 200
    await until(lambda: used_lately(house))
    house.clock.ahead = IDLE
    await asyncio.sleep(0)
    assert (await house.get(None, "/me", headers=headers)).status_code == 200
    house.clock.ahead = NOT_YET + IDLE
    await until_signed_out(house, headers)


async def test_a_live_connection_is_used_by_what_it_says(house: House) -> None:
    headers = await teller(house)
    async with await house.feed(None, headers=headers) as socket:
        await told(socket)
        house.clock.ahead = NOT_YET
        await socket.send("used")
        await until(lambda: used_lately(house))
        house.clock.ahead = IDLE
        assert (await house.get(None, "/me", headers=headers)).status_code == 200
        house.clock.ahead = NOT_YET + IDLE
        await asyncio.wait_for(socket.wait_closed(), 20)
        assert socket.close_code == 1008


def give_another_role(accounts: Accounts) -> None:
    """As only a hand in the database does."""
    with accounts._file.changing() as database:
        database.execute("UPDATE staff SET role = 'auditor' WHERE name = 'amy'")


END: Mapping[str, Callable[[House, Accounts], None]] = {
    "disabled": lambda _, accounts: accounts.disable_user("amy"),
    "another role": lambda _, accounts: give_another_role(accounts),
    "password": lambda _, accounts: accounts.change_password("amy", "another password"),
    "signed out": lambda _, accounts: assert_some(accounts.sign_out("amy")),
    "idle": lambda house, _: ahead(house, IDLE),
    "expired": lambda house, _: ahead(house, SHIFT.longest),
}


def assert_some(count: int) -> None:
    assert count > 0


def ahead(house: House, time: timedelta) -> None:
    house.clock.ahead = time


async def until_closed_at_the_next_look(socket: ClientConnection, motion: SlowMotion) -> None:
    """A second passes, in which it is looked; and there is another one for the ending."""
    motion.skip(1.0)
    await asyncio.wait_for(socket.wait_closed(), 1.0)
    assert socket.close_code == 1008


@pytest.mark.parametrize("cause", END)
async def test_a_feed_ends_with_its_session_by_whatever_cause(
    house: House, tmp_path: Path, cause: str
) -> None:
    headers = await teller(house)
    async with await house.feed(None, headers=headers) as socket:
        await told(socket)
        with slow_motion() as motion:
            command_line = Accounts(tmp_path / "accounts.db")
            END[cause](house, command_line)
            command_line.close()
            await until_closed_at_the_next_look(socket, motion)
    for path in ("/me", "/state"):
        assert (await house.get(None, path, headers=headers)).status_code == 401
    with pytest.raises(InvalidStatus, match="401"):
        await house.feed(None, headers=headers)


async def test_a_feed_ends_when_its_token_is_revoked(house: House, tmp_path: Path) -> None:
    async with await house.feed(Role.DISPLAY) as socket:
        await told(socket)
        with slow_motion() as motion:
            command_line = Accounts(tmp_path / "accounts.db")
            command_line.revoke_token("a-display")
            command_line.close()
            await until_closed_at_the_next_look(socket, motion)


async def test_a_long_poll_ends_with_its_session(house: House) -> None:
    user = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    begun = house.accounts.sessions.begin(user, None, house.clock.now())
    headers = {"authorization": f"Bearer {begun.token}"}
    after = house.context.log.last_sequence()
    waiting = asyncio.create_task(
        house.get(None, f"/events?after={after}&wait=30", headers=headers)
    )
    await until(lambda: house.context.feed._followers)
    with slow_motion():
        assert (await house.post(None, "/logout", headers=headers)).status_code == 204
        answer = await asyncio.wait_for(waiting, 1.0)
    assert answer.status_code == 401


async def test_somebody_signs_out_everywhere(house: House) -> None:
    headers = await teller(house)
    mine, other = [await house.context.sessions.sign_in("amy", PASSWORD) for _ in range(2)]
    await house.token(Role.LOBBY_MANAGER)
    async with await house.feed(None, headers=headers) as socket:
        await told(socket)
        with slow_motion():
            bearer = {"authorization": f"Bearer {mine.token}"}
            answer = await house.post(None, "/logout", {"everywhere": True}, headers=bearer)
            assert answer.status_code == 204
            await asyncio.wait_for(socket.wait_closed(), 1.0)
    assert house.context.sessions.callers.of(other.token) is None
    assert (await house.get(Role.LOBBY_MANAGER, "/me")).status_code == 200


async def test_a_sign_in_leaves_nothing_of_the_session_before(house: House) -> None:
    """Session fixation: whatever the browser brings along is no good afterwards."""
    house.accounts.add_user("amy", Role.TELLER, PASSWORD)
    body = {"user": "amy", "password": PASSWORD}
    planted = (await house.post(None, "/login", body)).json()["token"]
    headers = {"cookie": f"{COOKIE}={planted}"}
    house.http.cookies.clear()
    answer = await house.post(
        None, "/login", body, headers=headers | {"sec-fetch-site": "same-origin"}
    )
    assert answer.status_code == 200
    assert answer.json()["token"] != planted
    assert house.context.sessions.callers.of(planted) is None
    house.http.cookies.clear()
    made_up = {"cookie": f"{COOKIE}=made-up", "sec-fetch-site": "same-origin"}
    answer = await house.post(None, "/login", body, headers=made_up)
    assert answer.json()["token"] != "made-up"
    assert house.context.sessions.callers.of("made-up") is None


async def test_a_wrong_password_ends_no_session(house: House) -> None:
    headers = await teller(house)
    wrong = {"user": "amy", "password": "mistaken"}
    assert (await house.post(None, "/login", wrong, headers=headers)).status_code == 401
    assert (await house.get(None, "/me", headers=headers)).status_code == 200


async def test_sessions_that_are_over_leave_the_file(house: House) -> None:
    user = house.accounts.add_user("amy", Role.TELLER, PASSWORD)
    begun = house.accounts.sessions.begin(user, None, house.clock.now())
    house.clock.ahead = WORKING_DAY.longest + timedelta(seconds=1)
    at_first = house.clock.now() - house.clock.ahead
    sessions = house.accounts.sessions
    await until(lambda: sessions.session(digest(begun.token), at_first) is None)
