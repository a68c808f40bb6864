"""Who is next: one formula for dispatch, the order on displays and people ahead (queueing.md).

Within one queue and class the earlier clock is always first, so each such *lane* is kept sorted and
only the lanes' heads are ever compared: the cost of a call doesn't grow with the queue.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from math import inf
from typing import NamedTuple

from kiosk.domain.counter import WorkProfile
from kiosk.domain.ids import ClassId, QueueId, TicketId
from kiosk.domain.queue import REGULAR, PriorityClass
from kiosk.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, order=True)
class Urgency:
    """How urgent a waiting ticket is; the greater one goes first."""

    escalated: bool
    """It waits longer than ``max_wait`` of its class."""
    score: float
    """Share of the class's target wait that is used up; once escalated, the wait in minutes."""


def urgency(clock_start: float, priority_class: PriorityClass, now: float) -> Urgency:
    """Of a ticket whose wait counts from ``clock_start``; both times are Unix seconds."""
    wait = (now - clock_start) / 60
    if wait > priority_class.max_wait:
        return Urgency(escalated=True, score=wait)
    share = (priority_class.credit + wait) / priority_class.target_wait
    return Urgency(escalated=False, score=share)


class Place(NamedTuple):
    """A waiting ticket's place in its lane; the smaller one goes first. Times are Unix seconds."""

    clock_start: float
    issued_at: float
    serial: int
    """Tickets of one queue that were issued in the same moment go by their numbers."""
    ticket: TicketId


def place_of(ticket: Ticket) -> Place:
    """The place that a waiting ticket takes."""
    return Place(
        ticket.clock_start.timestamp(), ticket.issued_at.timestamp(), ticket.serial, ticket.id
    )


Lane = list[Place]
Ranked = tuple[tuple[bool, float], float, int, Place]
"""Sorts as who goes first: the smallest."""


class WaitingLines:
    """All waiting tickets of the hall, in one sorted lane per queue and class."""

    def __init__(self, classes: Mapping[ClassId, PriorityClass]) -> None:
        self._classes = classes
        self._lanes: dict[QueueId, dict[ClassId, Lane]] = {}

    def add(self, ticket: Ticket) -> None:
        """The ticket begins to wait."""
        lanes = self._lanes.setdefault(ticket.queue, {})
        insort(lanes.setdefault(ticket.priority_class, []), place_of(ticket))

    def remove(self, ticket: Ticket) -> None:
        """The ticket, as it was added, waits no longer."""
        lane = self._lanes[ticket.queue][ticket.priority_class]
        del lane[bisect_left(lane, place_of(ticket))]

    def count(self, queue: QueueId) -> int:
        """How many wait in this queue."""
        return sum(len(lane) for lane in self._lanes.get(queue, {}).values())

    def longest_wait(self, queue: QueueId, now: float) -> float | None:
        """Minutes that who waits longest in this queue has waited; None when nobody waits."""
        heads = [lane[0] for lane in self._lanes.get(queue, {}).values() if lane]
        return max((now - head.clock_start) / 60 for head in heads) if heads else None

    def next_for(self, profile: WorkProfile, now: float) -> TicketId | None:
        """Whom a counter with this work profile calls now; None when nobody waits for it."""
        helped = {
            help.queue
            for help in profile.help
            if (self.longest_wait(help.queue, now) or 0) > help.when_wait_exceeds
        }
        first = self._first(profile.queues | helped, now) or self._first(profile.fallback, now)
        return first.ticket if first else None

    def people_ahead(self, ticket: Ticket, now: float) -> int:
        """How many of its queue would be called before this waiting ticket, were nobody to come."""
        lanes = self._lanes.get(ticket.queue, {})
        return sum(
            bisect_left(lane, self._barrier(ticket, name, now)) for name, lane in lanes.items()
        )

    def in_order(self, queue: QueueId, now: float) -> Iterator[TicketId]:
        """The waiting tickets of a queue in the order in which they'd be called now."""
        lanes = self._lanes.get(queue, {})
        ranked = (self._ranked(lane, self._class(name), now) for name, lane in lanes.items())
        return (place.ticket for _, _, _, place in merge(*ranked))

    def _first(self, queues: Iterable[QueueId], now: float) -> Place | None:
        heads = (
            self._rank(lane[0], self._class(name), now)
            for queue in queues
            for name, lane in self._lanes.get(queue, {}).items()
            if lane
        )
        best = min(heads, default=None)
        return best[3] if best else None

    def _ranked(self, lane: Lane, of: PriorityClass, now: float) -> Iterator[Ranked]:
        return (self._rank(place, of, now) for place in lane)

    @staticmethod
    def _rank(place: Place, of: PriorityClass, now: float) -> Ranked:
        """Equal urgency: the earlier issue."""
        how = urgency(place.clock_start, of, now)
        return (not how.escalated, -how.score), place.issued_at, place.serial, place

    def _barrier(self, ticket: Ticket, lane_name: ClassId, now: float) -> Place:
        """The first place in a lane that doesn't go before the ticket."""
        own = place_of(ticket)
        if lane_name == ticket.priority_class:
            return own
        lane_class = self._class(lane_name)
        escalation = Place(now - lane_class.max_wait * 60, -inf, 0, TicketId(""))
        rank = urgency(own.clock_start, self._class(ticket.priority_class), now)
        if rank.escalated:
            return min(own, escalation)
        as_urgent = now + (lane_class.credit - rank.score * lane_class.target_wait) * 60
        return max(Place(round(as_urgent, 4), own.issued_at, own.serial, own.ticket), escalation)

    def _class(self, name: ClassId) -> PriorityClass:
        """A class that has left the settings since the ticket was given counts as regular."""
        return self._classes.get(name) or self._classes[REGULAR]
