"""Who was told of a client stands in the log, for the auditor."""

import asyncio
from typing import Any

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import ZHANG, ZHANGS_CARD, ZHANGS_DOCUMENT, House


async def opened(house: House, role: Role = Role.AUDITOR) -> list[dict[str, Any]]:
    """Every client that somebody was told of, as this role is told."""
    events = (await house.get(role, "/events")).json()["events"]
    return [one for one in events if one["type"] == "kiosk.client.opened.v1"]


@pytest.mark.parametrize("role", [Role.TERMINAL, Role.LOBBY_MANAGER])
@pytest.mark.parametrize(
    ("shown", "known_by"),
    [
        ({"card": ZHANGS_CARD}, "card"),
        ({"document": ZHANGS_DOCUMENT}, "document"),
        ({"document": "SAMPLE 1"}, "document"),
    ],
)
async def test_each_client_that_somebody_is_told_of_is_on_record(
    house: House, role: Role, shown: dict[str, str], known_by: str
) -> None:
    visit = (await house.post(role, "/visits", shown)).json()
    [fact] = await opened(house)
    told = {"client": ZHANG.reference, "visit": visit["id"], "known_by": known_by}
    assert fact["data"] | told == fact["data"]
    assert fact["data"]["by"]["role"] == role
    assert (fact["subject"], fact["correlationid"]) == (ZHANG.reference, visit["id"])


async def test_a_stranger_and_a_walk_in_leave_nothing(house: House) -> None:
    for body in ({}, {"card": "cd" * 32}, {"phone": "000"}):
        assert (await house.post(Role.TERMINAL, "/visits", body)).status_code == 201
    assert await opened(house) == []


async def test_who_was_not_told_in_time_saw_nothing(house: House) -> None:
    house.directory.answers.clear()
    visit = (await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})).json()
    assert visit["pending"]
    house.directory.answers.set()
    await asyncio.sleep(0)
    assert await opened(house) == []


async def test_an_administrator_is_not_told_whose_cards_were_opened(house: House) -> None:
    await house.post(Role.LOBBY_MANAGER, "/visits", {"card": ZHANGS_CARD})
    assert len(await opened(house, Role.AUDITOR)) == 1
    assert await opened(house, Role.ADMINISTRATOR) == []
    assert await opened(house, Role.LOBBY_MANAGER) == []
