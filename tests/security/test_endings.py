"""A session and all that hangs on it end together, live connections included, within a second.

The second is one of the loop's own time: on a slow machine it lasts as long as the work does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.main import RunningBranch
from kiosk.messaging.credentials import NewTokens, token_hash
from kiosk.store.accounts import Accounts
from kiosk.web.feed import SESSION_OVER
from kiosk.web.pages.live import SIGNED_OUT
from tests.messaging.parts import WITHIN
from tests.security.knocking import PASSWORD, bearer, cookie
from tests.support.doors import open_branch
from tests.support.eventually import until
from tests.support.slowmotion import slow_motion

PAD = "pad-1"
A_SECOND = 1.0


@dataclass
class Door:
    """A branch, and whoever is connected to it."""

    branch: RunningBranch
    var: Path
    http: httpx.AsyncClient
    stays: AsyncExitStack
    live: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    """By what it is; each ends with its connection."""

    async def sign_in(self, user: str, role: Role, pad: str | None = None) -> dict[str, Any]:
        """The answer to somebody new."""
        self.branch.accounts.add_user(user, role, PASSWORD)
        return await self.sign_in_again(user, pad)

    async def sign_in_again(self, user: str, pad: str | None = None) -> dict[str, Any]:
        told = {"user": user, "password": PASSWORD, "device": pad}
        answer = await self.http.post("/api/v1/login", json=told)
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        session: dict[str, Any] = answer.json()
        return session

    async def sign_out(self, token: str, *, everywhere: bool = False) -> None:
        told = {"everywhere": everywhere}
        answer = await self.http.post("/api/v1/logout", json=told, headers=bearer(token))
        assert answer.status_code == 204

    async def follow(self, name: str, path: str, headers: dict[str, str]) -> None:
        """A WebSocket, from its first message on."""
        address = f"{self.branch.address.replace('http', 'ws', 1)}{path}"
        opened = connect(address, additional_headers=headers, proxy=None)
        socket = await self.stays.enter_async_context(opened)
        await socket.recv()
        self._keep(name, _closed(socket))

    async def wait_for_events(self, token: str) -> None:
        """A long poll for what hasn't happened yet."""
        path = f"/api/v1/events?after={self.branch.core.log.last_sequence()}&wait=60"
        followers = self.branch.core.feed._followers
        before = len(followers)
        self._keep("events", self._events(path, token))
        await until(lambda: len(followers) > before, "a request that waits")

    async def _events(self, path: str, token: str) -> None:
        while True:
            answer = await self.http.get(path, headers=bearer(token), timeout=60)
            if answer.status_code == 401:
                return
            path = f"/api/v1/events?after={answer.json()['next']}&wait=60"

    async def subscribe(self, at: Mapping[str, Any]) -> None:
        """A connection to the broker, which may be about to start."""
        async with asyncio.timeout(WITHIN):
            while (client := await self._connected(at)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self._keep("broker", _cut_off(client))

    async def _connected(self, at: Mapping[str, Any]) -> aiomqtt.Client | None:
        host, _, port = at["url"].removeprefix("mqtt://").partition(":")
        client = aiomqtt.Client(
            host,
            int(port),
            username=at["username"],
            password=at["password"],
            identifier=at["client_id"],
            protocol=aiomqtt.ProtocolVersion.V5,
        )
        try:
            return await self.stays.enter_async_context(client)
        except aiomqtt.MqttError:
            return None

    def _keep(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.live[name] = asyncio.create_task(work, name=name)

    async def close(self) -> None:
        for one in self.live.values():
            one.cancel()
        await asyncio.gather(*self.live.values(), return_exceptions=True)

    async def assert_all_end(self, within: float) -> None:
        """All of the live connections, within so many seconds of the loop's time."""
        _, still = await asyncio.wait(self.live.values(), timeout=within)
        assert not still, f"still connected: {', '.join(sorted(one.get_name() for one in still))}"
        for one in self.live.values():
            one.result()


async def _closed(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass
    assert socket.close_code in (SESSION_OVER, SIGNED_OUT)


async def _cut_off(client: aiomqtt.Client) -> None:
    with suppress(aiomqtt.MqttError):
        async for _ in client.messages:
            pass


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with (
        open_branch(tmp_path) as branch,
        httpx.AsyncClient(base_url=branch.address, trust_env=False, timeout=60) as http,
        AsyncExitStack() as stays,
    ):
        branch.accounts.devices.approve(PAD, SYSTEM, branch.core.clock.now())
        opened = Door(branch, tmp_path / "var", http, stays)
        try:
            yield opened
        finally:
            await opened.close()


async def a_manager_with_a_pad(door: Door) -> dict[str, Any]:
    """Signed in, with all the connections that a PAD may have."""
    session = await door.sign_in("amy", Role.LOBBY_MANAGER, PAD)
    await door.follow("feed", "/api/v1/feed", bearer(session["token"]))
    await door.subscribe(session["mqtt"])
    await door.wait_for_events(session["token"])
    return session


async def sign_out(door: Door, session: Mapping[str, Any]) -> None:
    await door.sign_out(session["token"])


async def sign_out_everywhere(door: Door, session: Mapping[str, Any]) -> None:
    elsewhere = await door.sign_in_again("amy")
    await door.sign_out(elsewhere["token"], everywhere=True)


async def sign_in_anew(door: Door, session: Mapping[str, Any]) -> None:
    await door.sign_in_again("amy", PAD)


End = Callable[[Door, Mapping[str, Any]], Coroutine[Any, Any, None]]


@pytest.mark.parametrize("end", [sign_out, sign_out_everywhere, sign_in_anew])
async def test_all_live_connections_end_with_their_session(door: Door, end: End) -> None:
    session = await a_manager_with_a_pad(door)
    with slow_motion():
        await end(door, session)
        await door.assert_all_end(A_SECOND)


BY_ANOTHER_PROCESS: Mapping[str, Callable[[Accounts], object]] = {
    "disabled": lambda accounts: accounts.disable_user("amy"),
    "password": lambda accounts: accounts.change_password("amy", "another password"),
    "signed out": lambda accounts: accounts.sign_out("amy"),
    "revoked PAD": lambda accounts: accounts.devices.revoke(PAD, SYSTEM, datetime.now(UTC)),
}


@pytest.mark.parametrize("cause", BY_ANOTHER_PROCESS)
async def test_they_end_by_what_another_process_does_too(door: Door, cause: str) -> None:
    """Which is looked for every second; the second after that is for the ending."""
    await a_manager_with_a_pad(door)
    with slow_motion() as motion:
        by_another_process(door, BY_ANOTHER_PROCESS[cause])
        motion.skip(A_SECOND)
        await door.assert_all_end(A_SECOND)


def by_another_process(door: Door, change: Callable[[Accounts], object]) -> None:
    with closing(Accounts(door.var / "accounts.db")) as command_line:
        change(command_line)


async def test_a_tellers_page_and_feed_end_with_their_session(door: Door) -> None:
    session = await door.sign_in("tom", Role.TELLER)
    headers = cookie(session["token"], door.branch.address)
    await door.follow("page", "/live?page=counter/1", headers)
    await door.follow("feed", "/api/v1/feed", headers)
    with slow_motion():
        await door.sign_out(session["token"])
        await door.assert_all_end(A_SECOND)


async def test_a_programs_connections_end_when_its_token_is_revoked(door: Door) -> None:
    token = door.branch.accounts.add_token("wall", Role.DISPLAY, token_hash)
    NewTokens.of(door.var).put("wall", token)
    address = f"mqtt://{door.branch.settings.mqtt.listen}"
    name = {"username": "wall", "password": token, "client_id": "wall"}
    await door.subscribe({"url": address, **name})
    await door.follow("feed", "/api/v1/feed", bearer(token))
    with slow_motion() as motion:
        by_another_process(door, lambda accounts: accounts.revoke_token("wall"))
        motion.skip(A_SECOND)
        await door.assert_all_end(A_SECOND)
