"""Native PADs: the session signs in to the broker, and dies there with itself (messaging.md)."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.messaging.credentials import no_hash
from kiosk.store.accounts import Accounts
from tests.messaging.parts import ROOT, WITHIN
from tests.support.eventually import until
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.subscriber import Subscriber

HALL = ("state/#", "event/ticket/#", "alert/role/lobby-manager", "alert/pad/pad-1")


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBranch]:
    branch = RunningBranch(tmp_path_factory.mktemp("pads"))
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        for name in ("amy", "bob", "cleo", "dora"):
            accounts.add_user(name, Role.LOBBY_MANAGER, PASSWORD)
        accounts.add_user("ines", Role.AUDITOR, PASSWORD)
        for pad in ("pad-1", "pad-7", "pad-9"):
            accounts.devices.approve(pad, SYSTEM, datetime.now(UTC))
    with branch:
        yield branch


def login(
    branch: RunningBranch, user: str, device: str | None = "pad-1", secret: str | None = None
) -> dict[str, Any]:
    told = {"user": user, "password": PASSWORD, "device": device, "device_secret": secret}
    with Client(branch.http) as door:
        answer: dict[str, Any] = door.post("/login", told)
    return answer


def logout(branch: RunningBranch, session: dict[str, Any], *, everywhere: bool = False) -> None:
    with Client(branch.http, session["token"]) as door:
        assert door.answer("POST", "/logout", {"everywhere": everywhere})[0] == 204


@contextlib.asynccontextmanager
async def connected(
    session: dict[str, Any], *, keep: bool = False, client_id: str = ""
) -> AsyncIterator[aiomqtt.Client]:
    """A PAD of this session, as its maker would connect it."""
    at = session["mqtt"]
    host, _, port = at["url"].removeprefix("mqtt://").partition(":")
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 600 if keep else 0
    async with aiomqtt.Client(
        host,
        int(port),
        username=at["username"],
        password=at["password"],
        identifier=client_id or at["client_id"],
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=not keep,
        properties=properties,
        will=aiomqtt.Will(f"{ROOT}/presence/pad-1", b'{"status": "offline"}', 1, retain=True),
        timeout=10,
    ) as client:
        yield client


async def granted(client: aiomqtt.Client, *topics: str) -> list[bool]:
    codes = [(await client.subscribe(f"{ROOT}/{topic}", qos=1))[0] for topic in topics]
    return [not isinstance(code, int) and not code.is_failure for code in codes]


async def everything(client: aiomqtt.Client) -> list[tuple[str, Any]]:
    """What comes until nothing has come for a while, without the states."""
    found = []
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0.5):
                message = await anext(client.messages)
            assert isinstance(message.payload, bytes)
            found.append((message.topic.value.removeprefix(f"{ROOT}/"), message.payload))
    return [one for one in found if not one[0].startswith("state/")]


async def cut_off(client: aiomqtt.Client) -> None:
    """Wait until the broker ends the connection."""
    with contextlib.suppress(aiomqtt.MqttError):
        async with asyncio.timeout(WITHIN):
            async for _ in client.messages:
                pass


async def test_a_pad_is_let_in_at_once_and_reads_what_is_for_it(branch: RunningBranch) -> None:
    session = login(branch, "amy")
    assert session["mqtt"]["url"] == f"mqtt://127.0.0.1:{branch.mqtt}"
    assert session["mqtt"]["client_id"] == session["mqtt"]["username"]
    async with connected(session) as pad:
        user = session["user"]
        assert all(await granted(pad, *HALL, f"alert/user/{user}"))
        refused = ["#", "event/#", "presence/#", "alert/#", "alert/pad/pad-2", "alert/user/0123"]
        assert not any(await granted(pad, *refused, "alert/role/wealth-manager"))
        call(branch)
        await until_told(pad, "alert/role/lobby-manager")
    logout(branch, session)


async def until_told(client: aiomqtt.Client, topic: str) -> bytes:
    """The next message of this topic."""
    async with asyncio.timeout(WITHIN):
        while True:
            message = await anext(client.messages)
            if message.topic.value == f"{ROOT}/{topic}":
                assert isinstance(message.payload, bytes)
                return message.payload


@pytest.mark.parametrize(("user", "device"), [("amy", None), ("ines", "pad-1")])
def test_who_has_no_pad_or_no_business_there_isnt_let_in(
    branch: RunningBranch, user: str, device: str | None
) -> None:
    session = login(branch, user, device)
    assert session["mqtt"] is None
    logout(branch, session)


def sign_out(branch: RunningBranch, session: dict[str, Any]) -> None:
    logout(branch, session)


def sign_out_everywhere(branch: RunningBranch, session: dict[str, Any]) -> None:
    elsewhere = login(branch, "bob", None)
    logout(branch, elsewhere, everywhere=True)


def sign_in_anew(branch: RunningBranch, session: dict[str, Any]) -> None:
    login(branch, "bob")


@pytest.mark.parametrize("end", [sign_out, sign_out_everywhere, sign_in_anew])
async def test_a_live_connection_ends_with_its_session(branch: RunningBranch, end: Any) -> None:
    session = login(branch, "bob")
    async with connected(session) as pad:
        await asyncio.to_thread(end, branch, session)
        await cut_off(pad)
    with pytest.raises(aiomqtt.MqttError):
        async with connected(session):
            pass


async def test_disabling_somebody_cuts_their_pad_off(
    branch: RunningBranch,
) -> None:
    session = login(branch, "dora")
    async with connected(session) as pad:
        await asyncio.to_thread(branch.kiosk, "user", "disable", "dora")
        await cut_off(pad)


async def test_the_next_person_at_the_pad_gets_nothing_of_the_last_ones(
    branch: RunningBranch,
) -> None:
    amy = login(branch, "amy")
    async with connected(amy, keep=True) as pad:
        assert all(await granted(pad, *HALL, f"alert/user/{amy['user']}"))
    call(branch)  # it waits for Amy, who isn't connected
    logout(branch, amy)
    cleo = login(branch, "cleo")
    async with connected(cleo, keep=True, client_id=amy["mqtt"]["client_id"]) as pad:
        assert await everything(pad) == []
        assert not any(await granted(pad, f"alert/user/{amy['user']}"))
        assert all(await granted(pad, *HALL))
        assert await everything(pad) == []
    logout(branch, cleo)
    again = login(branch, "amy")
    async with connected(again, keep=True) as pad:
        kept = await until_told(pad, "alert/role/lobby-manager")
    assert json.loads(kept)["type"] == "kiosk.alert.raised.v1"
    logout(branch, again)


async def test_lob_100_a_pad_that_was_away_draws_the_queue_as_it_is_now(
    branch: RunningBranch,
) -> None:
    amy = login(branch, "amy")
    topic = f"{ROOT}/state/queue/A"
    async with connected(amy, keep=True) as pad:
        assert all(await granted(pad, *HALL))
        gone = await asyncio.to_thread(issue, branch)
        await shown(pad, topic, {gone})
    stays = issue(branch)
    with Client(branch.http, amy["token"]) as door:
        door.post(f"/tickets/{gone}/drop", {"reason": "left"})
    async with connected(amy, keep=True) as pad:
        assert all(await granted(pad, *HALL))
        await shown(pad, topic, {stays})
    with Client(branch.http, amy["token"]) as door:
        door.post(f"/tickets/{stays}/drop", {"reason": "left"})
    logout(branch, amy)


def issue(branch: RunningBranch) -> str:
    with new_terminal(branch) as terminal:
        return str(terminal.post("/tickets", {"service": "cash", "print": False})["id"])


async def shown(client: aiomqtt.Client, topic: str, tickets: set[str]) -> None:
    """Returns when these tickets, and no others, wait in the latest state of the queue."""
    async with asyncio.timeout(20):
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            if message.topic.value == topic:
                state = json.loads(message.payload)
                if {one["id"] for one in state["tickets"]} == tickets:
                    return


def call(branch: RunningBranch) -> None:
    """An alert for lobby managers, by a terminal that has raised none before."""
    with new_terminal(branch) as terminal:
        terminal.post("/alerts", {"kind": "call"})


def new_terminal(branch: RunningBranch) -> Client:
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        name = f"terminal-{time.monotonic_ns()}"
        token = accounts.add_token(name, Role.TERMINAL, no_hash)
    return Client(branch.http, token)


async def test_presence_ends_with_the_session_though_the_last_will_isnt_heard(
    branch: RunningBranch, tmp_path: Path
) -> None:
    token = branch.token("watch", "monitoring")
    topic = f"{ROOT}/presence/pad-7"
    session = login(branch, "cleo", "pad-7")
    here = json.dumps({"node": "pad-7", "status": "online", "session": "s-1"})
    async with connected(session) as pad:
        await pad.publish(topic, here, qos=1, retain=True)
        await asyncio.to_thread(logout, branch, session)
        await cut_off(pad)
    with Subscriber(tmp_path, branch.mqtt, "watch", token, topic) as watch:
        await until(lambda: watch.latest(topic)["status"] == "offline")
        assert watch.latest(topic)["session"] == "s-1"


async def test_a_pad_that_signs_in_while_the_broker_is_away_connects_when_it_is_back(
    branch: RunningBranch,
) -> None:
    kill_broker(branch)
    session = login(branch, "bob", "pad-9")
    async with asyncio.timeout(WITHIN):
        while not await lets_in(session):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    logout(branch, session)


async def lets_in(session: dict[str, Any]) -> bool:
    try:
        async with connected(session):
            return True
    except aiomqtt.MqttError:
        return False


def kill_broker(branch: RunningBranch) -> None:
    os.kill(int((branch.var / "broker" / "mosquitto.pid").read_text()), signal.SIGKILL)
