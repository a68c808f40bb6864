"""R2: mosquitto is killed in the middle of a busy hour, and on a quiet evening; the hall doesn't
notice, nothing is lost."""

import asyncio
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kiosk.access import sees_family
from kiosk.domain.role import Role
from tests.support.consumers import Consumer, Heads
from tests.support.runningbranch import Client, RunningBranch
from tests.support.waiting import until
from tests.support.window import Window

TICKETS = 320
CALLS = 60
KILLS_AT = (100, 220)

Event = dict[str, Any]


class Follower:
    """A program that keeps a session at the broker and comes back after every loss."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self.received: list[Event] = []
        self.sessions = 0

    @property
    def once(self) -> list[Event]:
        """In the order of arrival, repeats dropped by sequence as a consumer should."""
        seen: dict[int, Event] = {}
        for event in self.received:
            seen.setdefault(event["sequence"], event)
        return list(seen.values())

    async def run(self) -> None:
        while True:
            try:
                async with self.connected() as client:
                    await client.subscribe("kiosk/v1/0755/event/#", qos=1)
                    self.sessions += 1
                    async for message in client.messages:
                        assert isinstance(message.payload, bytes)
                        self.received.append(json.loads(message.payload))
            except aiomqtt.MqttError:
                await asyncio.sleep(0.05)

    def connected(self) -> aiomqtt.Client:
        lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        lasting.SessionExpiryInterval = 3600
        return aiomqtt.Client(
            "127.0.0.1",
            self._port,
            identifier="crm",
            username="crm",
            password=self._token,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            properties=lasting,
        )


def signal_broker(branch: RunningBranch, number: signal.Signals) -> None:
    """By its pid file; killed, the supervisor starts it again."""
    file = branch.var / "broker" / "mosquitto.pid"
    until(file.exists, "pid file of the broker")
    os.kill(int(file.read_text()), number)


def saved(branch: RunningBranch, client: bytes) -> bool:
    """Whether the broker has a client's session on disk."""
    file = branch.var / "broker" / "mosquitto.db"
    return file.exists() and client in file.read_bytes()


def work_the_hall(branch: RunningBranch, machine: Client, teller: Client) -> list[float]:
    """Issue and call, killing the broker twice; how long each answer took, in seconds."""
    took = []
    for number in range(TICKETS):
        if number in KILLS_AT:
            signal_broker(branch, signal.SIGKILL)
        began = time.monotonic()
        machine.post("/tickets", {"service": "cash"})
        took.append(time.monotonic() - began)
        if number % (TICKETS // CALLS) == 0:
            began = time.monotonic()
            teller.post("/counters/1/next")
            took.append(time.monotonic() - began)
        time.sleep(0.01)  # a hall, not a measurement: the outages lie within it
    return took


async def test_r2_a_killed_broker_is_noticed_by_nobody_and_loses_nothing(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    tokens = {role: branch.token(role, role) for role in ("terminal", "crm")}
    with branch:
        follower = Follower(branch.mqtt, tokens["crm"])
        following = asyncio.create_task(follower.run(), name="follower")
        try:
            await _until(lambda: follower.sessions == 1, "session")
            # The broker saves its sessions every 10 s; a younger one would be a stranger's.
            await _until(lambda: saved(branch, b"crm"), "session saved by the broker")
            await asyncio.to_thread(_check, branch, tokens, follower)
        finally:
            following.cancel()
            await asyncio.wait([following])


def _check(branch: RunningBranch, tokens: dict[str, str], follower: Follower) -> None:
    machine, crm = branch.client(tokens["terminal"]), branch.client(tokens["crm"])
    teller = branch.teller("zhang")
    with Window(branch.http, branch.token("window-touch", "display"), "touch") as window:
        teller.post("/counters/1/open")
        took = work_the_hall(branch, machine, teller)
        # Both outages over and told: nothing more happens in this hall.
        until(lambda: follower.sessions == 1 + len(KILLS_AT), "sessions", 30)
        until(lambda: broker_is_well(whole_log(crm)), "end of the last outage in the log", 30)
        until(lambda: all_foretold(whole_log(crm)), "a first estimate of everybody", 60)
        log = whole_log(crm)
        last = log[-1]["sequence"]
        shown = [event["sequence"] for event in log if sees_family(Role.DISPLAY, family(event))]
        until(lambda: window.sequences[-1:] == shown[-1:], "feed up to date")
        first = window.messages[0]["sequence"]
        assert window.sequences == [one for one in shown if one > first]
        until(lambda: follower.once[-1]["sequence"] == last, "last event", 30)
        _nothing_is_lost(follower.once, log)
    assert statistics.median(took) < 0.1
    assert max(took) < 2, "somebody waited for the broker"


def _nothing_is_lost(once: list[Event], log: list[Event]) -> None:
    begin = once[0]["sequence"]
    assert [event["sequence"] for event in once] == list(range(begin, len(log) + 1))
    assert once == log[begin - 1 :]
    assert [event["sequence"] for event in log] == list(range(1, len(log) + 1))
    latest: dict[str, int] = {}
    for event in log:
        assert event["prev"] == latest.get(family(event))
        latest[family(event)] = event["sequence"]


def whole_log(crm: Client) -> list[Event]:
    """Every event, as the API tells it."""
    log: list[Event] = []
    while page := crm.get(f"/events?after={len(log)}&limit=1000")["events"]:
        log += page
    return log


def broker_is_well(log: list[Event]) -> bool:
    """Whether every outage that began has ended."""
    about = [event["type"] for event in log if event["subject"] == "broker"]
    return len(about) > 1 and about[-1] == "kiosk.device.recovered.v1"


def all_foretold(log: list[Event]) -> bool:
    """Whether of every ticket that waits it is on record what it was foretold."""
    by_type: dict[str, set[str]] = {}
    for event in log:
        by_type.setdefault(event["type"], set()).add(event["subject"])
    told, called = by_type.get("kiosk.wait.estimated.v1", set()), by_type["kiosk.ticket.called.v1"]
    return by_type["kiosk.ticket.issued.v1"] <= told | called


def family(event: Event) -> str:
    """``ticket`` for ``kiosk.ticket.issued.v1``."""
    return str(event["type"].split(".")[1])


@dataclass(frozen=True)
class Evening:
    """A quiet hall that a CRM follows: what it misses is told by no later event."""

    branch: RunningBranch
    consumer: Consumer
    machine: Client
    crm: Client

    def ticket(self) -> None:
        self.machine.post("/tickets", {"service": "cash"})

    def until_all_is_told(self) -> None:
        until(lambda: self.consumer.events == whole_log(self.crm), "all events", 30)

    def until_the_broker_is_back(self) -> None:
        until(lambda: broker_is_well(whole_log(self.crm)), "end of the outage in the log", 30)

    def connect_and_no_more(self) -> None:
        """As the CRM, without subscribing; the broker keeps the session."""

        async def connect() -> None:
            async with Follower(self.branch.mqtt, self.consumer.token).connected():
                pass

        asyncio.run(connect())


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    branch = RunningBranch(tmp_path)
    machine, crm = branch.token("machine", "terminal"), branch.token("crm", "crm")
    with branch:
        until(lambda: b"broker is running" in branch.output.read_bytes(), "broker")
        consumer = Consumer(
            ("crm", crm), branch.mqtt, (branch.http, crm), families=frozenset(), heads=Heads()
        )
        yield Evening(branch, consumer, branch.client(machine), branch.client(crm))
        assert consumer.faults == []


def test_r2_a_session_that_was_saved_before_its_subscription_costs_no_event(
    evening: Evening,
) -> None:
    """mosquitto saves every 10 s. Killed soon after somebody's first subscription it knows the session
    when they come back, and not what they had subscribed to (docs/protocols.md)."""
    evening.connect_and_no_more()
    signal_broker(evening.branch, signal.SIGUSR1)  # save now
    until(lambda: saved(evening.branch, b"crm"), "session saved by the broker")
    with evening.consumer.session:
        evening.ticket()
        evening.until_all_is_told()
        signal_broker(evening.branch, signal.SIGKILL)
        evening.ticket()
        evening.until_the_broker_is_back()
        until(lambda: evening.consumer.session.connections > 1, "coming back", 30)
        evening.ticket()
        evening.until_all_is_told()


def test_r2_a_session_that_was_begun_anew_unnoticed_costs_no_event(evening: Evening) -> None:
    """A broker that lost its sessions says so in its first answer; if that is lost on the line, the
    second says that the session is known, and nothing is subscribed to in it."""
    with evening.consumer.session:
        evening.ticket()
        evening.until_all_is_told()
    signal_broker(evening.branch, signal.SIGKILL)
    (evening.branch.var / "broker" / "mosquitto.db").unlink(missing_ok=True)
    evening.ticket()
    evening.until_the_broker_is_back()
    evening.connect_and_no_more()  # the answer is lost
    with evening.consumer.session:
        evening.until_all_is_told()
        evening.ticket()
        evening.until_all_is_told()


async def _until(condition: Any, what: str) -> None:
    await asyncio.to_thread(until, condition, what)
