"""How long something takes, whatever else the machine does meanwhile."""

import time
from pathlib import Path


class Stopwatch:
    """Runs from now on, but not while this process waits for a processor that others have.

    For work that is done by one thread at a time, and by no other process.
    """

    def __init__(self) -> None:
        self._waited = _waited()
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """So far."""
        passed = time.perf_counter() - self._began
        return max(0.0, passed - (_waited() - self._waited))


def _waited() -> float:
    """Seconds for which the threads of this process were ready to run and didn't, so far."""
    found = [one.read_text().split() for one in Path("/proc/self/task").glob("*/schedstat")]
    return sum(int(nanoseconds) for _, nanoseconds, _ in found) / 1e9
