"""Counter verbs over HTTP."""

import asyncio
from datetime import timedelta

from kiosk.domain.role import Role
from tests.web.conftest import House


async def test_a_ticket_from_call_to_farewell(house: House) -> None:
    await house.issue()
    opened = (await house.work("open")).json()
    assert opened["counter"]["state"] == "open"
    assert opened["ticket"] is None
    called = (await house.work("next")).json()
    assert called["counter"]["state"] == "serving"
    assert called["counter"]["ticket"] == called["ticket"]["id"]
    assert (called["ticket"]["number"], called["ticket"]["state"]) == ("A001", "called")
    assert called["ticket"]["people_ahead"] is None
    assert (await house.work("recall")).json()["ticket"]["recalls"] == 1
    assert (await house.work("start")).json()["ticket"]["state"] == "serving"
    finished = (await house.work("finish")).json()
    assert finished["ticket"]["state"] == "served"
    assert finished["counter"]["state"] == "open"
    assert (await house.work("close")).json()["counter"]["state"] == "closed"


async def test_next_with_nobody_waiting_is_no_error(house: House) -> None:
    await house.work("open")
    answer = await house.work("next")
    assert (answer.status_code, answer.json()["ticket"]) == (200, None)
    await house.issue()
    await house.work("next")
    house.clock.ahead = timedelta(seconds=5)  # later than a double press
    answer = (await house.work("next")).json()  # finishes A001, finds nobody
    assert answer["ticket"] is None
    assert answer["counter"]["ticket"] is None


async def test_a_double_press_shows_the_ticket_that_was_called(house: House) -> None:
    await house.issue()
    await house.issue()
    await house.work("open")
    answers = await asyncio.gather(house.work("next"), house.work("next"))
    assert [one.json()["ticket"]["number"] for one in answers] == ["A001", "A001"]


async def test_a_retry_of_next_calls_nobody_else(house: House) -> None:
    await house.issue()
    await house.issue()
    await house.work("open")
    headers = {"idempotency-key": "press-1"}
    first = (await house.work("next", headers=headers)).json()
    house.clock.ahead = timedelta(seconds=5)
    again = (await house.work("next", headers=headers)).json()
    assert first["ticket"]["number"] == again["ticket"]["number"] == "A001"


async def test_no_show_and_pause(house: House) -> None:
    await house.issue()
    await house.work("open")
    await house.work("next")
    paused = (await house.work("pause")).json()
    assert paused["counter"]["pausing"] is True
    gone = (await house.work("no-show")).json()
    assert gone["ticket"]["state"] == "no_show"
    assert gone["counter"]["state"] == "paused"


async def test_the_open_counter_is_told_to_who_asks_for_himself(house: House) -> None:
    assert (await house.get(Role.TELLER, "/me")).json()["counter"] is None
    await house.work("open", "2")
    me = (await house.get(Role.TELLER, "/me")).json()
    assert (me["role"], me["name"], me["counter"]) == ("teller", "a-teller", "2")


async def test_the_hall_is_shown(house: House) -> None:
    await house.issue()
    await house.work("open")
    queues = (await house.get(Role.DISPLAY, "/queues")).json()
    assert [one["waiting"] for one in queues["queues"]] == [1, 0, 0]
    counters = (await house.get(Role.DISPLAY, "/counters")).json()
    assert [one["state"] for one in counters["counters"]] == ["open", "closed", "closed"]
    state = (await house.get(Role.DISPLAY, "/state")).json()
    assert state["sequence"] == counters["sequence"] == queues["sequence"] == 3
    assert state["board"]["waiting"] == 1
