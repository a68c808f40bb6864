"""Learnt figures: what estimates have learnt so far, as plain values that can be kept."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.domain.ids import ServiceId

Moments = tuple[float, float, float]
"""Weighted count, sum and sum of squares."""
Misses: TypeAlias = "array[float]"
"""How far above each level's quantile the waits of a day were: for each wait one number of each of
LEVELS, wait after wait. Doubles side by side, for there are a hundred thousand waits in twenty days."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """As of one fact of the log. Spans are minutes."""

    sequence: int
    """Of the latest fact that was learnt from."""
    times: Mapping[ServiceId, Moments]
    """How long services took."""
    absences: Moments
    """What calls cost that nobody answered."""
    answered: tuple[Moments, ...]
    """Such calls, 1 each, among all calls, by five minutes waited."""
    misses: tuple[Misses, ...]
    """By business day, the oldest first."""
