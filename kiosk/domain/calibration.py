"""Calibration: estimates are held to what really happened over the last twenty business days.

Conformal prediction: how far off each quantile was, in parts of the wait it foretold, is kept; what is
shown is moved by so much that the promised share of waits lies below it.
"""

from collections import deque
from collections.abc import Sequence

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
        self._days: deque[list[Misses]] = deque([[]], maxlen=DAYS + 1)
        self._moves: Misses = (0.0,) * len(LEVELS)

    def waited(self, foretold: Estimate, waited: float) -> None:
        """A ticket was called. ``foretold``: what the roll-out had said when it was issued."""
        if foretold.p90 <= 0:
            return
        by = _unit(foretold)
        self._days[-1].append(tuple((waited - level) / by for level in foretold))
        if len(self._days) == 1 and len(self._days[0]) % FEWEST == 0:
            self._settle()

    def night(self) -> None:
        """A business day is over."""
        self._settle()
        self._days.append([])

    def recall(self, days: Sequence[Sequence[Misses]]) -> None:
        """Know again what was missed on earlier days and earlier today: the last of them."""
        *before, today = [list(day) for day in days] or [[]]
        present = [list(day) for day in self._days]
        present[0] = today + present[0]
        self._days = deque([*before, *present], maxlen=DAYS + 1)
        self._settle()

    @property
    def misses(self) -> tuple[tuple[Misses, ...], ...]:
        """By business day, to be kept."""
        return tuple(tuple(day) for day in self._days)

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
        misses = [miss for day in self._days for miss in day]
        if len(misses) >= FEWEST:
            by_level = zip(*misses, strict=True)
            self._moves = tuple(
                _share_below(sorted(missed), level)
                for missed, level in zip(by_level, LEVELS, strict=True)
            )


def _unit(estimate: Estimate) -> float:
    return GROUND + estimate.p50


def _share_below(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values doesn't exceed."""
    return ordered[min(int(share * (len(ordered) + 1)), len(ordered) - 1)]
