"""Estimated waits: the hall rolled forward from now, many times over (queueing.md).

A roll-out calls by the formula of :mod:`kiosk.domain.ordering`. Within a class the earlier place
always goes first, so it asks for the urgency only where heads of different classes compete.
Instants are Unix seconds, spans are minutes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter, CounterState, WorkProfile
from kiosk.domain.experience import Odds
from kiosk.domain.ids import ClassId, CounterId, QueueId, ServiceId, TicketId
from kiosk.domain.ordering import ANYBODY, For, Place
from kiosk.domain.queue import APPOINTMENT, PriorityClass
from kiosk.domain.ticket import Ticket

NEWCOMER = TicketId("")
"""In a roll-out: whoever takes a number now."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a counter is planned to be staffed. A call falls within, its service may last longer."""

    begins: float
    ends: float


ALWAYS = (Span(-inf, inf),)


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment whose client hasn't checked in yet."""

    booked: float
    service: ServiceId


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What the branch intends for its day."""

    staffed: Mapping[CounterId, tuple[Span, ...]]
    """In order. A counter that isn't here is expected to stay as it is."""
    bookings: tuple[Booking, ...] = ()


class Waiting(NamedTuple):
    """A ticket in a line. A tuple: thousands of them go to another process at once."""

    ticket: TicketId
    queue: QueueId
    service: ServiceId
    priority_class: ClassId
    clock_start: float
    issued_at: float
    serial: int
    meant_for: For = ANYBODY
    """Who alone may call it."""


@dataclass(frozen=True, slots=True)
class Station:
    """A counter and when it can call: ``staffed`` from now on, and after its open ticket."""

    profile: WorkProfile
    staffed: tuple[Span, ...]
    busy_with: ServiceId | None = None
    busy_since: float = 0
    """The call of its open ticket."""
    at: For = ANYBODY
    """The counter and its teller, for whom alone some tickets wait."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a roll-out begins with: plain values, so that it can be rolled out elsewhere."""

    now: float
    classes: Mapping[ClassId, PriorityClass]
    waiting: tuple[Waiting, ...]
    stations: tuple[Station, ...]
    bookings: tuple[tuple[float, Waiting], ...]
    """With the booked instants."""
    odds: Odds

    def with_newcomer(self, queue: QueueId, of: ClassId) -> "Scene":
        """The same hall in which somebody has just taken a number."""
        newcomer = Waiting(NEWCOMER, queue, _ANY, of, self.now, self.now, _LAST)
        return replace(self, waiting=(*self.waiting, newcomer))


_ANY = ServiceId("")
_LAST = 1 << 30
"""A serial after all others."""
HORIZON = 3 * 3600.0
"""Bookings that are further away than these seconds keep nobody waiting who waits now."""


def scene(branch: Branch, plan: DayPlan, odds: Odds, now: float) -> Scene:
    """The hall as it is now, with what is planned for it."""
    waiting = [
        _waiting(branch.tickets[place.ticket], place)
        for queue in branch.plan.queues
        for place in branch.lines.places(queue)
    ]
    stations = [_station(branch, counter, plan, now) for counter in branch.plan.counters]
    return Scene(
        now,
        branch.plan.classes,
        tuple(waiting),
        tuple(station for station in stations if station.staffed),
        tuple(_bookings(branch, plan.bookings, now)),
        odds,
    )


def _waiting(ticket: Ticket, place: Place) -> Waiting:
    return Waiting(
        ticket.id,
        ticket.queue,
        ticket.service,
        ticket.priority_class,
        place.clock_start,
        place.issued_at,
        place.serial,
        (ticket.only_counter, ticket.only_teller),
    )


def _bookings(
    branch: Branch, bookings: Iterable[Booking], now: float
) -> Iterator[tuple[float, Waiting]]:
    near = (one for one in bookings if one.booked < now + HORIZON)
    for number, booking in enumerate(near):
        queue = branch.plan.services[booking.service].queue
        at = booking.booked
        place = Waiting(NEWCOMER, queue, booking.service, APPOINTMENT, at, at, _LAST + number)
        yield at, place


def _station(branch: Branch, counter: CounterId, plan: DayPlan, now: float) -> Station:
    present = branch.counter(counter)
    profile = branch.plan.counters[counter].profile
    staffed = _staffed(present, plan.staffed.get(counter), _back(branch, present), now)
    at = counter, present.teller
    ticket = branch.open_ticket(counter)
    if ticket is None or ticket.called_at is None:
        return Station(profile, staffed, at=at)
    return Station(profile, staffed, ticket.service, ticket.called_at.timestamp(), at)


def _staffed(
    counter: Counter, planned: Sequence[Span] | None, back: float | None, now: float
) -> tuple[Span, ...]:
    """When the counter can call. Its state counts now, the plan for later.

    ``back``: when its teller's break has to end.
    """
    spans = ALWAYS if planned is None else planned
    if at_work(counter):
        return tuple(span for span in spans if span.ends > now)
    if back is not None and back > now:
        return tuple(Span(max(span.begins, back), span.ends) for span in spans if span.ends > back)
    return tuple(span for span in spans if span.begins > now)


def at_work(counter: Counter) -> bool:
    """Whether it calls, now or after its open ticket."""
    return counter.state in (CounterState.OPEN, CounterState.SERVING) and not counter.pausing


def _back(branch: Branch, counter: Counter) -> float | None:
    """When a break under way reaches its limit; None without one."""
    rule = branch.plan.breaks.get(counter.status or "")
    if counter.state is not CounterState.PAUSED or rule is None or rule.limit is None:
        return None
    return (counter.since + rule.limit).timestamp() if counter.since else None


def uncertain(branch: Branch, plan: DayPlan, counters: Iterable[CounterId], now: float) -> bool:
    """Whether nobody can say if these counters will call today.

    None of them is at work, and one should be, or its teller is on a break, or nobody has said when
    the branch is open.
    """
    present = [branch.counter(counter) for counter in counters]
    if any(at_work(counter) for counter in present):
        return False
    return any(
        not branch.plan.hours
        or counter.state is not CounterState.CLOSED
        or any(span.begins <= now < span.ends for span in plan.staffed.get(counter.id, ()))
        for counter in present
    )
