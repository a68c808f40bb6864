"""Second factors at the door: who is asked for a code, and which codes count."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.domain.role import Role
from kiosk.store.totp import STEP, code_at
from kiosk.web.lockout import WRONG_A_MINUTE
from tests.web.conftest import PASSWORD, House, open_house, settings

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def secret(house: House) -> str:
    house.accounts.add_user("amy", Role.TELLER, PASSWORD)
    return house.accounts.second_factors.give("amy")


def code(house: House, secret: str, steps: int = 0) -> str:
    return code_at(secret, int(house.clock.now().timestamp()) // STEP + steps)


async def login(house: House, **body: str) -> httpx.Response:
    asked = {"user": "amy", "password": PASSWORD, **body}
    answer = await house.post(None, "/login", asked, headers=ENGLISH)
    house.http.cookies.clear()
    return answer


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


async def test_password_and_code_let_in_and_a_code_only_once(house: House, secret: str) -> None:
    assert kind(await login(house)) == (401, "code-needed")
    right = code(house, secret)
    assert (await login(house, code=right)).status_code == 200
    assert kind(await login(house, code=right)) == (401, "wrong-code")
    house.clock.ahead = timedelta(seconds=STEP)
    assert (await login(house, code=code(house, secret))).status_code == 200


async def test_of_many_who_give_one_code_at_once_one_comes_in(house: House, secret: str) -> None:
    """Whoever looked over a shoulder isn't one of two."""
    right = code(house, secret)
    asked = {"user": "amy", "password": PASSWORD, "code": right}
    answers = await asyncio.gather(*(house.post(None, "/login", asked) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 4


async def test_a_machine_whose_clock_was_wrong_keeps_nobody_out_when_it_is_right(
    house: House, secret: str
) -> None:
    right = code(house, secret, 2)
    house.clock.ahead = timedelta(hours=3)
    refused = await login(house, code=right)
    assert kind(refused) == (401, "wrong-code")
    assert "clock" in refused.json()["detail"]
    house.clock.ahead = timedelta(seconds=2 * STEP)
    assert (await login(house, code=right)).status_code == 200


async def test_strangers_arent_told_who_has_one(house: House, secret: str) -> None:
    house.accounts.add_user("bob", Role.TELLER, PASSWORD)
    asked = {"password": "mistaken", "code": code(house, secret)}
    answers = [await login(house, user=user, **asked) for user in ("amy", "bob", "nobody")]
    assert {(one.status_code, one.text) for one in answers} == {(401, answers[0].text)}
    assert kind(answers[0]) == (401, "wrong-password")


async def test_wrong_codes_are_counted_like_wrong_passwords(house: House, secret: str) -> None:
    """Also by somebody who knows the password and begins anew each time."""
    wrong = str((int(code(house, secret)) + 500_000) % 1_000_000).zfill(6)
    statuses = []
    for turn in range(WRONG_A_MINUTE + 2):
        answer = await (login(house, code=wrong) if turn % 3 else login(house))
        statuses.append(answer.status_code)
    assert statuses == [401] * WRONG_A_MINUTE + [429] * 2
    assert (await login(house, code=code(house, secret))).status_code == 429


async def test_unlocking_asks_for_the_password_alone(house: House, secret: str) -> None:
    token = (await login(house, code=code(house, secret))).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    assert (await house.post(None, "/lock", headers=headers)).status_code == 204
    answer = await house.post(None, "/unlock", {"password": PASSWORD}, headers=headers)
    assert answer.status_code == 204


async def test_a_role_may_need_one(tmp_path: Path) -> None:
    configured = settings(sign_in={"code_required": ["teller"]})
    async with open_house(tmp_path, configured=configured) as house:
        house.accounts.add_user("amy", Role.TELLER, PASSWORD)
        house.accounts.add_user("max", Role.LOBBY_MANAGER, PASSWORD)
        assert kind(await login(house)) == (403, "code-missing")
        assert (await login(house, user="max")).status_code == 200
        secret = house.accounts.second_factors.give("amy")
        assert (await login(house, code=code(house, secret))).status_code == 200


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "abcdef"])
async def test_bodies_that_wont_do(house: House, secret: str, wrong: str) -> None:
    assert kind(await login(house, code=wrong)) == (422, "invalid")
