"""Figures of a report: how often things happened, and how long they took. Spans are seconds.

Percentiles go by the nearest rank: p90 is the smallest of the values that nine in ten of them don't
exceed. It is always a value that occurred.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took. Of nothing there is no mean."""

    count: int = 0
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    max: float | None = None


NOTHING = Spread()


def spread(milliseconds: Sequence[int]) -> Spread:
    """Of so many spans."""
    if not milliseconds:
        return NOTHING
    ordered = sorted(milliseconds)
    return Spread(
        len(ordered),
        sum(ordered) / (1000 * len(ordered)),
        nearest_rank(ordered, 50) / 1000,
        nearest_rank(ordered, 90) / 1000,
        ordered[-1] / 1000,
    )


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest of the values that ``percent`` of a hundred of them don't exceed."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a group of tickets.

    Each ticket ended in one way: ``issued = served + no_show + dropped + moved + expired + open``.
    """

    issued: int = 0
    """Numbers given, those of ``paper`` and ``without_number`` included."""
    served: int = 0
    no_show: int = 0
    """Nobody came when it was called, nor until the day's end."""
    dropped: int = 0
    moved: int = 0
    """Its person was given another number, which is a ticket of its own."""
    expired: int = 0
    """Still waiting, parked or at a counter at the day's end, or when the hall was cleared."""
    open: int = 0
    """Nothing of that yet."""
    abandoned: int = 0
    """Of ``no_show`` and ``expired`` those that were never served."""
    paper: int = 0
    """Numbers of the paper roll."""
    without_number: int = 0
    """Visits without a ticket."""
    recalls: int = 0
    transfers: int = 0
    parks: int = 0
    wait: Spread = NOTHING
    """From the number, or the booked time, to the first call, of every ticket that was called."""
    walk: Spread = NOTHING
    """From a call to the person's arrival, where the teller pressed *start*."""
    service: Spread = NOTHING
    """From *start*, else from the call, to the end at that counter; a ticket may have several."""
    stay: Spread = NOTHING
    """From the number to the end, of tickets that were served."""
    measured: int = 0
    """Served tickets whose class has a target."""
    within_target: int = 0
    """Of these, those that had been called within it."""

    @property
    def service_level(self) -> float | None:
        """The share served within the target; None when there is nothing to measure."""
        return self.within_target / self.measured if self.measured else None
