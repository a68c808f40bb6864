"""A clock that the test sets by hand."""

from datetime import datetime, timedelta
from itertools import count

from tests.domain.day import MORNING


class HandClock:
    """A ``Clock`` that stands still unless moved, forwards or back; its ids are counted.

    Time passes when it is moved forwards. Moved back, or stepped either way, it was set.
    """

    def __init__(self, now: datetime = MORNING) -> None:
        self._time = now
        self._elapsed = 0.0
        self._ids = count(1)

    @property
    def time(self) -> datetime:
        """What it shows."""
        return self._time

    @time.setter
    def time(self, moment: datetime) -> None:
        self._elapsed += max(0.0, (moment - self._time).total_seconds())
        self._time = moment

    def now(self) -> datetime:
        return self._time

    def elapsed(self) -> float:
        return self._elapsed

    @property
    def skew(self) -> timedelta:
        return timedelta()

    def new_id(self) -> str:
        return f"id-{next(self._ids):06d}"

    def move(self, **span: float) -> None:
        self.time += timedelta(**span)

    def step(self, **span: float) -> None:
        """It is set, and no time has passed."""
        self._time += timedelta(**span)
