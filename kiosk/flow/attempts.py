"""How often somebody tries something out."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable


class TooManyAttempts(Exception):
    """Too often in too short a time."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        """Seconds."""


class Attempts:
    """Counts attempts by a name within a time.

    Of more than ``remembered`` names the one that has been quiet longest is forgotten first.
    """

    def __init__(
        self, most: int, within: float, monotonic: Callable[[], float], remembered: int = 10_000
    ) -> None:
        self._most = most
        self._within = within
        self._monotonic = monotonic
        self._remembered = remembered
        self._times: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def check(self, name: Hashable) -> None:
        """Raises TooManyAttempts when one more would be too many."""
        times = self._lately(name)
        if len(times) >= self._most:
            raise TooManyAttempts(math.ceil(times[0] + self._within - self._monotonic()))

    def count(self, name: Hashable) -> None:
        """One more. Raises TooManyAttempts, and then it doesn't count."""
        self.check(name)
        self._times.setdefault(name, deque()).append(self._monotonic())
        self._times.move_to_end(name)
        if len(self._times) > self._remembered:
            self._times.popitem(last=False)

    def take_back(self, name: Hashable) -> None:
        """The latest one doesn't count."""
        if times := self._times.get(name):
            times.pop()

    def clear(self, name: Hashable) -> None:
        """Begin to count anew."""
        self._times.pop(name, None)

    def _lately(self, name: Hashable) -> deque[float]:
        since = self._monotonic() - self._within
        while self._times and not _after(since, next(iter(self._times.values()))):
            self._times.popitem(last=False)
        times = self._times.get(name, deque())
        while times and times[0] <= since:
            times.popleft()
        return times


def _after(since: float, times: deque[float]) -> bool:
    return bool(times) and times[-1] > since
