"""Real child processes that end, hang, refuse, outlive their controller and talk too much."""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk import supervisor
from kiosk.domain.device import Fault
from kiosk.supervisor import Child, running, supervise_child
from tests.support.eventually import until
from tests.support.smalldisk import NEEDS_MOUNTING, small_disk

AT_ONCE = (0.02,)


async def is_ready() -> bool:
    return True


class Reports(list[Fault | None]):
    def __call__(self, fault: Fault | None, detail: str) -> None:
        self.append(fault)
        self.detail = detail


@contextlib.asynccontextmanager
async def supervised(child: Child, reports: Reports) -> AsyncIterator[None]:
    task = asyncio.create_task(supervise_child(child, reports, delays=AT_ONCE), name=child.name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def python(tmp_path: Path, program: str) -> Child:
    return Child(
        "window", (sys.executable, "-c", program), ready=is_ready, pid_file=tmp_path / "window.pid"
    )


def sleeper(tmp_path: Path) -> Child:
    return Child("window", ("sleep", "61"), ready=is_ready, pid_file=tmp_path / "window.pid")


def start(*argv: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(argv)


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_child_that_is_killed_runs_again_and_both_are_told_once(tmp_path: Path) -> None:
    child, reports = sleeper(tmp_path), Reports()
    async with supervised(child, reports):
        await until(lambda: reports == [None] and running(child))
        first = running(child)
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: reports == [None, Fault.CONNECTION_LOST, None])
        await until(lambda: running(child) not in {None, first})
    assert running(child) is None


async def test_a_child_that_can_never_start_is_told_of_once(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    child = Child("window", ("sh", "-c", f"echo x >> {marks}; echo no screen; exit 3"))
    reports = Reports()
    async with supervised(child, reports):
        await until(lambda: marks.exists() and len(marks.read_text()) > 6)
    assert reports == [Fault.CONNECTION_LOST]
    assert reports.detail == "ended with 3: no screen"


async def test_a_child_that_never_gets_ready_is_told_of_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> bool:
        return False

    monkeypatch.setattr(supervisor, "READY_WITHIN", 0.1)
    pid_file = tmp_path / "window.pid"
    reports = Reports()
    async with supervised(
        Child("window", ("sleep", "61"), ready=never, pid_file=pid_file), reports
    ):
        await until(lambda: reports)
    assert reports == [Fault.NO_ANSWER]
    assert not pid_file.exists()


async def test_a_child_whose_pid_file_cannot_be_written_runs_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reports = Reports()
    pid_file = tmp_path / "no such folder" / "window.pid"
    async with supervised(Child("window", ("sleep", "61"), pid_file=pid_file), reports):
        await until(lambda: reports)
    assert reports == [None]
    assert f"{pid_file} can't be written" in caplog.text


@NEEDS_MOUNTING
async def test_a_child_ends_though_its_pid_file_cannot_be_taken_away(tmp_path: Path) -> None:
    with small_disk(tmp_path / "var") as disk:
        child = sleeper(disk.folder)
        task = asyncio.create_task(supervise_child(child), name=child.name)
        await until(lambda: running(child))
        process = running(child)
        disk.remount("ro")
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert process
        assert not is_alive(process)


async def test_a_program_that_is_installed_later_is_found(tmp_path: Path) -> None:
    child = Child(
        "broker",
        ("broker-of-this-test",),
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        ready=is_ready,
        package="broker-package",
    )
    reports = Reports()
    async with supervised(child, reports):
        await until(lambda: reports == [Fault.NOT_FOUND])
        assert "install the Debian package broker-package" in reports.detail
        program = tmp_path / "new"
        program.write_text("#!/bin/sh\nexec sleep 61\n")
        program.chmod(0o755)
        program.rename(tmp_path / "broker-of-this-test")
        await until(lambda: reports == [Fault.NOT_FOUND, None])


async def test_a_child_that_ignores_the_request_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "END_WITHIN", 0.2)
    deaf = tmp_path / "deaf"
    child = python(
        tmp_path,
        "import signal, pathlib, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(deaf)!r}).touch()\n"
        "time.sleep(61)",
    )
    async with supervised(child, Reports()):
        await until(deaf.exists)
        process = running(child)
        assert process
    assert not is_alive(process)


async def test_a_child_that_can_end_in_order_does(tmp_path: Path) -> None:
    ready, farewell = tmp_path / "ready", tmp_path / "farewell"
    child = python(
        tmp_path,
        "import signal, pathlib, sys, time\n"
        f"def end(*_): pathlib.Path({str(farewell)!r}).touch(); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "time.sleep(61)",
    )
    async with supervised(child, Reports()):
        await until(ready.exists)
    assert farewell.exists()


CONTROLLER = """
import asyncio, sys
from pathlib import Path
from kiosk.supervisor import Child, supervise_child
asyncio.run(supervise_child(Child("window", ("sleep", "61"), pid_file=Path(sys.argv[1]))))
"""


async def test_a_killed_controller_takes_its_children_along(tmp_path: Path) -> None:
    child = sleeper(tmp_path)
    controller = start(sys.executable, "-c", CONTROLLER, str(child.pid_file))
    try:
        await until(lambda: running(child))
        process = running(child)
        assert process
    finally:
        controller.kill()
        controller.wait()
    await until(lambda: not is_alive(process))


async def test_a_child_that_outlived_its_controller_makes_room(tmp_path: Path) -> None:
    child = sleeper(tmp_path)
    assert child.pid_file
    orphan = start(*child.argv)
    child.pid_file.write_text(str(orphan.pid))
    try:
        await until(lambda: running(child) == orphan.pid)
        async with supervised(child, Reports()):
            await until(lambda: running(child) not in {None, orphan.pid})
            assert orphan.wait() == -signal.SIGTERM
    finally:
        orphan.kill()
        orphan.wait()


async def test_someone_elses_process_is_left_alone(tmp_path: Path) -> None:
    child = sleeper(tmp_path)
    assert child.pid_file
    stranger = start("sleep", "62")
    child.pid_file.write_text(str(stranger.pid))
    try:
        reports = Reports()
        async with supervised(child, reports):
            await until(lambda: reports == [None])
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "x", "-1", "999999999"])
def test_a_pid_file_that_means_nothing_names_nobody(tmp_path: Path, content: str) -> None:
    child = sleeper(tmp_path)
    assert child.pid_file
    child.pid_file.write_text(content)
    assert running(child) is None


async def test_what_a_child_says_is_kept_within_bounds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    child = python(
        tmp_path,
        "import time; print('y' * 100_000); print('last of the long ones', flush=True)\n"
        "print('\\n'.join(f'line {n}' for n in range(5000)), flush=True); time.sleep(61)",
    )
    caplog.set_level(logging.INFO, "kiosk.supervisor")
    async with supervised(child, Reports()):
        await until(lambda: "window says more than is kept" in caplog.messages)
    assert "window: last of the long ones" in caplog.messages
    assert max(map(len, caplog.messages)) < 500
    assert len(caplog.messages) < 2 * supervisor.LINES_A_MINUTE


async def test_what_a_child_says_keeps_its_level(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    child = python(
        tmp_path,
        "import time; print('<4>the branch is away'); print('and so on', flush=True); time.sleep(61)",
    )
    caplog.set_level(logging.INFO, "kiosk.supervisor")
    async with supervised(child, Reports()):
        await until(lambda: "window: and so on" in caplog.messages)
    told = {(record.levelno, record.getMessage()) for record in caplog.records}
    assert (logging.WARNING, "window: the branch is away") in told
    assert (logging.INFO, "window: and so on") in told


def test_the_environment_of_a_child_isnt_shown() -> None:
    assert "secret" not in repr(Child("window", ("sleep", "61"), env={"TOKEN": "secret"}))
