"""The roll-out: one hall rolled forward to the calls of its waiting tickets, again and again."""

import random
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from math import inf

from kiosk.domain.ids import TicketId
from kiosk.domain.lanes import Lanes
from kiosk.domain.servicetimes import equally_likely, mean_left, rounded, times_left
from kiosk.domain.waiting import Scene, Span, Station

REPLICATIONS = 40
BOOKED_SHOW = 0.85
"""Share of appointments whose clients come."""
EARLY, EARLY_SPREAD = 5.0, 6.0
"""Minutes before the booked time at which they check in: mean and standard deviation."""
MISSED_AFTER = 600.0
"""Seconds after the booked time when nobody is expected any more."""


class RollOut:
    """Rolls one scene forward. ``seed`` makes it repeatable."""

    def __init__(self, scene: Scene, seed: str) -> None:
        self._scene = scene
        self._random = random.Random(seed)  # noqa: S311 - no cryptography
        self._tickets = [*scene.waiting, *(booked for _, booked in scene.bookings)]
        self._lanes = Lanes(self._tickets, len(scene.waiting), scene.classes)
        self._choices = [self._lanes.choice(station) for station in scene.stations]
        self._times = [scene.odds.time(one.service) for one in self._tickets]
        self._draws: list[Sequence[float]] = [()] * len(self._tickets)
        self._replication = 0
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
        self._called = [inf] * len(self._tickets)
        self._lanes.begin()
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
                self._lanes.arrive(len(self._scene.waiting) + who - first_arrival, now)
                for one in idle:
                    heappush(moments, (_available(stations[one].staffed, now), one))
                idle.clear()
                continue
            if who >= len(stations):  # an idle helper looks again
                who -= len(stations)
                if who not in idle:
                    continue
                idle.remove(who)
            first = self._lanes.next(self._choices[who], now)
            if first is None:
                idle.append(who)
                again = _available(
                    stations[who].staffed, self._lanes.helps_at(self._choices[who], now)
                )
                if again < inf:
                    heappush(moments, (again, who + len(stations)))
                continue
            self._called[first] = now
            if first == last:
                return
            self._lanes.take(first)
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


def _available(staffed: Sequence[Span], moment: float) -> float:
    """From when on a counter that is free at this moment can call."""
    for span in staffed:
        if moment < span.ends:
            return max(moment, span.begins)
    return inf
