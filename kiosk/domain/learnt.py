"""Learnt figures: what estimates have learnt so far, as plain values that can be kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.ids import ServiceId

Moments = tuple[float, float, float]
"""Weighted count, sum and sum of squares."""
Misses = tuple[float, ...]
"""How far above each level's quantile one wait was; one for each of LEVELS."""


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
    misses: tuple[tuple[Misses, ...], ...]
    """By business day, the oldest first."""
