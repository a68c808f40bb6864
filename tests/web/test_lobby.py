"""What a lobby manager's PAD asks about the hall, and may do with it: rules of the bank's lobby."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import ZHANG, House

LOBBY, WEALTH, TELLER = Role.LOBBY_MANAGER, Role.WEALTH_MANAGER, Role.TELLER


async def queue(house: House, name: str, role: Role = LOBBY) -> dict[str, Any]:
    state: dict[str, Any] = (await house.get(role, f"/queues/{name}")).json()
    return state


async def counter(house: House) -> dict[str, Any]:
    counters = (await house.get(LOBBY, "/counters")).json()["counters"]
    state: dict[str, Any] = counters[0]
    return state


async def test_lob_15_each_counter_shows_its_state_and_whom_it_serves(house: House) -> None:
    ticket = await house.issue(client=ZHANG.reference)
    await house.work("open")
    await house.work("next")
    busy = await counter(house)
    assert (busy["state"], busy["ticket"]["number"]) == ("serving", ticket["number"])
    assert busy["ticket"]["client"] == ZHANG.reference
    await house.work("finish")
    await house.work("pause")
    assert (await counter(house))["state"] == "paused"


async def test_lob_16_who_holds_a_number_by_queue(house: House) -> None:
    for _ in range(4):
        await house.issue()
    for _ in range(2):
        await house.issue("account")
    await house.work("open")
    await house.work("next")
    queues = (await house.get(WEALTH, "/queues")).json()["queues"]
    figures = {one["id"]: (one["waiting"], one["holding"], one["issued"]) for one in queues}
    assert figures == {"A": (3, 4, 4), "B": (2, 2, 2), "V": (0, 0, 0)}
    await house.work("finish")
    assert ((await queue(house, "A"))["holding"], (await queue(house, "A"))["issued"]) == (3, 4)


async def test_lob_19_the_machine_names_the_business_types(house: House) -> None:
    known = house.context.plan.services
    visit = (await house.post(Role.TERMINAL, "/visits", {"phone": "000"})).json()
    assert [one["id"] for one in visit["services"]] == list(known)


@pytest.mark.parametrize("wrong", ["0", "121", "-5", "7.5", "ten", "", "1e400"])
async def test_lob_21_a_reminder_is_a_whole_number_of_minutes_from_1_to_120(
    house: House, wrong: str
) -> None:
    answer = await house.get(LOBBY, f"/overdue?reminder={wrong}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "reminder"


async def test_lob_22_who_waits_too_long_for_this_pad(house: House) -> None:
    await house.issue()
    house.clock.ahead = timedelta(minutes=20, seconds=1)
    await house.issue("account")
    first = (await house.get(LOBBY, "/overdue?reminder=15")).json()
    second = (await house.get(LOBBY, "/overdue?reminder=30")).json()
    assert [one["tickets"] for one in first["buckets"]] == [1, 0, 0, 0]
    assert [one["tickets"] for one in second["buckets"]] == [0, 0, 0, 0]
    assert [one["tickets"] for one in first["queues"]["A"]] == [1, 0, 0, 0]
    assert [one["tickets"] for one in first["queues"]["B"]] == [0, 0, 0, 0]


@pytest.mark.parametrize("role", [LOBBY, WEALTH])
async def test_lob_26_waits_are_for_both_kinds_of_managers(house: House, role: Role) -> None:
    await house.issue()
    house.clock.ahead = timedelta(minutes=20, seconds=1)
    overdue = (await house.get(role, "/overdue?reminder=15")).json()
    assert [one["tickets"] for one in overdue["buckets"]] == [1, 0, 0, 0]
    assert (await queue(house, "A", role))["waiting"] == 1


async def test_lob_41_to_46_a_move(house: House) -> None:
    moving = await house.issue()
    for _ in range(2):
        await house.issue("account")
    same = await house.post(LOBBY, f"/tickets/{moving['id']}/move", {"queue": "A"})
    assert (same.status_code, same.json()["type"]) == (409, "/problems/same-queue")  # LOB-41
    before = await queue(house, "A"), (await queue(house, "B"))["issued"]
    nowhere = await house.post(LOBBY, f"/tickets/{moving['id']}/move", {"queue": "Q"})
    assert nowhere.status_code == 404  # LOB-44: it failed, and nothing is different
    assert (await queue(house, "A"), (await queue(house, "B"))["issued"]) == before
    moved = (await house.post(LOBBY, f"/tickets/{moving['id']}/move", {"queue": "B"})).json()
    assert (moved["number"], moved["moved_from"]) == ("B003", moving["id"])  # LOB-42
    assert (await queue(house, "A"))["tickets"] == []  # LOB-45
    order = [ticket["number"] for ticket in (await queue(house, "B"))["tickets"]]
    assert order == ["B003", "B001", "B002"]  # LOB-46: by its own clock


@pytest.mark.parametrize("role", [WEALTH, TELLER, Role.TERMINAL])
@pytest.mark.parametrize(("verb", "body"), [("move", {"queue": "B"}), ("drop", {"reason": "left"})])
async def test_lob_47_and_51_moving_and_dropping_are_the_lobby_managers(
    house: House, role: Role, verb: str, body: dict[str, str]
) -> None:
    ticket = await house.issue()
    answer = await house.post(role, f"/tickets/{ticket['id']}/{verb}", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
    assert (await queue(house, "A"))["waiting"] == 1


async def test_lob_48_to_50_a_dropped_number(house: House) -> None:
    ticket = await house.issue()
    path = f"/tickets/{ticket['id']}"
    dropped = (await house.post(LOBBY, f"{path}/drop", {"reason": "left"})).json()
    assert dropped["state"] == "dropped"  # LOB-48
    for verb, body in (("reinstate", {}), ("priority", {"class": "vip", "reason": "elderly"})):
        again = await house.post(LOBBY, f"{path}/{verb}", body)
        assert (again.status_code, again.json()["state"]) == (409, "dropped")  # LOB-49
    await house.work("open")
    assert (await house.work("next")).json()["ticket"] is None  # LOB-50
    assert (await house.issue())["number"] == "A002"


async def test_lob_105_every_change_is_an_event_with_what_others_need(house: House) -> None:
    ticket = await house.issue(client=ZHANG.reference)
    await house.work("open")
    await house.work("next")
    answer = (await house.get(LOBBY, "/events?after=0")).json()
    called = next(one for one in answer["events"] if one["type"] == "kiosk.ticket.called.v1")
    told = called["data"]
    assert (told["id"], told["number"], told["queue"]) == (ticket["id"], "A001", "A")
    assert (told["state"], told["counter"], told["service"]) == ("called", "1", "cash")
    assert told["client"] == ZHANG.reference
    assert called["time"].endswith("Z")
