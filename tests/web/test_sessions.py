"""Sessions in the controller: whoever hangs on them is told when they begin and end."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.staffsessions import WORKING_DAY
from kiosk.store.tokens import digest
from tests.web.conftest import PASSWORD, House, until


@pytest.fixture
async def told(house: House) -> list[int]:
    """How many may be at the broker, at each signal."""
    signals: list[int] = []

    def listen() -> None:
        signals.append(len(house.accounts.sessions.broker_sessions(house.clock.now())))

    house.context.sessions.listen(listen)
    return signals


async def test_whoever_listens_is_told_at_once(house: House, told: list[int]) -> None:
    house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    sessions = house.context.sessions
    signed_in = await sessions.sign_in("amy", PASSWORD, "pad-7")
    assert told[-1:] == [0]
    before = len(told)
    await sessions.sign_out(signed_in.token)
    assert len(told) == before + 1
    assert sessions.caller(signed_in.token) is None


async def test_the_end_of_a_session_is_told_though_nobody_calls(
    house: House, told: list[int]
) -> None:
    user = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    house.accounts.sessions.begin(user, "pad-7", house.clock.now(), broker_hash=str)
    await until(lambda: told[-1:] == [1])
    house.clock.ahead = WORKING_DAY.longest + timedelta(seconds=1)
    await until(lambda: told[-1:] == [0])


async def test_what_another_process_ends_is_told_too(
    house: House, told: list[int], tmp_path: Path
) -> None:
    user = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    begun = house.accounts.sessions.begin(user, "pad-7", house.clock.now(), broker_hash=str)
    assert house.context.sessions.caller(begun.token)
    command_line = Accounts(tmp_path / "accounts.db")
    command_line.disable_user("amy")
    command_line.close()
    await until(lambda: told[-1:] == [0])
    assert house.context.sessions.caller(begun.token) is None


async def test_sessions_that_are_over_leave_the_file(house: House) -> None:
    user = house.accounts.add_user("amy", Role.TELLER, PASSWORD)
    begun = house.accounts.sessions.begin(user, None, house.clock.now())
    house.clock.ahead = WORKING_DAY.longest + timedelta(seconds=1)
    at_first = house.clock.now() - house.clock.ahead
    sessions = house.accounts.sessions
    await until(lambda: sessions.session(digest(begun.token), at_first) is None)
