"""Tickets and visits over HTTP."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.role import Role
from kiosk.domain.slipevents import SlipPrepared
from kiosk.flow.state import public_queue_state
from tests.support.branch import A
from tests.support.eventually import until
from tests.web.conftest import ZHANGS_CARD, ZHANGS_DOCUMENT, House, open_house


async def test_a_ticket_has_the_shape_of_the_contract(house: House) -> None:
    await house.issue()
    ticket = await house.issue(language="en")
    assert ticket["number"] == "A002"
    assert (ticket["series"], ticket["queue"], ticket["service"]) == ("A", "A", "cash")
    assert (ticket["class"], ticket["state"], ticket["language"]) == ("regular", "waiting", "en")
    assert (ticket["people_ahead"], ticket["estimated_wait"], ticket["counter"]) == (1, None, None)
    assert ticket["flags"] == []
    assert ticket["issued_at"].endswith("Z")
    assert len(ticket["public_code"]) == 32
    shown = (await house.get(Role.TELLER, f"/tickets/{ticket['id']}")).json()
    assert "public_code" not in shown
    assert shown == {name: ticket[name] for name in shown}


@pytest.mark.parametrize(
    ("role", "body", "jobs"),
    [
        (Role.TERMINAL, {}, 1),
        (Role.TERMINAL, {"print": False}, 0),
        (Role.LOBBY_MANAGER, {}, 1),
        (Role.TELLER, {"print": True}, 1),
        (Role.TELLER, {"print": False}, 0),
    ],
)
async def test_where_a_slip_is_printed(
    house: House, role: Role, body: dict[str, Any], jobs: int
) -> None:
    answer = await house.post(role, "/tickets", {"service": "cash", **body})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tickets/{answer.json()['id']}"
    facts = house.context.log.read(0, 100)
    assert sum(isinstance(fact.event, SlipPrepared) for fact in facts) == jobs


async def test_a_retry_gets_the_first_ticket(house: House) -> None:
    headers = {"idempotency-key": "k1"}
    body = {"service": "cash"}
    first = await house.post(Role.TERMINAL, "/tickets", body, headers=headers)
    again = await house.post(Role.TERMINAL, "/tickets", body, headers=headers)
    other = await house.post(Role.TELLER, "/tickets", body, headers=headers)
    assert again.status_code == first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["public_code"] == first.json()["public_code"]
    assert other.json()["number"] == "A002"  # a key belongs to its caller


async def test_many_at_once_get_numbers_without_gap_or_double(house: House) -> None:
    tickets = await asyncio.gather(*(house.issue() for _ in range(60)))
    assert sorted(ticket["number"] for ticket in tickets) == [f"A{n:03}" for n in range(1, 61)]


async def test_a_retry_after_a_restart_gets_the_first_ticket(tmp_path: Path) -> None:
    headers = {"idempotency-key": "k1"}
    async with open_house(tmp_path) as house:
        token = await house.token(Role.TERMINAL)
        visit = (await house.post(Role.TERMINAL, "/visits")).json()["id"]
        body = {"service": "cash", "visit": visit}
        first = (await house.post(Role.TERMINAL, "/tickets", body, headers=headers)).json()
    async with open_house(tmp_path) as house:
        house.tokens[Role.TERMINAL] = token
        again = (await house.post(Role.TERMINAL, "/tickets", body, headers=headers)).json()
        assert (again["id"], again["number"]) == (first["id"], first["number"])
        assert again["public_code"] == first["public_code"]
        new = await house.post(Role.TERMINAL, "/tickets", body)
        assert (new.status_code, new.json()["type"]) == (404, "/problems/unknown-visit")


async def test_a_key_of_another_command_is_refused(house: House) -> None:
    headers = {"idempotency-key": "k1"}
    assert (await house.work("open", headers=headers)).status_code == 200
    answer = await house.post(Role.TELLER, "/tickets", {"service": "cash"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-used")


async def test_a_visit_tells_who_it_is_and_takes_tickets(house: House) -> None:
    visit = (await house.post(Role.LOBBY_MANAGER, "/visits", {"card": ZHANGS_CARD})).json()
    assert visit["client"] == "c-zhang"
    assert (visit["pending"], visit["greeting"], visit["segment"]) == (False, "zh:张", "vip")
    assert visit["services"][0] == {
        "id": "cash",
        "name": "现金业务",
        "open": True,
        "opens_at": None,
        "waiting": 0,
        "estimated_wait": None,
        "left": None,
        "last_tickets": False,
    }
    path = f"/visits/{visit['id']}/tickets"
    first = (await house.post(Role.LOBBY_MANAGER, path, {"service": "cash"})).json()
    second = (await house.post(Role.LOBBY_MANAGER, path, {"service": "account"})).json()
    assert first["visit"] == second["visit"] == visit["id"]
    assert (first["queue"], first["class"], first["flags"]) == ("V", "vip", ["complaint"])
    assert second["client"] == "c-zhang"


async def test_a_terminal_isnt_told_the_reference(house: House) -> None:
    visit = (await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})).json()
    assert visit["client"] is None
    assert visit["greeting"] == "zh:张"


async def test_a_slow_directory_holds_no_ticket_up(house: House) -> None:
    house.directory.answers.clear()
    visit = (await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})).json()
    assert (visit["pending"], visit["client"]) == (True, None)
    ticket = await house.issue(visit=visit["id"])
    assert ticket["class"] == "regular"
    house.directory.answers.set()
    branch = await house.desk.branch()
    await until(lambda: branch.tickets[ticket["id"]].client == "c-zhang")


@pytest.mark.parametrize("document", ["SAMPLE 1", ZHANGS_DOCUMENT], ids=["typed", "token"])
async def test_a_document_is_known_as_typed_and_by_its_token(house: House, document: str) -> None:
    visit = (await house.post(Role.TERMINAL, "/visits", {"document": document})).json()
    assert (visit["pending"], visit["segment"]) == (False, "vip")
    assert (await house.issue(visit=visit["id"]))["class"] == "vip"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/tickets", {}, "service"),
        ("/tickets", {"service": "cash", "colour": "red"}, "colour"),
        ("/tickets", {"service": 7}, "service"),
        ("/tickets", {"service": "cash", "language": "fr"}, "language"),
        ("/visits", {"card": "6222021234567890123"}, "card"),
        ("/visits", {"phone": "x"}, "phone"),
        ("/visits", {"phone": "13800000000", "document": "abc"}, "body"),
    ],
)
async def test_fields_that_wont_do_are_named(
    house: House, path: str, body: dict[str, Any], field: str
) -> None:
    answer = await house.post(Role.TERMINAL, path, body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert "6222021234567890123" not in answer.text  # what was sent isn't said again


async def test_whoever_tries_cards_out_is_stopped(house: House) -> None:
    for _ in range(60):
        assert (await house.post(Role.TERMINAL, "/visits", {"document": "abc"})).status_code == 201
    answer = await house.post(Role.TERMINAL, "/visits", {"document": "abc"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60


async def test_an_appointment_waits_in_its_class_from_its_time_on(house: House) -> None:
    now = house.context.clock.now().replace(microsecond=0)
    early = (now + timedelta(minutes=10)).isoformat()
    late = (now - timedelta(minutes=10)).isoformat()
    waits = await house.issue(booked=early)
    assert (waits["class"], waits["queue"]) == ("appointment", "A")
    assert datetime.fromisoformat(waits["clock_start"]) == now + timedelta(minutes=10)
    overdue = await house.issue(booked=late)
    assert overdue["clock_start"] == overdue["issued_at"]
    queue = (await house.get(Role.TERMINAL, "/queues/A")).json()
    assert [one["id"] for one in queue["tickets"]] == [overdue["id"], waits["id"]]
    board = public_queue_state(await house.desk.branch(), A, now, house.context.book)
    assert board["longest_wait"] == 0


@pytest.mark.parametrize(
    ("role", "booked", "status"),
    [
        (Role.TELLER, "2026-03-02T01:00:00Z", 403),
        (Role.TERMINAL, "2026-03-02T01:00:00", 422),
        (Role.TERMINAL, "tomorrow", 422),
        (Role.TERMINAL, "2036-03-02T01:00:00Z", 422),
    ],
)
async def test_a_booking_that_will_not_do_is_refused(
    house: House, role: Role, booked: str, status: int
) -> None:
    answer = await house.post(role, "/tickets", {"service": "cash", "booked": booked})
    assert answer.status_code == status
    if status == 422:
        assert "booked" in answer.text
    assert (await house.desk.branch()).sequence == 0
