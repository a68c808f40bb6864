"""A broker that is killed, cut off, silent or missing: nothing is lost, and the hall goes on."""

import asyncio
import os
import signal

import pytest

from kiosk.domain.device import DeviceKind, DeviceStatus, Fault
from kiosk.messaging import broker as broker_module
from kiosk.messaging import mqtt
from kiosk.messaging import telling as telling_module
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.supervisor import running, supervise_child
from tests.messaging.mishaps import Relay, frozen, kill
from tests.messaging.parts import (
    TestedBranch,
    listening,
    running_task,
)
from tests.support.eventually import until
from tests.support.slowmotion import slow_motion


async def test_a_killed_broker_loses_nothing_for_who_comes_back(branch: TestedBranch) -> None:
    telling = branch.telling()
    async with running_task(branch.run_embedded(telling), "embedded"):
        await until(lambda: running(branch.broker.child()))
        async with listening(branch.broker, "crm", "event/#") as crm:
            await save_memory(branch.broker)
            for _ in range(10):
                await branch.issue(40)
            kill(branch.broker)
            for _ in range(10):
                await branch.issue(40)
            await until(lambda: telling.outbox.lag == 0)
            await branch.issue(40)
            await until(lambda: max(crm.sequences, default=0) == 841)
            assert crm.first_seen() == list(range(1, 842))
            crm.assert_chained()
    told = [(condition.status, condition.fault) for condition in branch.reports]
    assert told == [
        (DeviceStatus.ONLINE, None),
        (DeviceStatus.OFFLINE, Fault.CONNECTION_LOST),
        (DeviceStatus.ONLINE, None),
    ]


async def save_memory(broker: EmbeddedBroker) -> None:
    """What mosquitto does every ten seconds."""
    process = running(broker.child())
    assert process
    os.kill(process, signal.SIGUSR1)
    file = broker.child().pid_file
    assert file
    await until(file.with_name("mosquitto.db").exists, "the broker's memory")


async def test_a_cut_network_loses_nothing(
    started: EmbeddedBroker, branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_module, "DELAYS", (0.05,))
    async with Relay(started) as relay, listening(started, "crm", "event/#") as crm:
        telling = branch.telling(relay.address)
        async with running_task(telling.run(), "telling"):
            for _ in range(4):
                await branch.issue(150)
                await until(lambda: crm.payloads)
                relay.cut()
            await until(lambda: 601 in crm.sequences)
            assert crm.first_seen() == list(range(1, 602))
            crm.assert_chained()


async def test_a_new_controller_goes_on_where_the_last_one_ended(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    async with listening(started, "crm", "event/#") as crm:
        for _ in range(3):
            telling = branch.telling()
            async with running_task(telling.run(), "telling"):
                await branch.issue(200)
                await until(lambda: len(crm.payloads) > 100)
        telling = branch.telling()
        async with running_task(telling.run(), "telling"):
            await until(lambda: 601 in crm.sequences)
        assert crm.first_seen() == list(range(1, 602))


async def test_a_missing_program_is_named_with_its_package_and_the_hall_goes_on(
    branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "PROGRAM", "mosquitto-is-not-here")
    telling = branch.telling()
    async with running_task(branch.run_embedded(telling), "embedded"):
        await until(lambda: branch.reports)
        assert (await branch.issue())[0].sequence == 2
        assert telling.outbox.lag == 2
    [condition] = branch.reports
    assert (condition.device, condition.kind) == ("broker", DeviceKind.BROKER)
    assert (condition.status, condition.fault) == (DeviceStatus.NO_DEVICE, Fault.NOT_FOUND)
    assert "install the Debian package mosquitto" in condition.detail


async def test_a_broker_that_is_there_but_silent_is_reported_and_healed(
    started: EmbeddedBroker, branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "ANSWER_WITHIN", 0.2)
    silent = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    telling = branch.telling()
    port = server.sockets[0].getsockname()[1]
    deaf = branch.telling(mqtt.BrokerAddress("127.0.0.1", port, "controller", "x"))
    async with running_task(deaf.run(), "deaf"):
        await until(lambda: branch.reports)
        assert branch.reports[0].fault is Fault.NO_ANSWER
    silent.set()
    server.close()
    await server.wait_closed()
    async with running_task(telling.run(), "telling"):
        await branch.issue()
        await until(lambda: telling.outbox.lag == 0)


async def test_a_broker_that_stops_answering_is_reported_and_healed(
    started: EmbeddedBroker, branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "ACKNOWLEDGE_WITHIN", 0.2)
    telling = branch.telling()
    async with running_task(telling.run(), "telling"), listening(started, "crm", "event/#") as crm:
        await branch.issue(50)
        await until(lambda: telling.outbox.lag == 0)
        with frozen(started):
            await branch.issue(50)
            await until(lambda: branch.reports[-1].fault is Fault.CONNECTION_LOST)
        await until(lambda: branch.reports[-1].status is DeviceStatus.ONLINE)
        await until(lambda: 101 in crm.sequences)
        assert crm.first_seen() == list(range(1, 102))


async def test_it_ends_soon_also_when_the_broker_doesnt_answer(
    started: EmbeddedBroker, branch: TestedBranch
) -> None:
    telling = branch.telling()
    async with running_task(telling.run(), "telling") as task:
        await branch.issue()
        await until(lambda: telling.outbox.lag == 0)
        with frozen(started), slow_motion() as motion:
            task.cancel()
            for _ in range(4):
                await asyncio.wait([task], timeout=0.01)
                motion.skip(0.5)
            await asyncio.wait([task], timeout=0.5)
            assert task.done()


async def test_the_last_word_at_the_broker_is_that_nobody_is_there(branch: TestedBranch) -> None:
    async with running_task(branch.run_embedded(branch.telling()), "embedded"):
        await until(lambda: branch.reports)
    child = supervise_child(branch.broker.child())
    async with (
        running_task(child, "broker process"),
        listening(branch.broker, "watch", "presence/#") as watch,
    ):
        await until(lambda: watch.payloads)
        assert [payload["status"] for payload in watch.payloads] == ["offline"]
