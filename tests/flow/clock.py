"""A clock that the test sets by hand."""

from datetime import datetime, timedelta
from itertools import count

from tests.domain.day import MORNING


class HandClock:
    """A ``Clock`` that stands still unless moved, forwards or back; its ids are counted."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.time = now
        self._ids = count(1)

    def now(self) -> datetime:
        return self.time

    def new_id(self) -> str:
        return f"id-{next(self._ids):06d}"

    def move(self, **span: float) -> None:
        self.time += timedelta(**span)
