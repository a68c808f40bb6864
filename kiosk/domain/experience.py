"""Experience: what a branch has learnt of its services and of tickets that nobody answers.

Learnt from the day's events alone, so that a replay learns the same. Spans are minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from kiosk.domain.events import Event, TicketNoShow, TicketServed
from kiosk.domain.ids import ServiceId
from kiosk.domain.learnt import Learnt, Misses, Moments
from kiosk.domain.service import Service
from kiosk.domain.ticket import Ticket

SEEN_ENOUGH = 30
"""Services after which the configured mean counts no longer."""
USUAL_VARIATION = 0.75
"""Standard deviation of a service's time by its mean, until enough are seen."""
SHORTEST = 0.1
"""No service is expected to be over sooner, however quickly *next* was pressed so far."""
USUAL_ABSENCE = 0.75
"""What an absent ticket costs a counter, until one is seen."""
KEPT_OVERNIGHT = 0.95
"""Of the weight of what was seen: after 20 days about a third of it is left."""
WAIT_STEP = 5
"""The no-show curve has one value for each five minutes waited."""
WAIT_STEPS = 13
"""The last value is for an hour and more."""
CURVE_PRIOR = 50
"""Calls of about this wait after which the curve trusts them rather than all calls together."""


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """How long a service keeps a counter, from the call to the end."""

    mean: float
    variation: float
    """Standard deviation divided by the mean."""


_ANY_SERVICE = ServiceTime(6, USUAL_VARIATION)


@dataclass(frozen=True, slots=True)
class Odds:
    """What a roll-out expects of people and of counters."""

    times: Mapping[ServiceId, ServiceTime]
    absent: tuple[float, ...]
    """The share of calls that nobody answers, for each five minutes waited."""
    absence: float
    """What such a call costs the counter."""
    learnt: bool
    """False: nothing has been seen yet."""

    def time(self, service: ServiceId) -> ServiceTime:
        """Of a service; of any when it has left the settings since its ticket was given."""
        return self.times.get(service, _ANY_SERVICE)

    def absent_after(self, waited: float) -> float:
        """The share of calls that nobody answers after this wait."""
        return self.absent[min(max(int(waited / WAIT_STEP), 0), WAIT_STEPS - 1)]


@dataclass(slots=True)
class _Sums:
    """Weighted count, sum and sum of squares."""

    count: float = 0
    total: float = 0
    squares: float = 0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.squares += value * value

    def recall(self, moments: Moments) -> None:
        """Add what was seen at another time."""
        self.count += moments[0]
        self.total += moments[1]
        self.squares += moments[2]

    @property
    def moments(self) -> Moments:
        return self.count, self.total, self.squares

    def fade(self) -> None:
        self.count *= KEPT_OVERNIGHT
        self.total *= KEPT_OVERNIGHT
        self.squares *= KEPT_OVERNIGHT

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0

    @property
    def variation(self) -> float:
        spread = sqrt(max(self.squares / self.count - self.mean**2, 0)) if self.count else 0
        return spread / self.mean if self.mean else 0


class Experience:
    """Learns from events what the next waits depend on."""

    def __init__(self, services: Mapping[ServiceId, Service]) -> None:
        self._configured = {one.id: float(one.mean_minutes) for one in services.values()}
        self._times = {service: _Sums() for service in self._configured}
        self._absences = _Sums()
        self._answered = [_Sums() for _ in range(WAIT_STEPS)]
        self._odds: Odds | None = None

    def learn(self, event: Event) -> None:
        """Take one event of the hall; most teach nothing."""
        match event:
            case TicketServed(ticket=ticket):
                self._called(ticket, absent=False)
            case TicketNoShow(ticket=ticket):
                self._called(ticket, absent=True)
            case _:
                pass

    def night(self) -> None:
        """A business day is over: what was seen counts a little less."""
        for sums in (*self._times.values(), self._absences, *self._answered):
            sums.fade()
        self._odds = None

    def recall(self, learnt: Learnt) -> None:
        """Know again what was learnt before."""
        for service, moments in learnt.times.items():
            self._times.setdefault(service, _Sums()).recall(moments)
        self._absences.recall(learnt.absences)
        for sums, moments in zip(self._answered, learnt.answered, strict=True):
            sums.recall(moments)
        self._odds = None

    def learnt(self, sequence: int, misses: tuple[Misses, ...]) -> Learnt:
        """All of it, to be kept, with what calibration has learnt."""
        times = {service: sums.moments for service, sums in self._times.items()}
        answered = tuple(sums.moments for sums in self._answered)
        return Learnt(sequence, times, self._absences.moments, answered, misses)

    def odds(self) -> Odds:
        """What is to be expected now."""
        if self._odds is None:
            self._odds = Odds(
                {service: self._time(service) for service in self._configured},
                self._curve(),
                self._absences.mean or USUAL_ABSENCE,
                learnt=any(sums.count for sums in self._times.values()),
            )
        return self._odds

    def _called(self, ticket: Ticket, *, absent: bool) -> None:
        if ticket.called_at is None or ticket.ended_at is None:
            return
        waited = _minutes(ticket.clock_start, ticket.called_at)  # negative: before the booked time
        busy = _minutes(ticket.called_at, ticket.ended_at)
        self._answered[min(max(int(waited / WAIT_STEP), 0), WAIT_STEPS - 1)].add(float(absent))
        sums = self._absences if absent else self._times.setdefault(ticket.service, _Sums())
        sums.add(busy)
        self._odds = None

    def _time(self, service: ServiceId) -> ServiceTime:
        seen = self._times[service]
        weight = min(seen.count / SEEN_ENOUGH, 1)
        mean = weight * seen.mean + (1 - weight) * self._configured[service]
        variation = weight * seen.variation + (1 - weight) * USUAL_VARIATION
        return ServiceTime(max(mean, SHORTEST), variation)

    def _curve(self) -> tuple[float, ...]:
        calls = sum(sums.count for sums in self._answered)
        overall = sum(sums.total for sums in self._answered) / calls if calls else 0
        return tuple(
            (sums.total + CURVE_PRIOR * overall) / (sums.count + CURVE_PRIOR)
            for sums in self._answered
        )


def _minutes(begun: datetime, ended: datetime) -> float:
    return (ended - begun).total_seconds() / 60
