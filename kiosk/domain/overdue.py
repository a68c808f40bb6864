"""Who waits longer than somebody wanted to be reminded of: the histogram of long waits.

Each PAD has a reminder of its own (LOB-21); the buckets are multiples of it, the last one open
(FLG-07 of the bank's rules). Only waiting tickets count, called and finished ones never (LOB-24).
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.ids import QueueId

SHORTEST_REMINDER, LONGEST_REMINDER = 1, 120
"""Minutes (LOB-21)."""
BUCKETS = 4
"""Once to twice the reminder, twice to three times, …, and everything beyond."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Waits from ``begins`` minutes, which still belong to it, to ``ends``, which don't."""

    begins: int
    ends: int | None
    """None: without an end."""
    tickets: int


def overdue(
    branch: Branch, reminder: int, now: datetime, queue: QueueId | None = None
) -> tuple[Bucket, ...]:
    """How many tickets of the queue, or of all, have waited for how many reminders (LOB-22, LOB-23).

    ``reminder``: minutes from SHORTEST_REMINDER to LONGEST_REMINDER. A wait that equals it is
    overdue. Waits are the branch's own, by its one clock, whatever a PAD's clock says (LOB-107).
    """
    queues = branch.plan.queues if queue is None else (queue,)
    moment = now.timestamp()
    edges = [reminder * times for times in range(1, BUCKETS + 1)]
    waited = [
        sum(branch.lines.waiting_since(each, moment - edge * 60) for each in queues)
        for edge in edges
    ]
    return tuple(
        Bucket(begins, ends, longer - longest)
        for begins, ends, longer, longest in zip(
            edges, [*edges[1:], None], waited, [*waited[1:], 0], strict=True
        )
    )
