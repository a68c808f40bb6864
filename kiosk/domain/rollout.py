"""The roll-out: one hall rolled forward to the calls of its waiting tickets, again and again."""

import random
from bisect import insort
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from math import inf

from kiosk.domain.ids import ClassId, QueueId, TicketId
from kiosk.domain.ordering import ANYBODY, For, urgency
from kiosk.domain.queue import REGULAR, PriorityClass
from kiosk.domain.servicetimes import equally_likely, mean_left, rounded, times_left
from kiosk.domain.waiting import Scene, Span, Station, Waiting

REPLICATIONS = 40
BOOKED_SHOW = 0.85
"""Share of appointments whose clients come."""
EARLY, EARLY_SPREAD = 5.0, 6.0
"""Minutes before the booked time at which they check in: mean and standard deviation."""
TICK = 0.001  # seconds
MISSED_AFTER = 600.0
"""Seconds after the booked time when nobody is expected any more."""

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


class _Choice:
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


class RollOut:
    """Rolls one scene forward. ``seed`` makes it repeatable."""

    def __init__(self, scene: Scene, seed: str) -> None:
        self._scene = scene
        self._random = random.Random(seed)  # noqa: S311 - no cryptography
        self._tickets = [*scene.waiting, *(booked for _, booked in scene.bookings)]
        self._lanes: dict[_Key, tuple[_Lane, ...]] = {}
        self._choices = [self._choice(station) for station in scene.stations]
        self._times = [scene.odds.time(one.service) for one in self._tickets]
        self._draws: list[Sequence[float]] = [()] * len(self._tickets)
        self._replication = 0
        self._taken = bytearray(len(self._tickets))
        self._called: list[float] = []

    def waits(self, until: TicketId | None = None) -> dict[TicketId, list[float]]:
        """Minutes until the call in each replication, infinite where it doesn't come today.

        ``until``: only of this ticket, and the sooner done.
        """
        scene = self._scene
        wanted = [n for n, one in enumerate(scene.waiting) if until in (None, one.ticket)]
        last = wanted[0] if until is not None else -1
        replications = REPLICATIONS if scene.odds.learnt else 1
        ends = [self._ends(station, replications) for station in scene.stations]
        waits: dict[TicketId, list[float]] = {scene.waiting[n].ticket: [] for n in wanted}
        for replication in range(replications):
            self._replication = replication
            self._replicate([end[replication] for end in ends], last)
            for n in wanted:
                waits[scene.waiting[n].ticket].append((self._called[n] - scene.now) / 60)
        return waits

    def _ends(self, station: Station, replications: int) -> list[float]:
        """When its open ticket is done in each replication: now when there is none."""
        now = self._scene.now
        if station.busy_with is None:
            return [now] * replications
        time = self._scene.odds.time(station.busy_with)
        elapsed = max(now - station.busy_since, 0) / 60
        if replications == 1:
            return [now + 60 * mean_left(time, elapsed)]
        ends = [now + 60 * left for left in times_left(time, elapsed, replications)]
        self._random.shuffle(ends)
        return ends

    def _replicate(self, ends: Sequence[float], last: int) -> None:
        stations = self._scene.stations
        self._taken = bytearray(len(self._tickets))
        self._called = [inf] * len(self._tickets)
        for lanes in self._lanes.values():
            for lane in lanes:
                lane.begin()
        moments = [
            (_available(station.staffed, end), number)
            for number, (station, end) in enumerate(zip(stations, ends, strict=True))
        ]
        first_arrival = 2 * len(stations)
        moments += self._arrivals(first_arrival)
        heapify(moments)
        idle: list[int] = []
        while moments:
            now, who = heappop(moments)
            if now == inf:
                return
            if who >= first_arrival:
                self._arrive(len(self._scene.waiting) + who - first_arrival, now)
                for one in idle:
                    heappush(moments, (_available(stations[one].staffed, now), one))
                idle.clear()
                continue
            if who >= len(stations):  # an idle helper looks again
                who -= len(stations)
                if who not in idle:
                    continue
                idle.remove(who)
            first = self._next(self._choices[who], now)
            if first is None:
                idle.append(who)
                again = _available(stations[who].staffed, self._helps_at(self._choices[who], now))
                if again < inf:
                    heappush(moments, (again, who + len(stations)))
                continue
            self._called[first] = now
            if first == last:
                return
            self._taken[first] = 1
            end = now + 60 * self._busy(first, now)
            heappush(moments, (_available(stations[who].staffed, end), who))

    def _busy(self, number: int, now: float) -> float:
        """Minutes for which the ticket keeps the counter that has called it."""
        odds, time = self._scene.odds, self._times[number]
        absent = odds.absent_after((now - self._tickets[number].clock_start) / 60)
        if not odds.learnt:
            return time.mean
        if self._random.random() < absent:
            return odds.absence
        return time.mean * self._drawn(number)[self._replication]

    def _drawn(self, number: int) -> Sequence[float]:
        """Of one ticket, spread evenly over the replications: fewer of them say as much."""
        if not self._draws[number]:
            table = equally_likely(rounded(self._times[number]), REPLICATIONS)
            self._draws[number] = self._random.sample(table, REPLICATIONS)
        return self._draws[number]

    def _arrivals(self, first: int) -> Iterable[tuple[float, int]]:
        """When the clients of bookings check in; those who won't come are left out."""
        now = self._scene.now
        for number, (booked, _) in enumerate(self._scene.bookings, first):
            if booked + MISSED_AFTER < now:
                continue
            if not self._scene.odds.learnt:
                yield max(now, booked - 60 * EARLY), number
            elif self._random.random() < BOOKED_SHOW:
                early = 60 * self._random.gauss(EARLY, EARLY_SPREAD)
                yield max(now, booked - early), number

    def _arrive(self, number: int, now: float) -> None:
        """Its clock starts at the booked time, or later when it comes late."""
        one = self._tickets[number]
        of = self._class(one)
        spot = (max(one.clock_start, now), now, one.serial, number)
        for key, lanes in self._lanes.items():
            if _admits(key, one):
                for lane in lanes:
                    if lane.of is of:
                        insort(lane.spots, spot, lo=lane.at)

    def _next(self, choice: _Choice, now: float) -> int | None:
        """As :meth:`WaitingLines.next_for` chooses."""
        lanes = choice.own
        for helped, everybody, threshold in choice.help:
            if self._longest_wait(everybody, now) > threshold:
                lanes = [*lanes, *helped]
        first = self._first(lanes, now)
        if first is None and choice.fallback:
            first = self._first(choice.fallback, now)
        return first

    def _helps_at(self, choice: _Choice, now: float) -> float:
        """When somebody whom it helps will have waited too long; never for whom it may call now."""
        heads = (
            spot[0] + 60 * threshold + TICK
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

    def _choice(self, station: Station) -> _Choice:
        profile = station.profile
        own = self._lanes_of(profile.queues, ANYBODY)
        meant = self._lanes_of(frozenset(), station.at)
        help_ = []
        for one in profile.help:
            queue = frozenset({one.queue})
            lanes = self._lanes_of(queue, ANYBODY), self._lanes_of(queue, None)
            help_.append((*lanes, one.when_wait_exceeds))
        return _Choice((*own, *meant), self._lanes_of(profile.fallback, ANYBODY), help_)

    def _lanes_of(self, queues: frozenset[QueueId], at: For | None) -> tuple[_Lane, ...]:
        key = queues, at
        if key not in self._lanes:
            spots: dict[ClassId, list[Spot]] = {}
            for number, one in enumerate(self._tickets):
                if _admits(key, one):
                    here = spots.setdefault(self._class(one).id, [])
                    if number < len(self._scene.waiting):
                        here.append(_spot(one, number))
            classes = self._scene.classes
            self._lanes[key] = tuple(_Lane(classes[name], here) for name, here in spots.items())
        return self._lanes[key]

    def _class(self, one: Waiting) -> PriorityClass:
        classes = self._scene.classes
        return classes.get(one.priority_class) or classes[REGULAR]


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


def _available(staffed: Sequence[Span], moment: float) -> float:
    """From when on a counter that is free at this moment can call."""
    for span in staffed:
        if moment < span.ends:
            return max(moment, span.begins)
    return inf
