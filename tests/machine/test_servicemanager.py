"""What systemd is told: sd_notify(3) over a socket of the test's own."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.machine.servicemanager import ServiceManager
from tests.support.runningbranch import RunningBranch


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    """Where a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(20)
        yield listening


def told(line: socket.socket) -> str:
    return line.recv(4096).decode()


def test_a_branch_says_that_it_serves_lives_and_ends(tmp_path: Path, line: socket.socket) -> None:
    environment = {"NOTIFY_SOCKET": line.getsockname(), "WATCHDOG_USEC": "300000"}
    with RunningBranch(tmp_path, environment=environment) as branch:
        assert told(line) == f"READY=1\nSTATUS=serves at http://127.0.0.1:{branch.http}"
        began = time.monotonic()
        assert [told(line) for _ in range(4)] == ["WATCHDOG=1"] * 4
        assert time.monotonic() - began < 5
    last = ""
    while "WATCHDOG" in (last := told(line)):
        pass
    assert last == "STOPPING=1\nSTATUS=stops"


async def test_an_abstract_socket_is_found(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0kiosk-test-{tmp_path.name}")
        ServiceManager({"NOTIFY_SOCKET": f"@kiosk-test-{tmp_path.name}"}).stopping()
        assert "STOPPING=1" in told(listening)


@pytest.mark.parametrize("watched", [False, True])
async def test_where_nobody_listens_the_branch_goes_on(watched: bool) -> None:
    environment = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "9"} if watched else {}
    manager = ServiceManager(environment)
    assert environment == {}, "children of the branch don't speak for it"
    manager.ready("somewhere")
    watchdog = asyncio.create_task(manager.keep_watchdog())
    await asyncio.sleep(0)
    assert watchdog.done() is not watched
    watchdog.cancel()
    manager.stopping()
