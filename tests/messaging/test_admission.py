"""A running broker follows who may sign in; nobody else is disturbed."""

import asyncio
import contextlib
import getpass
import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.credentials import BrokerClient, token_hash
from kiosk.ports import KioskError
from kiosk.supervisor import supervise_child
from tests.messaging.mishaps import kill
from tests.messaging.parts import (
    WITHIN,
    TestedBranch,
    client,
    is_admitted,
    listening,
    running_task,
    sign_in,
    until_admitted,
)
from tests.support.eventually import until


@pytest.fixture
async def broker(branch: TestedBranch) -> AsyncIterator[EmbeddedBroker]:
    """Running, with the controller connected."""
    async with running_task(branch.run_embedded(branch.telling()), "embedded"):
        await until(lambda: branch.reports)
        yield branch.broker


def access_file(broker: EmbeddedBroker) -> Path:
    file = broker.child().pid_file
    assert file
    return file.parent / "access.json"


def access_of(broker: EmbeddedBroker) -> dict[str, object]:
    clients = json.loads(access_file(broker).read_text())["clients"]
    return {one["username"]: one for one in clients}


async def test_a_new_token_works_at_once_and_disturbs_nobody(
    branch: TestedBranch, broker: EmbeddedBroker
) -> None:
    async with listening(broker, "crm", "event/#") as present:
        branch.clients.append(client("crm3", "crm"))
        branch.tokens.put("crm3", "crm3")
        await until_admitted(broker, "crm3")
        await branch.issue()
        await until(lambda: present.sequences == [1, 2])
    assert "crm3" in access_of(broker)
    assert stat.S_IMODE(access_file(broker).stat().st_mode) == 0o600
    assert branch.tokens.waiting() == {}


async def test_a_revoked_token_is_cut_off_at_once_and_the_others_stay(
    branch: TestedBranch, broker: EmbeddedBroker
) -> None:
    async with listening(broker, "crm2", "event/#") as stays:
        with contextlib.suppress(aiomqtt.MqttError):
            async with sign_in(broker, "crm") as goes, asyncio.timeout(WITHIN):
                branch.clients[:] = [one for one in branch.clients if one.name != "crm"]
                await anext(goes.messages)
        assert not await is_admitted(broker, "crm")
        await branch.issue()
        await until(lambda: stays.sequences == [1, 2])
    assert "crm" not in access_of(broker)


async def test_a_replaced_token_replaces_the_old_one(
    branch: TestedBranch, broker: EmbeddedBroker
) -> None:
    others = [one for one in branch.clients if one.name != "crm"]
    branch.clients[:] = [
        *others,
        BrokerClient("crm", token_hash("new"), client("crm", "crm").role, "crm"),
    ]
    branch.tokens.put("crm", "new")
    await until_admitted(broker, "crm", admitted=False)
    branch.clients[:] = [*others, client("crm", "crm")]
    branch.tokens.put("crm", "crm")
    await until_admitted(broker, "crm")


async def test_who_came_while_the_broker_was_away_is_let_in(
    branch: TestedBranch, broker: EmbeddedBroker
) -> None:
    branch.clients[:] = [client("crm3", "crm"), client("crm", "crm")]
    kill(broker)
    await until_admitted(broker, "crm3")
    assert not await is_admitted(broker, "crm2")


async def test_a_session_goes_on_when_the_broker_was_killed(
    branch: TestedBranch, broker: EmbeddedBroker
) -> None:
    async with listening(broker, "crm", "event/#") as crm:
        await branch.issue()
        await until(lambda: crm.sequences == [1, 2])
        kill(broker)
        await branch.issue()
        await until(lambda: crm.first_seen() == [1, 2, 3])


async def test_a_broker_without_the_plugin_is_told_of_and_told_everything(
    branch: TestedBranch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "plain.conf"
    port = branch.broker.address.port
    file.write_text(f"user {getpass.getuser()}\nallow_anonymous true\nlistener {port} 127.0.0.1\n")
    child = replace(branch.broker.child(), argv=("mosquitto", "-c", str(file)), prepare=None)
    telling = branch.telling()
    async with (
        running_task(supervise_child(child, delays=(0.05,)), "plain broker"),
        running_task(telling.run(), "telling"),
    ):
        await until(lambda: "nobody is let in or kept out" in caplog.text)
        await branch.issue()
        await until(lambda: telling.outbox.lag == 0)


async def test_a_client_whose_token_is_lost_is_named_once(
    branch: TestedBranch, broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    branch.clients.append(client("crm3", "crm"))
    await until(lambda: "it doesn't know crm3" in caplog.text)
    branch.tokens.put("crm3", "crm3")
    await until_admitted(broker, "crm3")
    assert caplog.text.count("doesn't know") == 1


async def test_accounts_that_cant_be_read_change_nothing_at_the_broker(
    branch: TestedBranch, broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    branch.accounts.fault = KioskError("the accounts can't be read")
    await until(lambda: "nobody new is let in" in caplog.text)
    assert await is_admitted(broker, "crm")
    kill(broker)
    await until_admitted(broker, "crm")
    branch.accounts.fault = None
    branch.clients[:] = [one for one in branch.clients if one.name != "crm"]
    await until_admitted(broker, "crm", admitted=False)
    assert caplog.text.count("nobody new is let in") <= 2
