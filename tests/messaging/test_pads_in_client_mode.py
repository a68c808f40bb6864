"""A PAD at which nobody is signed in: enrolled, at the broker by a token of its own, revoked (LOB-11)."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from tests.messaging.parts import ROOT, WITHIN
from tests.messaging.test_pads import connected, cut_off, granted, lets_in, login, logout
from tests.support.runningbranch import PASSWORD, Client, RunningBranch

SECRET = "0123456789abcdef-of-the-pad"
KEPT_OUT = (
    *("#", "state/#", "state/queue/A", "state/branch", "event/#", "event/ticket/called"),
    *("alert/#", "alert/pad/pad-1", "presence/#", "presence/pad-1"),
)


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBranch]:
    branch = RunningBranch(tmp_path_factory.mktemp("client-mode"))
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
    with branch:
        yield branch


@pytest.fixture
def enrolled(branch: RunningBranch) -> Iterator[dict[str, Any]]:
    """Somebody has tried to sign in at pad-1, an administrator approved it, the PAD has asked."""
    with Client(branch.http) as door:
        told = {"user": "amy", "password": PASSWORD, "device": "pad-1", "device_secret": SECRET}
        assert door.answer("POST", "/login", told)[0] == 403
        assert (
            door.answer("POST", "/devices/pad-1/client-mode", {"device_secret": SECRET})[0] == 403
        )
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        accounts.devices.approve("pad-1", SYSTEM, datetime.now(UTC))
        yield asks(branch)
        while accounts.devices.pads():  # revoked again it is forgotten
            accounts.devices.revoke("pad-1", SYSTEM, datetime.now(UTC))


def asks(branch: RunningBranch) -> dict[str, Any]:
    with Client(branch.http) as door:
        answer: dict[str, Any] = door.post("/devices/pad-1/client-mode", {"device_secret": SECRET})
    return answer


async def test_it_reads_counts_and_waits_at_once_and_nothing_else(
    branch: RunningBranch, enrolled: dict[str, Any]
) -> None:
    assert enrolled["mqtt"]["username"] == "client-mode-pad-1"
    async with connected(enrolled) as pad:
        assert await granted(pad, *KEPT_OUT) == [False] * len(KEPT_OUT)
        assert await granted(pad, "state/public/#") == [True]
        async with asyncio.timeout(WITHIN):
            told = await anext(pad.messages)
        assert told.topic.value.startswith(f"{ROOT}/state/public/queue/")
        assert isinstance(told.payload, bytes)
        assert "tickets" not in json.loads(told.payload)


async def test_who_revokes_the_pad_ends_its_live_connection(
    branch: RunningBranch, enrolled: dict[str, Any]
) -> None:
    async with connected(enrolled) as pad:
        await asyncio.to_thread(branch.kiosk, "device", "revoke", "pad-1")
        await cut_off(pad)
    assert not await lets_in(enrolled)


async def test_another_token_ends_the_one_before(
    branch: RunningBranch, enrolled: dict[str, Any]
) -> None:
    async with connected(enrolled) as pad:
        again = await asyncio.to_thread(asks, branch)
        await cut_off(pad)
    assert not await lets_in(enrolled)
    assert await lets_in(again)


async def test_staff_who_sign_in_and_out_leave_it_alone(
    branch: RunningBranch, enrolled: dict[str, Any]
) -> None:
    """And what they may read isn't its own, before or afterwards."""
    async with connected(enrolled) as shown:
        session = await asyncio.to_thread(login, branch, "amy", "pad-1", SECRET)
        async with connected(session) as pad:
            assert all(await granted(pad, "state/#", "alert/pad/pad-1"))
            assert await granted(shown, "state/#") == [False]
            await asyncio.to_thread(logout, branch, session)
            await cut_off(pad)
        assert await granted(shown, "state/public/#", "state/#") == [True, False]
