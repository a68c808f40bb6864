"""The running machine's tasks: named, kept alive, stopped in the reverse order of their start."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

logger = logging.getLogger(__name__)

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a task that failed is begun again; the last one repeatedly."""
_ENDS_WITHIN = 1.0
"""Seconds that a task that was cancelled may take before it is cancelled once more."""


class Tasks:
    """Everything that runs at once in the controller.

    Each task is cancelled, and has ended, when its turn comes on ``ending``: after whatever was
    begun later and before whatever it stands on.
    """

    def __init__(self, ending: AsyncExitStack) -> None:
        self._ending = ending
        self._running: list[asyncio.Task[None]] = []

    def start(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Run work without which the machine must not go on; see :meth:`until_one_ends`."""
        task = asyncio.create_task(work, name=name)
        self._running.append(task)
        self._ending.push_async_callback(_stop, task)

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run work that is begun again, after a while, when it fails."""
        self.start(name, _kept(name, work))

    async def until_one_ends(self) -> None:
        """Wait; raises what the first task ended with that should not have ended."""
        done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
            raise RuntimeError(f"{task.get_name()} ended")


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and return when they have ended; what they ended with is left in them.

    A task group one of whose tasks fails in the moment of the cancellation tells of the failure
    alone (Python 3.11), and who handles that goes on: so each is cancelled until it has ended.
    """
    interrupted = False
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        try:
            await asyncio.wait(running, timeout=_ENDS_WITHIN)
        except asyncio.CancelledError:
            interrupted = True
    for task in tasks:
        if not task.cancelled():
            task.exception()  # else the event loop would tell of it, as of one that nobody saw
    if interrupted:
        raise asyncio.CancelledError


async def _stop(task: asyncio.Task[None]) -> None:
    await end(task)
    if not task.cancelled() and (error := task.exception()):
        logger.error("%s ended badly", task.get_name(), exc_info=error)


async def _kept(name: str, work: Callable[[], Awaitable[None]]) -> None:
    failures = 0
    while True:
        try:
            await work()
            logger.error("%s ended and is begun again", name)
        except Exception:
            logger.exception("%s failed and is begun again", name)
        await asyncio.sleep(DELAYS[min(failures, len(DELAYS) - 1)])
        failures += 1
