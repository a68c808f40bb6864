"""Signing in and out: passwords, sessions, revocation, restarts."""

import asyncio
import statistics
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.web.guard import COOKIE
from tests.support.slowmotion import slow_motion
from tests.web.conftest import PASSWORD, House, open_house


def amy(house: House) -> None:
    house.accounts.add_user("amy", Role.TELLER, PASSWORD, "Amy Chen")


async def login(house: House, user: str = "amy", password: str = PASSWORD) -> httpx.Response:
    return await house.post(None, "/login", {"user": user, "password": password})


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def test_signing_in_gives_a_token_and_a_cookie(house: House) -> None:
    amy(house)
    answer = await login(house)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["role"], body["name"], body["mqtt"]) == ("teller", "Amy Chen", None)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    me = (await house.get(None, "/me", headers=bearer(answer))).json()
    assert (me["role"], me["name"], me["user"]) == ("teller", "Amy Chen", body["user"])
    assert house.http.cookies[COOKIE] == body["token"]
    assert (await house.get(None, "/me")).status_code == 200  # by the cookie


async def test_signing_out_ends_it(house: House) -> None:
    amy(house)
    headers = bearer(await login(house))
    house.http.cookies.clear()
    assert (await house.post(None, "/logout", headers=headers)).status_code == 204
    assert (await house.get(None, "/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(("user", "password"), [("amy", "mistaken"), ("bob", PASSWORD)])
async def test_wrong_user_or_password(house: House, user: str, password: str) -> None:
    amy(house)
    answer = await login(house, user, password)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/wrong-password")
    assert password not in answer.text
    assert "set-cookie" not in answer.headers


async def test_ten_wrong_passwords_are_enough(house: House) -> None:
    amy(house)
    answers = await asyncio.gather(*(login(house, password="wrong") for _ in range(12)))
    assert sorted(one.status_code for one in answers) == [401] * 10 + [429] * 2
    answer = await login(house)  # the right one now, too late
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    house.accounts.add_user("bob", Role.TELLER, PASSWORD)
    assert (await login(house, "bob")).status_code == 200


async def test_a_name_and_a_password_without_end_arent_looked_at(house: House) -> None:
    amy(house)
    for user, password in (("a" * 100_000, PASSWORD), ("amy", "p" * 100_000)):
        began = time.perf_counter()
        assert (await login(house, user, password)).status_code == 401
        assert time.perf_counter() - began < 1
    assert (await login(house)).status_code == 200


async def test_a_stranger_waits_as_long_as_a_known_user(house: House) -> None:
    amy(house)
    times: dict[str, list[float]] = {"amy": [], "nobody": []}
    await login(house, "warm-up", "wrong password")
    for _ in range(5):
        for user, taken in times.items():
            began = time.perf_counter()
            await login(house, user, "wrong password")
            taken.append(time.perf_counter() - began)
    known, stranger = (statistics.median(taken) for taken in times.values())
    assert 0.5 < known / stranger < 2


async def test_a_restart_signs_nobody_out(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        amy(house)
        headers = bearer(await login(house))
    async with open_house(tmp_path) as house:
        assert (await house.get(None, "/me", headers=headers)).status_code == 200


async def test_a_session_ends_after_a_working_day(house: House) -> None:
    amy(house)
    headers = bearer(await login(house))
    house.http.cookies.clear()
    assert (await house.get(None, "/me", headers=headers)).status_code == 200
    house.clock.ahead = timedelta(hours=12, seconds=1)
    assert (await house.get(None, "/me", headers=headers)).status_code == 401


async def test_what_another_process_changes_counts_within_a_second(
    house: House, tmp_path: Path
) -> None:
    amy(house)
    headers = bearer(await login(house))
    house.http.cookies.clear()
    program = {"authorization": f"Bearer {await house.token(Role.CRM)}"}
    command_line = Accounts(tmp_path / "accounts.db")
    for one in (headers, program):
        assert (await house.get(None, "/state", headers=one)).status_code == 200
    with slow_motion() as motion:
        command_line.disable_user("amy")
        command_line.revoke_token("a-crm")
        token = command_line.add_token("new-crm", Role.CRM, lambda token: "")
        motion.skip(1.0)
        for one in (headers, program):
            assert (await house.get(None, "/state", headers=one)).status_code == 401
    added = {"authorization": f"Bearer {token}"}
    assert (await house.get(None, "/state", headers=added)).status_code == 200
    assert (await login(house)).status_code == 401
    command_line.close()
