"""Lanes: the lines of a hall that is rolled forward, as each counter sees them."""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from math import inf

from kiosk.domain.ids import ClassId, QueueId
from kiosk.domain.ordering import ANYBODY, For, urgency
from kiosk.domain.queue import REGULAR, PriorityClass
from kiosk.domain.waiting import Station, Waiting

_TICK = 0.001  # seconds

Spot = tuple[float, float, int, int]
"""A place in line and the ticket's index: sorts as within one class of one queue."""


class _Lane:
    """The tickets of one class that a set of queues holds, the first one first."""

    __slots__ = ("all", "at", "of", "spots")

    def __init__(self, of: PriorityClass, spots: list[Spot]) -> None:
        self.of = of
        self.all = tuple(sorted(spots))
        self.spots: list[Spot] = []
        self.at = 0

    def begin(self) -> None:
        self.spots = list(self.all)
        self.at = 0


_Key = tuple[frozenset[QueueId], For | None]
"""Of lanes: tickets of these queues that anybody may call, or all of them when None stands beside
them; of no queues: tickets meant for this counter and teller."""


class Choice:
    """The lanes that are open to a counter.

    ``help``: lanes that are open when those after them have waited for longer than the minutes.
    """

    __slots__ = ("fallback", "help", "own")

    def __init__(
        self,
        own: Sequence[_Lane],
        fallback: Sequence[_Lane],
        help_: Sequence[tuple[Sequence[_Lane], Sequence[_Lane], float]],
    ) -> None:
        self.own = own
        self.fallback = fallback
        self.help = help_


class Lanes:
    """All lanes of one hall. Tickets go by their index in ``tickets``.

    The first ``waiting`` of them stand in line from the beginning, the others :meth:`arrive`.
    """

    def __init__(
        self, tickets: Sequence[Waiting], waiting: int, classes: Mapping[ClassId, PriorityClass]
    ) -> None:
        self._tickets = tickets
        self._waiting = waiting
        self._classes = classes
        self._lanes: dict[_Key, tuple[_Lane, ...]] = {}
        self._taken = bytearray(len(tickets))

    def begin(self) -> None:
        """As at the beginning: who waits waits, and nobody was called."""
        self._taken = bytearray(len(self._tickets))
        for lanes in self._lanes.values():
            for lane in lanes:
                lane.begin()

    def take(self, number: int) -> None:
        """This ticket was called."""
        self._taken[number] = 1

    def arrive(self, number: int, now: float) -> None:
        """A client checks in. The clock starts at the booked time, or later when they come late."""
        one = self._tickets[number]
        of = self._class(one)
        spot = (max(one.clock_start, now), now, one.serial, number)
        for key, lanes in self._lanes.items():
            if _admits(key, one):
                for lane in lanes:
                    if lane.of is of:
                        insort(lane.spots, spot, lo=lane.at)

    def choice(self, station: Station) -> Choice:
        """What this counter may call."""
        profile = station.profile
        own = self._lanes_of(profile.queues, ANYBODY)
        meant = self._lanes_of(frozenset(), station.at)
        help_ = []
        for one in profile.help:
            queue = frozenset({one.queue})
            lanes = self._lanes_of(queue, ANYBODY), self._lanes_of(queue, None)
            help_.append((*lanes, one.when_wait_exceeds))
        return Choice((*own, *meant), self._lanes_of(profile.fallback, ANYBODY), help_)

    def next(self, choice: Choice, now: float) -> int | None:
        """As :meth:`~kiosk.domain.ordering.WaitingLines.next_for` chooses."""
        lanes = choice.own
        for helped, everybody, threshold in choice.help:
            if self._longest_wait(everybody, now) > threshold:
                lanes = [*lanes, *helped]
        first = self._first(lanes, now)
        if first is None and choice.fallback:
            first = self._first(choice.fallback, now)
        return first

    def helps_at(self, choice: Choice, now: float) -> float:
        """When somebody whom it helps will have waited too long; never for whom it may call now."""
        heads = (
            spot[0] + 60 * threshold + _TICK
            for _, everybody, threshold in choice.help
            for spot in map(self._head, everybody)
            if spot
        )
        return min((moment for moment in heads if moment > now), default=inf)

    def _first(self, lanes: Iterable[_Lane], now: float) -> int | None:
        best: Spot | None = None
        best_of: PriorityClass | None = None
        for lane in lanes:
            spot = self._head(lane)
            if spot is None:
                continue
            if best is None or best_of is None:
                best, best_of = spot, lane.of
            elif lane.of is best_of:
                best = min(best, spot)
            elif _goes_before(spot, lane.of, best, best_of, now):
                best, best_of = spot, lane.of
        return best[3] if best else None

    def _head(self, lane: _Lane) -> Spot | None:
        spots, at, taken = lane.spots, lane.at, self._taken
        while at < len(spots) and taken[spots[at][3]]:
            at += 1
        lane.at = at
        return spots[at] if at < len(spots) else None

    def _longest_wait(self, lanes: Iterable[_Lane], now: float) -> float:
        heads = [spot for lane in lanes if (spot := self._head(lane))]
        return max(((now - spot[0]) / 60 for spot in heads), default=0)

    def _lanes_of(self, queues: frozenset[QueueId], at: For | None) -> tuple[_Lane, ...]:
        key = queues, at
        if key not in self._lanes:
            spots: dict[ClassId, list[Spot]] = {}
            for number, one in enumerate(self._tickets):
                if _admits(key, one):
                    here = spots.setdefault(self._class(one).id, [])
                    if number < self._waiting:
                        here.append(_spot(one, number))
            self._lanes[key] = tuple(
                _Lane(self._classes[name], here) for name, here in spots.items()
            )
        return self._lanes[key]

    def _class(self, one: Waiting) -> PriorityClass:
        return self._classes.get(one.priority_class) or self._classes[REGULAR]


def _admits(key: _Key, one: Waiting) -> bool:
    queues, at = key
    if queues:
        return one.queue in queues and (at is None or one.meant_for == ANYBODY)
    if at is None or one.meant_for == ANYBODY:
        return False
    return all(wanted in (None, here) for wanted, here in zip(one.meant_for, at, strict=True))


def _spot(one: Waiting, number: int) -> Spot:
    return one.clock_start, one.issued_at, one.serial, number


def _goes_before(
    spot: Spot, of: PriorityClass, other: Spot, other_of: PriorityClass, now: float
) -> bool:
    """Of two classes: the more urgent one, at equal urgency the earlier issue."""
    mine, theirs = urgency(spot[0], of, now), urgency(other[0], other_of, now)
    return mine > theirs or (mine == theirs and spot[1:3] < other[1:3])
