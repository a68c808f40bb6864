"""Who was told of a client stands in the log, for the auditor."""

import asyncio
from typing import Any

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import ZHANG, ZHANGS_CARD, ZHANGS_DOCUMENT, House


async def opened(
    house: House, role: Role = Role.AUDITOR, kind: str = "opened"
) -> list[dict[str, Any]]:
    """Every client that somebody was told of, as this role is told."""
    events = (await house.get(role, "/events")).json()["events"]
    return [one for one in events if one["type"] == f"kiosk.client.{kind}.v1"]


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


@pytest.mark.parametrize(
    ("shown", "known_by"),
    [
        ({"card": "cd" * 32}, "card"),
        ({"phone": "+86 755 0000 0000"}, "phone"),
        ({"document": "SAMPLE 9"}, "document"),
    ],
)
async def test_who_asks_for_somebody_whom_nobody_knows_is_on_record(
    house: House, shown: dict[str, str], known_by: str
) -> None:
    """Whoever tries numbers out leaves a trail; the numbers stand in it nowhere."""
    visit = (await house.post(Role.LOBBY_MANAGER, "/visits", shown)).json()
    assert await opened(house) == []
    [fact] = await opened(house, kind="not_found")
    told = {"visit": visit["id"], "known_by": known_by}
    assert fact["data"] | told == fact["data"]
    assert (fact["data"]["by"]["role"], fact["subject"]) == ("lobby-manager", visit["id"])
    [number] = shown.values()
    assert number not in str(fact)
    assert await opened(house, Role.ADMINISTRATOR, "not_found") == []


async def test_a_walk_in_leaves_nothing(house: House) -> None:
    assert (await house.post(Role.TERMINAL, "/visits", {})).status_code == 201
    assert await opened(house) == await opened(house, kind="not_found") == []


async def test_who_was_not_told_in_time_saw_nothing(house: House) -> None:
    house.directory.answers.clear()
    visit = (await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})).json()
    assert visit["pending"]
    house.directory.answers.set()
    await asyncio.sleep(0)
    assert await opened(house) == await opened(house, kind="not_found") == []


async def test_an_administrator_is_not_told_whose_cards_were_opened(house: House) -> None:
    await house.post(Role.LOBBY_MANAGER, "/visits", {"card": ZHANGS_CARD})
    assert len(await opened(house, Role.AUDITOR)) == 1
    assert await opened(house, Role.ADMINISTRATOR) == []
    assert await opened(house, Role.LOBBY_MANAGER) == []
