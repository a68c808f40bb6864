"""Who is next: one formula for dispatch, the order on displays and people ahead (queueing.md).

Within one queue and class the earlier clock is always first, so each such *lane* is kept sorted and
only the lanes' heads are ever compared: the cost of a call doesn't grow with the queue. Tickets that
were transferred to one counter or teller stand in lanes of their own beside them.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from math import inf
from typing import NamedTuple

from kiosk.domain.counter import WorkProfile
from kiosk.domain.ids import ClassId, CounterId, QueueId, StaffRef, TicketId
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
    """Of a ticket whose wait counts from ``clock_start``; both times are Unix seconds.

    Whole milliseconds count: what is equal on paper is equal here, and the earlier issue goes first.
    """
    wait = round((now - clock_start) * 1000) / 60_000
    if wait > priority_class.max_wait:
        return Urgency(escalated=True, score=wait)
    share = (priority_class.credit + wait) / priority_class.target_wait
    return Urgency(escalated=False, score=round(share, 12))


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
For = tuple[CounterId | None, StaffRef | None]
"""For whom alone a lane's tickets wait; both None: for every counter that serves the queue."""
ANYBODY: For = (None, None)
LaneName = tuple[ClassId, For]
Ranked = tuple[tuple[bool, float], float, int, Place]
"""Sorts as who goes first: the smallest."""


class Precedence:
    """Who of several lanes goes before whom, by the classes that the branch has."""

    def __init__(self, classes: Mapping[ClassId, PriorityClass]) -> None:
        self._classes = classes

    def of_class(self, name: ClassId) -> PriorityClass:
        """A class that has left the settings since the ticket was given counts as regular."""
        return self._classes.get(name) or self._classes[REGULAR]

    def urgency_of(self, ticket: Ticket, now: float) -> Urgency:
        """Why a waiting ticket stands where it stands."""
        return urgency(ticket.clock_start.timestamp(), self.of_class(ticket.priority_class), now)

    def first(self, lanes: Iterable[tuple[ClassId, Lane]], now: float) -> Place | None:
        """Who goes before everybody else in these lanes; None when nobody is in them."""
        heads = (_rank(lane[0], self.of_class(name), now) for name, lane in lanes)
        best = min(heads, default=None)
        return best[3] if best else None

    def merged(self, lanes: Iterable[tuple[ClassId, Lane]], now: float) -> Iterator[TicketId]:
        """Everybody in these lanes, one after the other."""
        ranked = (_ranked(lane, self.of_class(name), now) for name, lane in lanes)
        return (place.ticket for _, _, _, place in merge(*ranked))

    def barrier(self, ticket: Ticket, lane_name: ClassId, now: float) -> Place:
        """The first place in a lane of that class that doesn't go before the ticket."""
        own = place_of(ticket)
        if lane_name == ticket.priority_class:
            return own
        lane_class = self.of_class(lane_name)
        escalation = Place(round(now - lane_class.max_wait * 60, 6), -inf, 0, TicketId(""))
        rank = self.urgency_of(ticket, now)
        if rank.escalated:
            return min(own, escalation)
        as_urgent = now + (lane_class.credit - rank.score * lane_class.target_wait) * 60
        return max(Place(round(as_urgent, 6), own.issued_at, own.serial, own.ticket), escalation)


class WaitingLines:
    """All waiting tickets of the hall, in one sorted lane per queue and class."""

    def __init__(self, classes: Mapping[ClassId, PriorityClass]) -> None:
        self._precedence = Precedence(classes)
        self._lanes: dict[QueueId, dict[LaneName, Lane]] = {}

    def add(self, ticket: Ticket) -> None:
        """The ticket begins to wait."""
        lanes = self._lanes.setdefault(ticket.queue, {})
        insort(lanes.setdefault(_lane_name(ticket), []), place_of(ticket))

    def remove(self, ticket: Ticket) -> None:
        """The ticket, as it was added, waits no longer."""
        lanes = self._lanes[ticket.queue]
        lane = lanes[_lane_name(ticket)]
        del lane[bisect_left(lane, place_of(ticket))]
        if not lane:
            del lanes[_lane_name(ticket)]

    def count(self, queue: QueueId) -> int:
        """How many wait in this queue."""
        return sum(len(lane) for lane in self._lanes.get(queue, {}).values())

    def places(self, queue: QueueId) -> Iterator[Place]:
        """Everybody who waits in this queue: each class in its order, one class after the other."""
        return chain.from_iterable(self._lanes.get(queue, {}).values())

    def longest_wait(self, queue: QueueId, now: float) -> float | None:
        """Minutes that who waits longest in this queue has waited; None when nobody waits."""
        heads = [lane[0] for lane in self._lanes.get(queue, {}).values()]
        longest = max(((now - head.clock_start) / 60 for head in heads), default=None)
        return None if longest is None else max(longest, 0)

    def waited(self, queue: QueueId, moment: float) -> Iterator[TicketId]:
        """The tickets of this queue whose clocks had started by this moment, in Unix seconds."""
        edge = Place(moment, inf, 0, TicketId(""))
        for lane in self._lanes.get(queue, {}).values():
            yield from (place.ticket for place in lane[: bisect_right(lane, edge)])

    def waiting_since(self, queue: QueueId, moment: float) -> int:
        """How many of this queue's clocks had started by this moment, in Unix seconds."""
        lanes = self._lanes.get(queue, {}).values()
        edge = Place(moment, inf, 0, TicketId(""))
        return sum(bisect_right(lane, edge) for lane in lanes)

    def next_for(self, profile: WorkProfile, now: float, at: For = ANYBODY) -> TicketId | None:
        """Whom a counter with this work profile calls now; None when nobody waits for it.

        ``at``: which counter and teller that is, for whom alone some tickets may wait.
        """
        own = self._precedence.first(self._open_lanes(self._served_by(profile, now), at), now)
        first = own or self._precedence.first(self._open_lanes(profile.fallback, at), now)
        return first.ticket if first else None

    def order_for(self, profile: WorkProfile, now: float, at: For = ANYBODY) -> Iterator[TicketId]:
        """Whom such a counter would call one after the other, were the time to stand still."""
        own = self._served_by(profile, now)
        yield from self._precedence.merged(self._open_lanes(own, at), now)
        yield from self._precedence.merged(self._open_lanes(profile.fallback - own, ANYBODY), now)

    def urgency_of(self, ticket: Ticket, now: float) -> Urgency:
        """Why a waiting ticket stands where it stands."""
        return self._precedence.urgency_of(ticket, now)

    def people_ahead(self, ticket: Ticket, now: float) -> int:
        """How many of its queue would be called before this waiting ticket, were nobody to come."""
        lanes = self._lanes.get(ticket.queue, {})
        return sum(
            bisect_left(lane, self._precedence.barrier(ticket, name, now))
            for (name, _), lane in lanes.items()
        )

    def in_order(self, queue: QueueId, now: float) -> Iterator[TicketId]:
        """The waiting tickets of a queue in the order in which they'd be called now."""
        lanes = self._lanes.get(queue, {})
        return self._precedence.merged(((name, lane) for (name, _), lane in lanes.items()), now)

    def _served_by(self, profile: WorkProfile, now: float) -> frozenset[QueueId]:
        """The profile's own queues, and those that it helps now."""
        helped = {
            help.queue
            for help in profile.help
            if (self.longest_wait(help.queue, now) or 0) > help.when_wait_exceeds
        }
        return profile.queues | helped

    def _open_lanes(self, queues: Iterable[QueueId], at: For) -> Iterator[tuple[ClassId, Lane]]:
        """The lanes of these queues that anybody may call from, and everywhere those for ``at``."""
        for queue, lanes in self._lanes.items():
            for (name, wanted), lane in lanes.items():
                if queue in queues if wanted == ANYBODY else _fits(wanted, at):
                    yield name, lane


def _ranked(lane: Lane, of: PriorityClass, now: float) -> Iterator[Ranked]:
    return (_rank(place, of, now) for place in lane)


def _rank(place: Place, of: PriorityClass, now: float) -> Ranked:
    """Equal urgency: the earlier issue."""
    how = urgency(place.clock_start, of, now)
    return (not how.escalated, -how.score), place.issued_at, place.serial, place


def _lane_name(ticket: Ticket) -> LaneName:
    return ticket.priority_class, (ticket.only_counter, ticket.only_teller)


def _fits(wanted: For, at: For) -> bool:
    """Whether who waits for one counter or teller is meant for this one."""
    return all(one is None or one == here for one, here in zip(wanted, at, strict=True))
