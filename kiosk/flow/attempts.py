"""How often somebody tries something out."""

import math
from collections import deque
from collections.abc import Callable


class TooManyAttempts(Exception):
    """Too often in too short a time."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        """Seconds."""


class Attempts:
    """Counts attempts by a name within a time."""

    def __init__(self, most: int, within: float, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._within = within
        self._monotonic = monotonic
        self._times: dict[str, deque[float]] = {}

    def count(self, name: str) -> None:
        """One more. Raises TooManyAttempts, and then it doesn't count."""
        now = self._monotonic()
        self._forget(now)
        times = self._times.setdefault(name, deque())
        if len(times) >= self._most:
            raise TooManyAttempts(math.ceil(times[0] + self._within - now))
        times.append(now)

    def clear(self, name: str) -> None:
        """Begin to count anew."""
        self._times.pop(name, None)

    def _forget(self, now: float) -> None:
        for name, times in list(self._times.items()):
            while times and times[0] <= now - self._within:
                times.popleft()
            if not times:
                del self._times[name]
