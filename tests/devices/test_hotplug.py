"""Nodes that come and go, by the system's real inotify on a folder of the test."""

import asyncio
import ctypes
import logging
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.devices.hotplug import DeviceNodes, NodePlug
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.supervision import HASTES, supervise
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from tests.flow.work import at_work
from tests.support.eventually import until
from tests.support.keys import always

LONG = 60.0
"""Nobody waits as long in these tests."""


@pytest.fixture
async def nodes() -> AsyncIterator[DeviceNodes]:
    nodes = DeviceNodes()
    yield nodes
    nodes.close()
    nodes.close()


@pytest.fixture(autouse=True)
def settles_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.hotplug.SETTLED", 0.0)


def tried(plug: NodePlug) -> asyncio.Task[None]:
    """A session has begun with it."""
    return asyncio.create_task(plug.pulled())


async def resting(plug: NodePlug, seconds: float = LONG) -> asyncio.Task[bool]:
    """Whoever waits for the plug, and has looked at it once."""
    task = asyncio.create_task(plug.rest(seconds))
    await asyncio.sleep(0.01)
    assert not task.done()
    return task


async def test_a_node_that_comes_ends_the_rest(tmp_path: Path, nodes: DeviceNodes) -> None:
    node = tmp_path / "ttyUSB0"
    rest = await resting(nodes.plug(str(node)))
    (tmp_path / "another").touch()
    await asyncio.sleep(0.01)
    assert not rest.done()
    node.touch()
    assert await asyncio.wait_for(rest, 5)


async def test_folders_that_come_with_the_first_device_are_followed(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    """udev makes /dev/serial/by-id with the first adapter and takes it away with the last."""
    folder, node = tmp_path / "serial" / "by-id", tmp_path / "ttyUSB0"
    link = folder / "usb-printer"
    plug = nodes.plug(str(link))
    for _ in range(2):
        rest = await resting(plug)
        node.touch()
        folder.mkdir(parents=True)
        link.symlink_to(node)
        assert await asyncio.wait_for(rest, 5)
        pulled = tried(plug)
        await asyncio.sleep(0.01)
        node.unlink()
        await asyncio.wait_for(pulled, 5)
        link.unlink()
        folder.rmdir()
        folder.parent.rmdir()


async def test_a_node_that_others_may_use_now_ends_the_rest(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    node = tmp_path / "lp0"
    node.touch(mode=0o600)
    plug = nodes.plug(str(node))
    pulled = tried(plug)
    rest = await resting(plug)
    node.chmod(0o660)
    assert await asyncio.wait_for(rest, 5)
    assert not pulled.done()
    pulled.cancel()


async def test_a_device_that_never_comes_is_looked_for_as_seldom_as_before(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    plug = nodes.plug(str(tmp_path / "never"))
    begin = asyncio.get_running_loop().time()
    assert [await plug.rest(0.05) for _ in range(3)] == [False] * 3
    assert asyncio.get_running_loop().time() - begin >= 0.15


async def test_a_node_that_is_there_and_can_not_be_used_is_tried_as_seldom(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    (tmp_path / "ttyS1").touch()
    plug = nodes.plug(str(tmp_path / "ttyS1"))
    pulled = tried(plug)
    await asyncio.sleep(0)
    assert [await plug.rest(0.02) for _ in range(3)] == [False] * 3
    pulled.cancel()


async def test_where_nobody_may_watch_it_is_said_once_and_devices_are_found_by_trying(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class NoneLeft:
        def inotify_init1(self, _: int) -> int:
            ctypes.set_errno(24)
            return -1

    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: NoneLeft())
    caplog.set_level(logging.WARNING)
    nodes = DeviceNodes()
    plug = nodes.plug(str(tmp_path / "ttyUSB0"))
    assert not await plug.rest(0.02)
    (tmp_path / "ttyUSB0").touch()
    assert await plug.rest(0.02)
    assert len(caplog.records) == 1
    nodes.close()


async def test_a_reader_that_is_unplugged_and_plugged_in_is_told_and_read_at_once(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    """Not after its backoff of a minute, and not only at the next swipe."""
    told: list[DeviceCondition] = []
    swipe = DeviceId("swipe")
    with SimulatedSerialLine(tmp_path, "swipe") as line:
        reader = MagstripeReader(
            swipe,
            lambda: open_serial(swipe, line.port, 9600),
            always(b"k" * 32),
            told.append,
            delays=[LONG],
            plug=nodes.plug(line.port),
        )
        async with at_work(reader.run()):
            await until(lambda: told)
            line.unplug()
            await until(lambda: len(told) == 2)
            line.plug()
            await until(lambda: len(told) == 3)
    assert [(one.status, one.fault) for one in told] == [
        (DeviceStatus.ONLINE, None),
        (DeviceStatus.NO_DEVICE, Fault.NOT_FOUND),
        (DeviceStatus.ONLINE, None),
    ]


async def test_a_loose_contact_is_not_begun_with_each_time(
    tmp_path: Path, nodes: DeviceNodes
) -> None:
    node = tmp_path / "ttyUSB0"
    sessions: list[bool] = []

    async def session(online: Callable[[], None]) -> None:
        sessions.append(node.exists())
        raise DeviceError(DeviceId("swipe"), Fault.NOT_FOUND)

    work = supervise(
        DeviceId("swipe"),
        DeviceKind.CARD_READER,
        session,
        lambda _: None,
        delays=[LONG],
        plug=nodes.plug(str(node)),
    )
    async with at_work(work):
        for _ in range(3 * HASTES):
            node.touch()
            await asyncio.sleep(0.02)
            node.unlink()
            await asyncio.sleep(0.02)
    assert 4 <= len(sessions) <= 1 + HASTES


async def test_no_descriptor_is_left_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    nodes = DeviceNodes()
    assert not await nodes.plug(str(tmp_path / "never")).rest(0.01)
    assert len(os.listdir("/proc/self/fd")) > before
    nodes.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert "closed" in repr(nodes)
