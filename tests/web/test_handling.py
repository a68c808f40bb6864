"""Verbs on tickets over HTTP, and what a counter can do besides calling in turn."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.role import Role
from kiosk.domain.slipevents import SlipPrepared
from tests.web.conftest import House

LOBBY, TELLER = Role.LOBBY_MANAGER, Role.TELLER


async def called(house: House) -> dict[str, Any]:
    """A ticket that is called at counter 1."""
    ticket = await house.issue()
    await house.work("open")
    await house.work("next")
    return ticket


async def handle(
    house: House, ticket: dict[str, Any], verb: str, role: Role = LOBBY, /, **body: Any
) -> dict[str, Any]:
    answer = await house.post(role, f"/tickets/{ticket['id']}/{verb}", body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def refusal(
    house: House, ticket: dict[str, Any], verb: str, role: Role = LOBBY, /, **body: Any
) -> tuple[int, str]:
    answer = await house.post(role, f"/tickets/{ticket['id']}/{verb}", body)
    document = answer.json()
    return answer.status_code, document["type"].removeprefix("/problems/")


async def test_a_move_gives_a_new_number_and_no_slip(house: House) -> None:
    ticket = await house.issue()
    other = await house.issue("account")
    moved = await handle(house, ticket, "move", queue="B")
    assert (moved["number"], moved["queue"], moved["state"]) == ("B002", "B", "waiting")
    assert moved["moved_from"] == ticket["id"]
    assert moved["clock_start"] == ticket["clock_start"]
    assert moved["people_ahead"] == 0 < other["serial"]  # it came before
    old = (await house.get(LOBBY, f"/tickets/{ticket['id']}")).json()
    assert (old["state"], old["moved_to"]) == ("moved", moved["id"])
    names = [fact.event.__class__.__name__ for fact in house.context.log.read(3, 100)]
    assert names == ["TicketMoved", "TicketIssued"]


async def test_a_retried_move_moves_once(house: House) -> None:
    ticket = await house.issue()
    path, headers = f"/tickets/{ticket['id']}/move", {"idempotency-key": "m1"}
    first = await house.post(LOBBY, path, {"queue": "B"}, headers=headers)
    again = await house.post(LOBBY, path, {"queue": "B"}, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    assert (await house.get(LOBBY, "/queues/B")).json()["waiting"] == 1


async def test_the_published_fact_tells_the_reason(house: House) -> None:
    ticket = await house.issue()
    dropped = await handle(house, ticket, "drop", reason="left")
    assert dropped["state"] == "dropped"
    events = (await house.get(LOBBY, "/events")).json()["events"]
    last = events[-1]
    assert last["type"] == "kiosk.ticket.dropped.v1"
    assert (last["data"]["reason"], last["data"]["from"]) == ("left", "waiting")
    assert last["data"]["by"]["role"] == "lobby-manager"
    assert await refusal(house, ticket, "reinstate") == (409, "ticket-is")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("move", {"queue": "B"}),
        ("drop", {"reason": "left"}),
        ("priority", {"class": "vip", "reason": "elderly"}),
        ("reroute", {"service": "account"}),
    ],
)
async def test_what_tellers_may_not(house: House, verb: str, body: dict[str, str]) -> None:
    ticket = await called(house)
    assert await refusal(house, ticket, verb, TELLER, **body) == (403, "not-allowed")
    nothing = {"id": "nothing"}
    assert await refusal(house, nothing, verb, TELLER, **body) == (403, "not-allowed")


async def test_a_teller_handles_the_own_ticket_only(house: House) -> None:
    mine = await called(house)
    other = await house.issue()
    assert await refusal(house, other, "park", TELLER, reason="documents") == (403, "not-yours")
    until = datetime.now(UTC) + timedelta(minutes=10)
    parked = await handle(house, mine, "park", TELLER, reason="documents", until=until.isoformat())
    assert (parked["state"], parked["park_reason"]) == ("parked", "documents")
    assert (await handle(house, mine, "return", TELLER))["state"] == "waiting"


async def test_whoever_parks_until_a_time_gone_by_is_told_the_branchs_own(house: House) -> None:
    ticket = await house.issue()
    now = house.clock.now()
    asked = {"reason": "documents", "until": (now - timedelta(seconds=1)).isoformat()}
    path, english = f"/tickets/{ticket['id']}/park", {"accept-language": "en"}
    answer = await house.post(LOBBY, path, asked, headers=english)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/return-past")
    told = datetime.fromisoformat(problem["now"])
    assert timedelta() <= told - now < timedelta(minutes=1)
    here = told.astimezone(house.context.plan.zone)
    assert problem["detail"].startswith(f"It is {here:%Y-%m-%d %H:%M} here: ticket A001 can be")
    assert (await house.get(LOBBY, f"/tickets/{ticket['id']}")).json()["state"] == "waiting"


async def test_a_ticket_is_called_by_name(house: House) -> None:
    await house.issue()
    second = await house.issue()
    assert await refusal(house, second, "call", TELLER) == (422, "invalid")
    assert await refusal(house, second, "call", counter="1") == (409, "counter-is")
    await house.work("open")
    call = await handle(house, second, "call", TELLER)
    assert (call["number"], call["state"], call["counter"]) == ("A002", "called", "1")


async def test_a_reprint_is_a_job_marked_as_a_copy(house: House) -> None:
    ticket = await house.issue()
    await handle(house, ticket, "reprint")
    prepared = house.context.log.read(0, 100)[-1].event
    assert isinstance(prepared, SlipPrepared)
    assert (prepared.job.ticket, prepared.job.copy) == (ticket["id"], True)


async def test_the_terminal_gives_the_same_paper_another_service(house: House) -> None:
    ticket = await house.issue()
    rerouted = await handle(house, ticket, "reroute", Role.TERMINAL, service="account")
    assert (rerouted["number"], rerouted["queue"]) == ("A001", "B")
    house.clock.ahead = timedelta(seconds=61)
    late = await refusal(house, ticket, "reroute", Role.TERMINAL, service="cash")
    assert late == (409, "too-late")


async def test_another_class_needs_a_reason_of_the_branch(house: House) -> None:
    ticket = await house.issue()
    path = f"/tickets/{ticket['id']}/priority"
    answer = await house.post(LOBBY, path, {"class": "vip"})
    assert (answer.status_code, answer.json()["reasons"]) == (422, ["elderly"])
    wish = {"class": "vip", "reason": "elderly"}
    raised = (await house.post(LOBBY, path, wish)).json()
    assert (raised["class"], raised["queue"], raised["number"]) == ("vip", "A", "A001")


async def test_the_hall_is_cleared_and_the_board_says_why(house: House) -> None:
    await called(house)
    await house.issue()
    headers = {"idempotency-key": "c1"}
    answer = await house.post(LOBBY, "/hall/clear", {"reason": "evacuation"}, headers=headers)
    assert (answer.status_code, answer.json()["expired"]) == (200, 1)
    again = await house.post(LOBBY, "/hall/clear", {"reason": "evacuation"}, headers=headers)
    assert again.json()["expired"] == 1
    state = (await house.get(Role.DISPLAY, "/state")).json()
    assert state["board"]["notice"] == {"zh": "紧急疏散", "en": "Evacuation"}
    assert state["counters"][0]["ticket"]["number"] == "A001"
    await house.issue()
    state = (await house.get(Role.DISPLAY, "/state")).json()
    assert state["board"]["notice"] is None
    assert (await house.post(TELLER, "/hall/clear", {"reason": "evacuation"})).status_code == 403


async def test_verbs_at_the_counter(house: House) -> None:
    await called(house)
    wish = {"queue": "B", "come_back": True}
    answer = (await house.post(TELLER, "/counters/1/transfer", wish)).json()
    assert (answer["ticket"]["queue"], answer["ticket"]["come_back"]) == ("B", "A")
    assert answer["counter"]["state"] == "open"


async def test_a_transfer_has_one_target(house: House) -> None:
    ticket = await called(house)
    wishes: list[dict[str, str]] = [{}, {"queue": "B", "counter": "2"}]
    for body in wishes:
        assert await refusal(house, ticket, "transfer", TELLER, **body) == (422, "invalid")


async def test_paper_numbers_and_people_without_any(house: House) -> None:
    await house.work("open")
    paper = (await house.post(TELLER, "/counters/1/paper", {"number": 57})).json()
    assert (paper["ticket"]["number"], paper["ticket"]["state"]) == ("57", "called")
    await house.post(TELLER, "/counters/1/finish", {"services": ["cash"], "result": "done"})
    twice = await house.post(TELLER, "/counters/1/paper", {"number": 57})
    assert (twice.status_code, twice.json()["state"]) == (409, "served")
    served = (await house.post(TELLER, "/counters/1/serve", {"service": "account"})).json()
    assert (served["ticket"]["state"], served["ticket"]["service"]) == ("serving", "account")
    assert served["counter"]["state"] == "serving"


async def test_a_status_is_a_break_with_its_limit(house: House) -> None:
    async def status(name: str) -> dict[str, Any]:
        answer = (await house.post(TELLER, "/counters/1/status", {"status": name})).json()
        counter: dict[str, Any] = answer["counter"]
        return counter

    assert (await status("not_ready"))["state"] == "paused"
    lunch = await status("lunch")
    assert (lunch["status"], lunch["nth"], lunch["overrun"]) == ("lunch", 1, False)
    assert (await status("ready"))["state"] == "open"
    assert (await status("lunch"))["overrun"] is True  # there is one a day
    wrong = await house.post(TELLER, "/counters/1/status", {"status": "nap"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/unknown-status")


async def test_why_somebody_is_next(house: House) -> None:
    await house.issue()
    house.clock.ahead = timedelta(minutes=6)
    counters = (await house.get(TELLER, "/counters")).json()["counters"]
    following = counters[0]["next"]
    assert following["number"] == "A001"
    why = following["why"]
    assert (why["class"], why["escalated"], why["share"], why["wait"]) == ("regular", False, 0.4, 6)
    assert why["texts"]["en"] == "Regular, at 40 % of its target"
    assert why["texts"]["zh"] != why["texts"]["en"]
    assert counters[2]["next"] is None
