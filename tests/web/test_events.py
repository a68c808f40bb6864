"""``GET /events``: pages, families, waiting."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import House, open_house


async def events(house: House, role: Role = Role.CRM, **query: Any) -> dict[str, Any]:
    answer = await house.get(role, "/events", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def types(page: dict[str, Any]) -> list[str]:
    return [event["type"] for event in page["events"]]


async def test_events_are_cloud_events_in_order(house: House) -> None:
    ticket = await house.issue(client="c-zhang")
    page = await events(house)
    assert types(page) == ["kiosk.day.opened.v1", "kiosk.ticket.issued.v1"]
    assert page["next"] == 2
    issued = page["events"][1]
    assert (issued["sequence"], issued["prev"], issued["subject"]) == (2, None, ticket["id"])
    assert issued["source"] == "/branch/0755/controller"
    assert issued["data"]["client"] == "c-zhang"
    assert issued["data"]["by"] == {"role": "terminal", "user": None, "device": "a-terminal"}


async def test_pages_join_without_gap_or_double(house: House) -> None:
    for _ in range(5):
        await house.issue()
    seen, after = [], 0
    while (page := await events(house, after=after, limit=2))["events"]:
        assert len(page["events"]) <= 2
        seen += [event["sequence"] for event in page["events"]]
        after = page["next"]
    assert seen == [1, 2, 3, 4, 5, 6]
    assert page["next"] == 6


async def test_next_goes_on_over_what_a_role_may_not_see(house: House) -> None:
    answer = await house.post(Role.TELLER, "/tickets", {"service": "cash"})  # with a slip
    assert answer.status_code == 201
    assert types(await events(house, Role.CRM, after=2)) == ["kiosk.slip.prepared.v1"]
    auditor = await events(house, Role.AUDITOR, after=1)
    assert auditor["events"][0]["data"]["client"] is None


async def test_a_role_without_a_reference_gets_none(house: House) -> None:
    await house.issue(client="c-zhang")
    for role, expected in ((Role.AUDITOR, None), (Role.CRM, "c-zhang"), (Role.AUDITOR, None)):
        page = await events(house, role, after=1)
        assert page["events"][0]["data"]["client"] == expected


async def test_waiting_ends_with_the_next_fact(house: House) -> None:
    await house.issue()
    waiting = asyncio.create_task(events(house, after=2, wait=20))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    began = time.monotonic()
    await house.issue()
    page = await waiting
    assert time.monotonic() - began < 2
    assert types(page) == ["kiosk.ticket.issued.v1"]
    assert page["next"] == 3


async def test_waiting_ends_with_its_time(house: House) -> None:
    began = time.monotonic()
    page = await events(house, after=0, wait=0.3)
    assert time.monotonic() - began >= 0.3
    assert page == {"events": [], "next": 0}


@pytest.mark.parametrize(
    "query", [{"after": -1}, {"after": "x"}, {"limit": 0}, {"limit": 1001}, {"wait": 61}]
)
async def test_queries_that_wont_do(house: House, query: dict[str, Any]) -> None:
    answer = await house.get(Role.CRM, "/events", params=query)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == list(query)


async def test_what_is_kept_no_longer_is_gone_and_said_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for _ in range(4):
            await house.issue()
        with closing(sqlite3.connect(tmp_path / "log.db")) as database, database:
            database.execute("DELETE FROM event WHERE sequence < 4")
        for after in (0, 2):
            gone = await house.get(Role.CRM, "/events", params={"after": after})
            assert (gone.status_code, gone.json()["type"]) == (410, "/problems/events-gone")
            assert gone.json()["oldest"] == 4
        kept = await house.get(Role.CRM, "/events", params={"after": 3})
        assert [one["sequence"] for one in kept.json()["events"]] == [4, 5]
