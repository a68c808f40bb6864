"""Prospects: what the roll-outs of one moment say to everybody who waits and to who comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from kiosk.domain.estimate import Estimate, estimate
from kiosk.domain.ids import ClassId, QueueId, TicketId
from kiosk.domain.rollout import RollOut
from kiosk.domain.waiting import NEWCOMER, Scene

EXACT_UP_TO = 15
COARSE_STEP = 5
"""Minutes."""

Standing = tuple[QueueId, ClassId]
"""Where somebody stands who takes a number now. What the person comes for makes no difference before the
call."""


@dataclass(frozen=True, slots=True)
class Prospects:
    """Estimates; None: not today."""

    tickets: Mapping[TicketId, Estimate | None]
    newcomers: Mapping[Standing, Estimate | None]


def prospects(scene: Scene, standings: Sequence[Standing], seed: str) -> Prospects:
    """Roll the hall out for all of them. Takes a while: a few milliseconds for each standing."""
    waits = RollOut(scene, seed).waits()
    newcomers = {}
    for standing in standings:
        then = scene.with_newcomer(*standing)
        newcomers[standing] = estimate(RollOut(then, seed).waits(NEWCOMER)[NEWCOMER])
    return Prospects({ticket: estimate(found) for ticket, found in waits.items()}, newcomers)


def printed_minutes(foretold: Estimate) -> int:
    """What stands on a slip: the 70th percentile, from a quarter of an hour on a multiple of five."""
    minutes = ceil(foretold.p70)
    if minutes <= EXACT_UP_TO:
        return minutes
    return COARSE_STEP * ceil(minutes / COARSE_STEP)
