"""The controller process: a branch that serves until it is told to stop."""

import asyncio
import gc
import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from kiosk.machine.allocator import give_back_what_is_large, share_one_arena
from kiosk.machine.journal import Lines, keep_journal
from kiosk.machine.servicemanager import ServiceManager
from kiosk.machine.varfolder import obstacle
from kiosk.main import RunningBranch, branch
from kiosk.settings import Settings

logger = logging.getLogger(__name__)

_LOOK_EVERY = 1.0
"""Seconds between two looks whether a disk that was full at the start has room."""

_COLLECT_AFTER = 50_000
"""Objects made before the collector looks for circles. Requests leave hardly any behind; its usual
700 cost a tenth of the throughput."""


def run(settings: Settings, var: Path, *, windows_apart: bool) -> int:
    """Serve until SIGTERM or Ctrl-C; the command ``kiosk run``."""
    import uvloop

    # What is in memory, of clients too, is never dumped: of this process and its children.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    share_one_arena()
    give_back_what_is_large()
    keep_journal(sys.stderr, os.environ, Lines())
    uvloop.run(_serve_until_stopped(settings, var, windows_apart))
    return 0


def collect_seldom() -> None:
    """What there is by now stays and is looked at no more; the collector looks at the rest seldom."""
    gc.collect()  # else what loading left behind would stay too
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    gc.enable()


async def _serve_until_stopped(settings: Settings, var: Path, windows_apart: bool) -> None:
    """Raises what ended a task without which the branch can't go on."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if not await _writable(var, stopped):
        return
    manager = ServiceManager(os.environ)
    async with branch(settings, var, windows_apart=windows_apart) as running:
        print("\n".join(await asyncio.to_thread(_welcome, running)), flush=True)
        collect_seldom()
        manager.ready(running.address)
        watchdog = asyncio.create_task(manager.keep_watchdog(), name="watchdog")
        broken = asyncio.create_task(running.core.tasks.until_one_ends(), name="watch")
        told = asyncio.create_task(stopped.wait(), name="stop")
        done, waiting = await asyncio.wait([broken, told], return_when=asyncio.FIRST_COMPLETED)
        manager.stopping()
        for task in (watchdog, *waiting):
            task.cancel()
        if broken in done:
            broken.result()


async def _writable(var: Path, stopped: asyncio.Event) -> bool:
    """Wait until something can be written in the branch's folder; False when told to stop."""
    told = False
    while not stopped.is_set():
        why = await asyncio.to_thread(obstacle, var)
        if why is None:
            return True
        if not told:
            logger.error("%s: the branch starts as soon as something can be written there", why)
        told = True
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _LOOK_EVERY)
    return False


def _welcome(running: RunningBranch) -> list[str]:
    lines = [f"branch {running.settings.branch.id} serves at {running.address}"]
    http = running.settings.http
    if http.follow_url:
        lines.append(f"customers follow their tickets at {http.public_listen}, {http.follow_url}")
    if running.demonstration:
        lines += running.demonstration.welcome(running.address, running.settings)
    return lines
