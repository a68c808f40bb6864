"""Queue lengths over the day: how many wait, in each quarter of an hour."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kiosk.domain.ids import QueueId
from kiosk.domain.report.clockface import Clockface

QUARTER = 900_000
"""Milliseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def since_epoch(moment: datetime) -> int:
    """Milliseconds."""
    return (moment - _EPOCH) // _MILLISECOND


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of an hour, or the same one of several days."""

    at: str
    """When it begins, local: ``09:15``."""
    mean: float
    """How many waited on average while the hall was seen."""
    most: int


@dataclass(frozen=True, slots=True)
class QueueLength:
    """How many waited in a queue; ``queue`` None: in the hall."""

    queue: QueueId | None
    most: int
    most_at: datetime | None
    """When it was so for the first time; None: nobody ever waited."""
    quarters: tuple[Quarter, ...]
    """In the order of the business day, from the first number to the last thing that happened."""


@dataclass(slots=True)
class Line:
    """The length of one line as it changes. Instants are milliseconds since 1970."""

    length: int = 0
    since: int = 0
    most: int = 0
    most_at: int | None = None
    areas: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """By quarter: people times milliseconds."""
    peaks: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def change(self, now: int, by: int) -> None:
        """Somebody came or went."""
        self.go_on(now)
        self.length = max(self.length + by, 0)

    def go_on(self, now: int) -> None:
        """Nothing changed until now. A length that didn't last is none."""
        if self.length and now > self.since:
            if self.length > self.most:
                self.most, self.most_at = self.length, self.since
            for quarter, lasted in quarters(self.since, now):
                self.areas[quarter] += self.length * lasted
                self.peaks[quarter] = max(self.peaks[quarter], self.length)
        self.since = max(now, self.since)


def quarters(begun: int, ended: int) -> Iterator[tuple[int, int]]:
    """The quarters of an hour that a span touches, and how much of each."""
    while begun < ended:
        following = min((begun // QUARTER + 1) * QUARTER, ended)
        yield begun // QUARTER, following - begun
        begun = following


@dataclass(slots=True)
class Lines:
    """All lines of the hall, one day after the other."""

    lines: dict[QueueId | None, Line] = field(default_factory=lambda: defaultdict(Line))
    observed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    begun: int | None = None

    def change(self, queue: QueueId, now: datetime, by: int) -> None:
        """Somebody came into a queue (1) or left it (-1)."""
        at = since_epoch(now)
        if self.begun is None:
            self.begun = at
        self.lines[queue].change(at, by)
        self.lines[None].change(at, by)

    def end_day(self, now: datetime) -> None:
        """Nobody waits any more; the day was seen until now."""
        at = since_epoch(now)
        for line in self.lines.values():
            line.go_on(at)
            line.length = 0
        if self.begun is not None:
            for quarter, lasted in quarters(self.begun, at):
                self.observed[quarter] += lasted
        self.begun = None

    def lengths(self, clock: Clockface) -> tuple[QueueLength, ...]:
        """The hall first, then each queue by its id."""
        order = sorted(self.lines, key=lambda queue: queue or "")
        return tuple(self._length(queue, self.lines[queue], clock) for queue in order)

    def _length(self, queue: QueueId | None, line: Line, clock: Clockface) -> QueueLength:
        same: dict[str, list[int]] = defaultdict(list)
        for quarter in self.observed:
            same[f"{clock.local(_instant(quarter * QUARTER)):%H:%M}"].append(quarter)
        in_order = sorted(same, key=clock.place)
        when = None if line.most_at is None else _instant(line.most_at)
        told = tuple(self._quarter(at, same[at], line) for at in in_order)
        return QueueLength(queue, line.most, when, told)

    def _quarter(self, at: str, of: Sequence[int], line: Line) -> Quarter:
        """Of one day, or the same one of several days."""
        observed = sum(self.observed.get(one, 0) for one in of)
        waiting = sum(line.areas.get(one, 0) for one in of)
        most = max(line.peaks.get(one, 0) for one in of)
        return Quarter(at, waiting / observed if observed else 0.0, most)


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
