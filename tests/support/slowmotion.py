"""A second that is one on any machine: an event loop whose own time passes slower than the world's.

What waits on purpose (a poll, a timeout, a pause) waits for the loop's time; work takes as long as
it takes. So "within a second" can be held by a test, and a machine that is busy may take longer.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

SLOWER = 20.0
"""How many seconds of the world one of the loop's takes."""


class SlowMotion:
    """The time of a loop from now on."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._real = loop.time
        self._began = loop.time()
        self._skipped = 0.0

    def time(self) -> float:
        """In the loop's seconds."""
        return self._began + (self._real() - self._began) / SLOWER + self._skipped

    def skip(self, seconds: float) -> None:
        """So many of the loop's seconds pass at once."""
        self._skipped += seconds


@contextmanager
def slow_motion() -> Iterator[SlowMotion]:
    """For everything in the running loop, who asks for the time included."""
    loop = asyncio.get_running_loop()
    motion = SlowMotion(loop)
    real = loop.time
    loop.time = motion.time  # type: ignore[method-assign]
    try:
        yield motion
    finally:
        loop.time = real  # type: ignore[method-assign]
