"""What grew while a branch ran: the first quarter of a soak beside its last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

QUARTER = 0.25


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure may be in the last quarter: so many times the first's, and some more.

    ``each`` is more for every ticket that was issued between the middles of both: those of the open
    day stay in memory.
    """

    times: float = 1.0
    more: float = 0.0
    each: float = 0.0
    yielding: bool = False

    def most(self, first: float, tickets: float, slower: float) -> float:
        """The largest value that counts as not grown."""
        times = self.times * max(1.0, slower) if self.yielding else self.times
        return times * first + self.more + self.each * tickets


MEMORY = Bound(more=8, each=0.006)
"""Megabytes. A ticket with its facts and what lists them takes some 4 kB."""
COUNTED = Bound(more=3)
"""Files, threads, tasks: a reconnect or a request may be under way at any time."""
LATENCY = Bound(times=1.5, more=2, yielding=True)
"""Milliseconds, median."""

YARDSTICK = "yardstick ms"
"""The figure that says how fast the machine itself is at the time."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A figure's medians in the first and in the last quarter, and what the last might be."""

    name: str
    first: float
    last: float
    most: float

    @property
    def too_much(self) -> bool:
        """Whether it is beyond its bound."""
        return self.last > self.most


@dataclass(frozen=True, slots=True)
class Reading:
    """All figures at one time; ``at`` in seconds from the beginning of the soak."""

    at: float
    tickets: int
    """Issued so far."""
    figures: Mapping[str, float]


def growths(readings: Sequence[Reading], bounds: Mapping[str, Bound]) -> list[Growth]:
    """Of each figure that has a bound and was read in both quarters, in the order of the bounds."""
    if not readings:
        return []
    lasted = readings[-1].at
    begin = [one for one in readings if one.at <= QUARTER * lasted]
    end = [one for one in readings if one.at >= (1 - QUARTER) * lasted]
    tickets = _middle(end) - _middle(begin)
    yardsticks = _values(begin, YARDSTICK), _values(end, YARDSTICK)
    slower = median(yardsticks[1]) / median(yardsticks[0]) if all(yardsticks) else 1.0
    found = []
    for name, bound in bounds.items():
        first, last = _values(begin, name), _values(end, name)
        if first and last:
            was = median(first)
            found.append(Growth(name, was, median(last), bound.most(was, tickets, slower)))
    return found


def _middle(readings: Sequence[Reading]) -> float:
    return median(one.tickets for one in readings) if readings else 0


def _values(readings: Sequence[Reading], name: str) -> list[float]:
    return [one.figures[name] for one in readings if name in one.figures]
