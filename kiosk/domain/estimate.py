"""Estimates: how long a wait will be, and what was first foretold to a ticket. Spans are minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, inf
from typing import NamedTuple

from kiosk.domain.ids import QueueId, TicketId


class Estimate(NamedTuple):
    """Minutes until the call: so many per cent of tickets like this one wait no longer.

    A tuple: thousands of them come from another process at once.
    """

    p10: float
    p50: float
    p70: float
    p90: float

    @property
    def whole(self) -> "Estimate":
        """In whole minutes, as everybody is told; what slips promise is rounded up."""
        p70 = ceil(self.p70)
        return Estimate(round(self.p10), round(self.p50), p70, max(round(self.p90), p70))


@dataclass(frozen=True, slots=True)
class EstimatedWait:
    """What a ticket was foretold first, in whole minutes from ``as_of`` on.

    All of them None: it won't be called today.
    """

    ticket: TicketId
    queue: QueueId
    as_of: datetime
    p10: int | None = None
    p50: int | None = None
    p70: int | None = None
    p90: int | None = None


LEVELS = (0.1, 0.5, 0.7, 0.9)


def estimate(waits: Sequence[float]) -> Estimate | None:
    """From the waits of all replications. None: most never see the ticket called today."""
    called = sorted(wait for wait in waits if wait < inf)
    if 2 * len(called) < len(waits) or not called:
        return None
    return Estimate(*(_quantile(called, level) for level in LEVELS))


def _quantile(ordered: Sequence[float], level: float) -> float:
    at = level * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
