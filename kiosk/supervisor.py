"""Child processes: started, watched, begun anew when they end, and ended with the controller."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.device import Fault
from kiosk.machine.journal import without_mark
from kiosk.ports import KioskError

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts; the last one repeatedly."""
LASTING = 10.0
"""Seconds after which a child that ends isn't one that can't start."""
READY_WITHIN = 10.0
END_WITHIN = 2.0
"""Seconds from SIGTERM to SIGKILL."""
LINES_A_MINUTE = 60
LONGEST_LINE = 400

Report = Callable[[Fault | None, str], None]
"""Told once when a child begins to fail, with the cause in short technical words, and once, with
None, when it is well."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Child:
    """A program that runs beside the controller.

    ``argv[0]`` is looked for in the PATH of ``env`` at each start, so that a program installed
    later is found. ``ready`` tells whether it already does its work; without it a child that has
    run for a second is well. ``pid_file`` lets the next controller find a child that outlived this
    one.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    ready: Callable[[], Awaitable[bool]] | None = None
    pid_file: Path | None = None
    prepare: Callable[[], None] | None = None
    """Called in a thread before each start, when no child runs any more: writes its files."""
    package: str = ""
    """The Debian package that has the program."""


class ChildFailed(Exception):
    """A child isn't running, or doesn't do its work."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


async def supervise_child(
    child: Child,
    report: Report = lambda fault, detail: None,
    *,
    delays: Sequence[float] = DELAYS,
) -> None:
    """Run the child for ever, waiting ``delays`` between attempts. When cancelled, ends it.

    A failure is logged and reported once when it begins and once when the child is well again.
    """
    outage = _Outage(child, report)
    failures = 0
    while True:
        began = time.monotonic()
        try:
            await _run(child, outage.end)
        except ChildFailed as failure:
            outage.begin(failure)
        if time.monotonic() - began > LASTING:
            failures = 0
        await asyncio.sleep(delays[min(failures, len(delays) - 1)])
        failures += 1


def running(child: Child) -> int | None:
    """The process id under which the child runs, whoever started it; None when it doesn't."""
    if child.pid_file is None:
        return None
    try:
        process = int(child.pid_file.read_text())
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[:-1]
    except (OSError, ValueError):
        return None
    # The program's own path may be written differently; its arguments name our files.
    name, *arguments = (os.fsdecode(word) for word in words or [b""])
    ours = Path(name).name == Path(child.argv[0]).name and tuple(arguments) == child.argv[1:]
    return process if ours else None


class _Outage:
    """What was told of a child. Only the first fault of an outage is."""

    def __init__(self, child: Child, report: Report) -> None:
        self._name = child.name
        self._report = report
        self._ill: bool | None = None
        """None: nothing is known yet."""

    def begin(self, failure: ChildFailed) -> None:
        if self._ill:
            return
        logger.warning("%s: %s", self._name, failure.detail)
        self._ill = True
        self._report(failure.fault, failure.detail)

    def end(self) -> None:
        if self._ill is False:
            return
        logger.info("%s is running", self._name)
        self._ill = False
        self._report(None, "")


async def _run(child: Child, well: Callable[[], None]) -> None:
    """Run the child once. Always raises ChildFailed, unless cancelled."""
    await _end_orphan(child)
    if child.prepare:
        await _prepare(child.prepare)
    process = await _start(child)
    words = _Words(child.name)
    assert process.stdout is not None
    relay = asyncio.create_task(words.relay(process.stdout), name=f"what {child.name} says")
    try:
        if child.pid_file:
            _write_down(process, child.pid_file)
        await _until_well(child, process)
        if process.returncode is None:
            well()
        await process.wait()
        with contextlib.suppress(TimeoutError):  # a grandchild may hold the pipe open
            await asyncio.wait_for(relay, 0.5)
    finally:
        await _end(process)
        relay.cancel()
        await asyncio.wait([relay])
        if child.pid_file:
            with contextlib.suppress(OSError):  # the disk may take nothing
                child.pid_file.unlink()
    raise ChildFailed(Fault.CONNECTION_LOST, _how_it_ended(process, words.last))


async def _prepare(prepare: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(prepare)
    except (OSError, KioskError) as error:
        raise ChildFailed(Fault.DISK_ERROR, f"its files can't be written: {error}") from error


async def _start(child: Child) -> Process:
    program = shutil.which(child.argv[0], path=child.env.get("PATH"))
    if program is None:
        advice = f": install the Debian package {child.package}" if child.package else ""
        raise ChildFailed(Fault.NOT_FOUND, f"there is no program {child.argv[0]}{advice}")
    argv = [*_dying_with_parent(), program, *child.argv[1:]]
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            env=child.env,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,  # Ctrl-C is for the controller: it ends its children in order
        )
    except OSError as error:
        raise ChildFailed(Fault.NOT_FOUND, f"can't be started: {error.strerror}") from error


def _write_down(process: Process, pid_file: Path) -> None:
    """A full disk is no reason to be without the child: it ends with this controller in any case."""
    try:
        pid_file.write_text(str(process.pid))
    except OSError as error:
        logger.warning("%s can't be written: %s", pid_file, error.strerror)


def _dying_with_parent() -> list[str]:
    """The words before a command that make it end with the controller, even after kill -9."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


async def _until_well(child: Child, process: Process) -> None:
    """Wait until the child does its work or has ended. Raises ChildFailed when neither comes."""
    if child.ready is None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 1)
        return
    try:
        async with asyncio.timeout(READY_WITHIN):
            while process.returncode is None and not await child.ready():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise ChildFailed(Fault.NO_ANSWER, f"not ready within {READY_WITHIN:.0f} s") from None


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _how_it_ended(process: Process, last_words: str) -> str:
    code = process.returncode or 0
    return f"ended with {code}: {last_words}" if code >= 0 else f"ended by signal {-code}"


async def _end_orphan(child: Child) -> None:
    """End the child of a controller that was killed: it holds ports and files."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if (process := running(child)) is None:
            return
        logger.info("%s still runs as process %d and is ended", child.name, process)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_WITHIN):
                while running(child) == process:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)


class _Words:
    """What a child writes, put into our log: long lines cut, and no more than so many a minute."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._logger = logger.getChild(name)  # no child's lines count against another's
        self._minute = 0
        self._lines = 0
        self.last = ""

    async def relay(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(4096):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[:LONGEST_LINE]
            for line in lines:
                self._say(line)
        self._say(rest)

    def _say(self, line: bytes) -> None:
        if not line.strip():
            return
        level, self.last = without_mark(line[:LONGEST_LINE].decode(errors="replace").strip())
        minute = int(time.monotonic() // 60)
        self._lines = self._lines + 1 if minute == self._minute else 1
        self._minute = minute
        if self._lines <= LINES_A_MINUTE:
            self._logger.log(level, "%s: %s", self._name, self.last)
        elif self._lines == LINES_A_MINUTE + 1:
            self._logger.info("%s says more than is kept", self._name)
