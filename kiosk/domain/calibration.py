"""Calibration: estimates are held to what really happened over the last twenty business days.

Conformal prediction: how far off each quantile was, in parts of the wait it foretold, is kept; what is
shown is moved by so much that the promised share of waits lies below it.
"""

from array import array
from collections import deque
from collections.abc import Sequence
from itertools import chain

from kiosk.domain.estimate import LEVELS, Estimate
from kiosk.domain.learnt import Misses

DAYS = 20
FEWEST = 100
"""Waits to have been seen before anything is moved."""
GROUND = 2.0
"""Minutes: short waits are off by minutes, long ones in proportion."""


class Calibration:
    """Moves estimates so that they are kept as often as they promise."""

    def __init__(self) -> None:
        self._days: deque[Misses] = deque([array("d")], maxlen=DAYS + 1)
        self._moves = (0.0,) * len(LEVELS)

    def waited(self, foretold: Estimate, waited: float) -> None:
        """A ticket was called. ``foretold``: what the roll-out had said when it was issued."""
        if foretold.p90 <= 0:
            return
        by = _unit(foretold)
        self._days[-1].extend((waited - level) / by for level in foretold)
        if len(self._days) == 1 and _waits(self._days[0]) % FEWEST == 0:
            self._settle()

    def night(self) -> None:
        """A business day is over."""
        self._settle()
        self._days.append(array("d"))

    def recall(self, days: Sequence[Misses]) -> None:
        """Know again what was missed on earlier days and earlier today: the last of them."""
        *before, today = days or [array("d")]
        _, *since = present = list(self._days)
        self._days = deque([*before, today + present[0], *since], maxlen=DAYS + 1)
        self._settle()

    @property
    def misses(self) -> tuple[Misses, ...]:
        """By business day, to be kept."""
        return tuple(day[:] for day in self._days)

    def corrected(self, foretold: Estimate) -> Estimate:
        """What to show for a roll-out's estimate. No wait remains no wait."""
        if foretold.p90 <= 0:
            return foretold
        by = _unit(foretold)
        moved = [
            max(level + move * by, 0) for level, move in zip(foretold, self._moves, strict=True)
        ]
        return Estimate(*sorted(moved))

    def _settle(self) -> None:
        """The moves as of now. On the first day already, as soon as there are enough."""
        if sum(map(_waits, self._days)) >= FEWEST:
            self._moves = tuple(
                _share_below(self._missed(column), level) for column, level in enumerate(LEVELS)
            )

    def _missed(self, column: int) -> list[float]:
        """What all waits missed one of LEVELS by, the least first."""
        return sorted(chain.from_iterable(day[column :: len(LEVELS)] for day in self._days))


def _waits(day: Misses) -> int:
    return len(day) // len(LEVELS)


def _unit(estimate: Estimate) -> float:
    return GROUND + estimate.p50


def _share_below(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values doesn't exceed."""
    return ordered[min(int(share * (len(ordered) + 1)), len(ordered) - 1)]
