"""Figures of simulated days: waits, and who was left waiting."""

import math
from collections import defaultdict
from collections.abc import Sequence

from kiosk.domain.ids import ServiceId, TicketId
from kiosk.domain.queue import REGULAR
from kiosk.sim.day import Seen

STARVED_AFTER = 30
"""Minutes."""
STARVED_BY = 4
"""Later tickets of the same service that were called first."""


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest of the values that ``part`` of them don't exceed; 0 of none."""
    if not values:
        return 0
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def starved(seen: Sequence[Seen]) -> set[TicketId]:
    """Regular tickets that waited long and were passed often. ``seen``: in the order of calls."""
    by_service: dict[ServiceId, list[Seen]] = defaultdict(list)
    found = set()
    for one in seen:
        before = by_service[one.person.service]
        if one.person.priority_class == REGULAR and one.waited > STARVED_AFTER:
            passed = sum(other.person.comes > one.person.comes for other in before)
            if passed >= STARVED_BY:
                found.add(one.ticket)
        before.append(one)
    return found
