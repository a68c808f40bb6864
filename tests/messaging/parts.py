"""The parts of the tests around the broker: clients, someone who listens, a branch that tells."""

import asyncio
import contextlib
import functools
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kiosk.clock import SystemClock
from kiosk.domain.commands import IssueTicket
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import BranchId, TicketId, VisitId
from kiosk.domain.role import Role
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from kiosk.flow.receipt import Receipt
from kiosk.messaging.admission import Admission
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.credentials import BrokerClient, NewTokens, token_hash
from kiosk.messaging.mqtt import BrokerAddress
from kiosk.messaging.telling import Telling, run_embedded
from kiosk.messaging.topics import Topics
from kiosk.ports import KioskError
from kiosk.store.log import SqliteLog
from tests.support.branch import CASH, ZH, small_plan
from tests.support.ports import free_port

BRANCH = BranchId("0755")


ROOT = "kiosk/v1/0755"


WITHIN = 20.0
"""Seconds; what isn't there by then won't come."""


@contextlib.asynccontextmanager
async def running_task(work: Any, name: str) -> AsyncIterator[asyncio.Task[Any]]:
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


# The token of a test's client is its name: tests want to be read.
def client(name: str, role: str) -> BrokerClient:
    return BrokerClient(name, _hash_of(name), Role(role), name)


@functools.cache
def _hash_of(name: str) -> str:
    return token_hash(name)


def credentials() -> list[BrokerClient]:
    return [
        client("crm", "crm"),
        client("crm2", "crm"),
        client("wall", "display"),
        client("watch", "monitoring"),
        client("kiosk2", "terminal"),
    ]


@contextlib.asynccontextmanager
async def sign_in(
    broker: EmbeddedBroker, name: str, *, keep: bool = False, will: aiomqtt.Will | None = None
) -> AsyncIterator[aiomqtt.Client]:
    """A client of the broker; with ``keep`` its session outlives the connection."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 600 if keep else 0
    address = broker.address
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=name,
        password=address.password if name == address.username else name,
        identifier=f"whatever-{name}",
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=not keep,
        properties=properties,
        will=will,
        timeout=10,
    )
    async with client:
        yield client


async def is_admitted(broker: EmbeddedBroker, name: str) -> bool:
    """Whether it can sign in, with its name as token."""
    try:
        async with sign_in(broker, name):
            return True
    except aiomqtt.MqttError:
        return False


async def until_admitted(broker: EmbeddedBroker, name: str, *, admitted: bool = True) -> None:
    async with asyncio.timeout(WITHIN):
        while await is_admitted(broker, name) != admitted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@dataclass
class Listener:
    """Someone persistent, who comes back after each loss and keeps what came, repeats too."""

    broker: EmbeddedBroker
    name: str
    filters: Sequence[str]
    topics: list[str] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0

    async def run(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._listen()
            await asyncio.sleep(0.02)

    async def _listen(self) -> None:
        async with sign_in(self.broker, self.name, keep=True) as connection:
            self.connections += 1
            for one in self.filters:
                await connection.subscribe(f"{ROOT}/{one}", qos=1)
            self.ready.set()
            async for message in connection.messages:
                assert isinstance(message.payload, bytes)
                self.topics.append(message.topic.value)
                self.payloads.append(json.loads(message.payload))

    @property
    def sequences(self) -> list[int]:
        return [payload["sequence"] for payload in self.payloads]

    def first_seen(self) -> list[int]:
        """What is left when repeats are dropped, in the order of arrival."""
        return list(dict.fromkeys(self.sequences))

    def assert_chained(self) -> None:
        """Every message names the one before it of its family."""
        before: dict[str, int | None] = defaultdict(lambda: None)
        seen = set()
        for payload in self.payloads:
            if payload["sequence"] in seen:
                continue
            seen.add(payload["sequence"])
            family = payload["type"].split(".")[1]
            assert payload["prev"] == before[family]
            before[family] = payload["sequence"]

    def latest(self, topic: str) -> dict[str, Any] | None:
        found = [
            payload
            for name, payload in zip(self.topics, self.payloads, strict=True)
            if name == f"{ROOT}/{topic}"
        ]
        return found[-1] if found else None


@contextlib.asynccontextmanager
async def listening(broker: EmbeddedBroker, name: str, *filters: str) -> AsyncIterator[Listener]:
    listener = Listener(broker, name, filters)
    async with running_task(listener.run(), f"listener {name}"):
        await asyncio.wait_for(listener.ready.wait(), WITHIN)
        yield listener


@dataclass
class ReadableAccounts:
    """Who may sign in at the broker, as long as that can be read."""

    clients: list[BrokerClient] = field(default_factory=credentials)
    fault: KioskError | None = None

    def read(self) -> list[BrokerClient]:
        if self.fault:
            raise self.fault
        return [*self.clients]


@dataclass
class TestedBranch:
    """Log, desk and feed of one branch, and the parts that tell others."""

    __test__ = False
    folder: Path
    broker: EmbeddedBroker
    log: SqliteLog
    desk: Desk
    feed: Feed
    admission: Admission
    tokens: NewTokens
    accounts: ReadableAccounts
    reports: list[DeviceCondition] = field(default_factory=list)
    clock: SystemClock = field(default_factory=SystemClock)
    book: EstimateBook = field(default_factory=EstimateBook)

    def telling(self, address: BrokerAddress | None = None) -> Telling:
        return Telling(
            branch=BRANCH,
            broker=address or self.broker.address,
            log=self.log,
            feed=self.feed,
            hall=self.desk.branch,
            clock=self.clock,
            book=self.book,
            report=self.reports.append,
            admission=self.admission,
            folder=self.folder,
        )

    @property
    def clients(self) -> list[BrokerClient]:
        """Who may sign in, to be changed."""
        return self.accounts.clients

    async def run_embedded(self, telling: Telling) -> None:
        await run_embedded(self.broker, telling)

    async def issue(self, count: int = 1) -> list[Receipt]:
        commands = [
            IssueTicket(TicketId(self.clock.new_id()), VisitId("v"), CASH, ZH) for _ in range(count)
        ]
        return await asyncio.gather(*(self.desk.submit(command) for command in commands))


@contextlib.asynccontextmanager
async def a_branch(folder: Path) -> AsyncIterator[TestedBranch]:
    """A branch with its desk at work; its broker isn't running."""
    accounts, tokens = ReadableAccounts(), NewTokens.of(folder)
    admission = Admission(Topics(BRANCH), accounts.read, tokens, SystemClock())
    broker = EmbeddedBroker(folder / "broker", f"127.0.0.1:{free_port()}", admission.now)
    log = SqliteLog(folder / "log.db")
    desk = Desk(Hall(small_plan(), log, SystemClock()), log)
    feed = Feed()
    desk.listen(feed.publish)
    async with running_task(desk.run(), "desk"):
        yield TestedBranch(folder, broker, log, desk, feed, admission, tokens, accounts)
    log.close()
