"""The whole way: from a command at the desk to a subscriber of a real broker."""

import asyncio
import json

import pytest

from kiosk.domain.commands import (
    AcknowledgeAlert,
    CallLobbyManager,
    CallNext,
    OpenCounter,
    ReportDevice,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import AlertId, CounterId, DeviceId, StaffRef
from kiosk.domain.queue import REGULAR
from kiosk.flow.estimatebook import Outlook
from kiosk.messaging import states as states_module
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.supervisor import running
from tests.messaging.mishaps import Relay
from tests.messaging.parts import (
    ROOT,
    WITHIN,
    Listener,
    TestedBranch,
    client,
    listening,
    running_task,
    sign_in,
    until_admitted,
)
from tests.support.branch import A
from tests.support.eventually import until

ONE = CounterId("1")


LI = StaffRef("li")


async def test_a_subscriber_gets_every_fact_once_and_in_order(branch: TestedBranch) -> None:
    await branch.issue(3)
    telling = branch.telling()
    async with running_task(branch.run_embedded(telling), "embedded"):
        await until(lambda: telling.outbox.published == 4)
        async with listening(branch.broker, "crm", "event/#") as crm:
            await branch.issue(700)
            await until(lambda: len(crm.sequences) == 700)
            assert crm.sequences == list(range(5, 705))
            assert crm.payloads[0]["prev"] == 4
            assert crm.payloads[0]["source"] == "/branch/0755/controller"
            assert crm.payloads[0]["type"] == "kiosk.ticket.issued.v1"
            assert set(crm.topics) == {"kiosk/v1/0755/event/ticket/issued"}
            await until(lambda: telling.outbox.lag == 0)


async def test_an_event_is_published_as_soon_as_it_happens(branch: TestedBranch) -> None:
    async with running_task(branch.run_embedded(branch.telling()), "embedded"):
        await branch.issue()
        await branch.desk.submit(OpenCounter(ONE, LI))
        await until(lambda: running(branch.broker.child()))
        async with listening(branch.broker, "crm", "event/ticket/called") as crm:
            await branch.desk.submit(OpenCounter(CounterId("2"), StaffRef("wang")))
            await branch.desk.submit(CallNext(CounterId("2"), StaffRef("wang")))
            await until(lambda: crm.payloads)
            data = crm.payloads[0]["data"]
            assert (data["number"], data["counter"], data["from"]) == ("A001", "2", "waiting")


async def test_an_alert_is_also_told_to_those_for_whom_it_is(branch: TestedBranch) -> None:
    """LOB-59; messaging.md, ``alert/role/{role}``."""
    telling = branch.telling()
    raised = (await branch.desk.submit(CallLobbyManager(ONE))).facts[-1]
    event, nudge = telling.messages_of(raised)
    assert event.topic == "kiosk/v1/0755/event/alert/raised"
    assert nudge.topic == "kiosk/v1/0755/alert/role/lobby-manager"
    assert (nudge.payload, nudge.retain, nudge.expiry) == (event.payload, False, 900)
    told = json.loads(nudge.payload)
    assert (told["type"], told["sequence"]) == ("kiosk.alert.raised.v1", raised.sequence)
    assert (told["data"]["kind"], told["data"]["counter"]) == ("call", "1")

    alert = AlertId(told["subject"])
    seen = (await branch.desk.submit(AcknowledgeAlert(alert, LI))).facts[-1]
    assert [one.topic.rpartition("0755/")[2] for one in telling.messages_of(seen)] == [
        "event/alert/acknowledged",
        "alert/role/lobby-manager",
    ]


async def test_states_are_there_for_who_comes_later(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    await branch.issue()
    await branch.desk.submit(OpenCounter(ONE, LI))
    await branch.desk.submit(CallNext(ONE, LI))
    await branch.issue()
    telling = branch.telling()
    async with running_task(telling.run(), "telling"):
        await until(lambda: telling.outbox.lag == 0)
        async with listening(started, "wall", "state/#") as wall:
            await until(lambda: len(wall.payloads) >= 11)
            assert set(wall.topics) == {
                f"kiosk/v1/0755/state/{rest}"
                for rest in (
                    "board",
                    "branch",
                    *(f"queue/{queue}" for queue in "ABV"),
                    *(f"public/queue/{queue}" for queue in "ABV"),
                    *(f"counter/{counter}" for counter in "123"),
                )
            }
            board = wall.latest("state/board")
            assert board
            assert [call["number"] for call in board["calling"]] == ["A001"]
            queue = wall.latest("state/queue/A")
            assert queue
            assert [ticket["number"] for ticket in queue["tickets"]] == ["A002"]
            public = wall.latest("state/public/queue/A")
            assert public
            assert public["waiting"] == 1
            assert "tickets" not in public


async def test_states_of_a_queue_that_was_given_up_are_taken_away(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    """Settings may change between two starts: nobody is told of people who wait nowhere."""
    gone = {f"{ROOT}/state/{rest}" for rest in ("queue/Z", "public/queue/Z", "counter/9")}
    async with sign_in(started, started.address.username) as before:
        for topic in gone:
            await before.publish(topic, b'{"waiting": 7}', qos=1, retain=True)
    told: dict[str, object] = {}
    async with sign_in(started, "wall") as wall:
        await wall.subscribe(f"{ROOT}/state/#", qos=1)
        async with running_task(branch.telling().run(), "telling"), asyncio.timeout(WITHIN):
            async for message in wall.messages:
                told[message.topic.value] = message.payload
                if gone <= told.keys() and not any(told[topic] for topic in gone):
                    break
    async with listening(started, "wall", "state/#") as later:
        await until(lambda: len(later.payloads) >= 11)
        assert not gone & set(later.topics)


async def test_states_follow_the_facts(started: EmbeddedBroker, branch: TestedBranch) -> None:
    async with (
        running_task(branch.telling().run(), "telling"),
        listening(started, "wall", "state/#") as wall,
    ):

        def now(topic: str) -> dict[str, object]:
            return wall.latest(topic) or {}

        await until(lambda: now("state/counter/1").get("state") == "closed")
        await branch.issue(3)
        await until(lambda: now("state/queue/A").get("waiting") == 3)
        await branch.desk.submit(OpenCounter(ONE, LI))
        await branch.desk.submit(CallNext(ONE, LI))
        await until(lambda: now("state/counter/1").get("state") == "serving")
        await until(lambda: now("state/public/queue/A").get("waiting") == 2)
        printer = DeviceCondition(
            DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
        )
        await branch.desk.submit(ReportDevice(printer))
        await until(lambda: now("state/branch").get("degradations"))
        assert now("state/branch")["sequence"] == branch.log.last_sequence()


async def test_queues_are_told_anew_when_estimates_are_and_nothing_else_is(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    async with (
        running_task(branch.telling().run(), "telling"),
        listening(started, "wall", "state/#") as wall,
    ):

        def told(topic: str) -> object:
            return (wall.latest(topic) or {}).get("estimated_wait")

        await until(lambda: len(wall.payloads) >= 11)
        assert told("state/public/queue/A") is None
        now = branch.clock.now()
        outlook = Outlook(Estimate(6, 11, 14, 19), now)
        branch.book.write({}, {(A, REGULAR): outlook})
        before = len(wall.payloads)
        branch.feed.publish(())
        await until(lambda: told("state/public/queue/A") == outlook.json())
        await until(lambda: told("state/queue/A") == outlook.json())
        news = set(wall.topics[before:])
        assert not [topic for topic in news if topic.endswith("/board") or "/counter/" in topic]


async def test_many_facts_make_few_state_messages(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    async with (
        running_task(branch.telling().run(), "telling"),
        listening(started, "wall", "state/queue/A") as wall,
    ):
        for _ in range(50):
            await branch.issue(10)
        await until(lambda: (wall.latest("state/queue/A") or {}).get("waiting") == 500)
        assert len(wall.payloads) < 40


async def test_presence_tells_who_is_there(started: EmbeddedBroker, branch: TestedBranch) -> None:
    async with Relay(started) as relay, listening(started, "watch", "presence/#") as watch:

        def told() -> list[str]:
            return [payload["status"] for payload in watch.payloads]

        async with running_task(branch.telling(relay.address).run(), "telling"):
            await until(lambda: told() == ["online"])
            relay.cut()
            await until(lambda: told() == ["online", "offline", "online"])
            first, will, second = watch.payloads
            assert will["session"] == first["session"] != second["session"]
        await until(lambda: told()[3:] == ["offline"])
        assert set(watch.topics) == {"kiosk/v1/0755/presence/controller"}


async def test_a_token_is_admitted_and_refused_while_the_branch_runs(branch: TestedBranch) -> None:
    async with running_task(branch.run_embedded(branch.telling()), "embedded"):
        await until(lambda: branch.reports)
        branch.clients.append(client("late", "crm"))
        branch.tokens.put("late", "late")
        async with listening(branch.broker, "late", "event/#") as late:
            await branch.issue()
            await until(lambda: late.sequences == [1, 2])
        branch.clients[:] = [one for one in branch.clients if one.name != "late"]
        await until_admitted(branch.broker, "late", admitted=False)


async def test_of_a_queue_too_long_for_a_message_the_first_are_shown_and_all_counted(
    branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: a broker cuts off who sends too much, and would do so at each reconnect."""
    monkeypatch.setattr(states_module, "LARGEST", 3000)
    telling = branch.telling()
    async with running_task(branch.run_embedded(telling), "embedded"):
        await until(lambda: running(branch.broker.child()))
        async with (
            listening(branch.broker, "crm", "event/ticket/issued") as crm,
            listening(branch.broker, "wall", "state/#") as wall,
        ):
            await branch.issue()
            await until(lambda: _waiting(wall) == 1)
            await branch.issue(30)
            await until(lambda: _waiting(wall) == 31)
            await until(lambda: len(crm.sequences) == 31)
            shown = [one["number"] for one in (wall.latest(f"state/queue/{A}") or {})["tickets"]]
            assert shown == [f"A{number:03}" for number in range(1, len(shown) + 1)]
            assert 2 < len(shown) < 10


def _waiting(wall: Listener) -> int:
    return int((wall.latest(f"state/queue/{A}") or {"waiting": 0})["waiting"])
