"""Idempotency keys over HTTP: a retry is answered, another command under the same key is refused."""

from typing import Any

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import House

TELLER, LOBBY = Role.TELLER, Role.LOBBY_MANAGER
KEY = {"idempotency-key": "k1", "accept-language": "en"}


async def asked(house: House, role: Role, path: str, body: dict[str, Any]) -> Any:
    return await house.post(role, path, body, headers=KEY)


async def assert_used(house: House, role: Role, path: str, body: dict[str, Any]) -> None:
    """Refused, and nothing is done."""
    before = house.context.log.last_sequence()
    answer = await asked(house, role, path, body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-used")
    assert "idempotency key" in answer.json()["detail"]
    assert house.context.log.last_sequence() == before


@pytest.mark.parametrize(
    "other",
    [
        {"service": "account"},
        {"service": "cash", "language": "en"},
        {"service": "cash", "print": False},
        {"service": "cash", "client": "c-zhang"},
    ],
)
async def test_another_ticket_under_the_key_of_one(house: House, other: dict[str, Any]) -> None:
    first = await asked(house, LOBBY, "/tickets", {"service": "cash"})
    assert first.status_code == 201
    await assert_used(house, LOBBY, "/tickets", other)
    again = await asked(house, LOBBY, "/tickets", {"print": True, "service": "cash"})
    assert again.json()["id"] == first.json()["id"]  # however the fields are written


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("move", {"queue": "V"}),
        ("transfer", {"queue": "B"}),
        ("drop", {"reason": "left"}),
        ("park", {}),
        ("priority", {"class": "vip", "reason": "elderly"}),
        ("call", {"counter": "1"}),
    ],
)
async def test_another_verb_another_ticket_or_another_wish_under_the_key_of_a_move(
    house: House, verb: str, body: dict[str, Any]
) -> None:
    one, two = await house.issue(), await house.issue()
    moved = await asked(house, LOBBY, f"/tickets/{one['id']}/move", {"queue": "B"})
    assert moved.status_code == 200
    await assert_used(house, LOBBY, f"/tickets/{two['id']}/{verb}", body)
    await assert_used(house, LOBBY, f"/tickets/{moved.json()['id']}/{verb}", body)
    await assert_used(house, LOBBY, "/hall/clear", {"reason": "evacuation"})


async def test_the_same_key_for_each_thing_at_the_counter(house: House) -> None:
    await house.issue()
    assert (await asked(house, TELLER, "/counters/1/open", {})).status_code == 200
    for verb in ("next", "close", "pause"):
        await assert_used(house, TELLER, f"/counters/1/{verb}", {})
    await assert_used(house, TELLER, "/counters/2/open", {})
    await assert_used(house, TELLER, "/alerts", {"kind": "call"})
    again = await asked(house, TELLER, "/counters/1/open", {})
    assert (again.status_code, again.json()["counter"]["state"]) == (200, "open")


async def test_what_came_to_nothing_may_be_asked_otherwise(house: House) -> None:
    refused = await asked(house, TELLER, "/counters/1/next", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/counter-is")
    assert (await asked(house, TELLER, "/counters/1/open", {})).status_code == 200


@pytest.mark.parametrize("key", ["a\tb", "k" * 256])
async def test_a_key_that_wont_do(house: House, key: str) -> None:
    headers = {"idempotency-key": key}
    answer = await house.post(LOBBY, "/tickets", {"service": "cash"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
