"""Consoles whose teller has left the workplace (OPR-23)."""

from pathlib import Path
from typing import Any

import httpx

from kiosk.domain.role import Role
from tests.web.conftest import PASSWORD, House, open_house, settings

PAGE = {"kiosk-console": "a page"}


async def _amy(house: House) -> dict[str, str]:
    house.accounts.add_user("amy", Role.TELLER, PASSWORD, "Amy Chen")
    answer = await house.post(None, "/login", {"user": "amy", "password": PASSWORD})
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def _as(
    house: House, who: dict[str, str], path: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    return await house.post(None, path, body or {}, headers=who)


async def test_a_locked_teller_commands_nothing_until_the_password_is_given(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        amy = await _amy(house)
        await house.issue()
        await _as(house, amy, "/counters/1/open")
        called = (await _as(house, amy, "/counters/1/next")).json()["ticket"]
        assert (await _as(house, amy, "/lock")).status_code == 204
        refused = await _as(house, amy, "/counters/1/finish")
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (423, "locked")
        assert (await _as(house, amy, f"/tickets/{called['id']}/return")).status_code == 423
        wrong = await _as(house, amy, "/unlock", {"password": "something else"})
        kind = wrong.json()["type"]
        assert (wrong.status_code, kind) == (403, "/problems/still-locked"), "still signed in"
        assert (await _as(house, amy, "/lock")).status_code == 204
        assert (await _as(house, amy, "/counters/1/finish")).status_code == 423
        assert (await _as(house, amy, "/unlock", {"password": PASSWORD})).status_code == 204
        finished = await _as(house, amy, "/counters/1/finish")
        assert finished.json()["ticket"]["number"] == called["number"]


async def test_ten_wrong_passwords_are_too_many_here_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        amy = await _amy(house)
        await _as(house, amy, "/lock")
        answers = [await _as(house, amy, "/unlock", {"password": "no"}) for _ in range(11)]
        assert [one.status_code for one in answers[-2:]] == [403, 429]


async def test_a_break_locks_the_page_and_no_program(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        amy = await _amy(house)
        await house.issue()
        await _as(house, amy, "/counters/1/open")
        await _as(house, amy, "/counters/1/pause")
        assert (await _as(house, amy, "/counters/1/open")).status_code == 200, "a call pad did it"
        await _as(house, amy | PAGE, "/counters/1/next")
        await _as(house, amy | PAGE, "/counters/1/status", {"status": "lunch"})
        assert (await _as(house, amy | PAGE, "/counters/1/recall")).status_code == 200, "serving"
        await _as(house, amy | PAGE, "/counters/1/finish")
        assert (await _as(house, amy | PAGE, "/counters/1/open")).status_code == 423


async def test_a_site_may_do_without(tmp_path: Path) -> None:
    configured = settings(console={"lock_on_break": False})
    async with open_house(tmp_path, configured=configured) as house:
        amy = await _amy(house)
        await _as(house, amy | PAGE, "/counters/1/open")
        await _as(house, amy | PAGE, "/counters/1/pause")
        assert (await _as(house, amy | PAGE, "/counters/1/open")).status_code == 200
