"""Services: what a client comes for, and when it can be had."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kiosk.domain.ids import Language, QueueId, ServiceId

CLOSING = timedelta(minutes=30)
"""How long before a service closes people are told."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One span of service on some days of the week, in the branch's local time."""

    weekdays: frozenset[int]
    """0 is Monday, as in ``datetime.weekday``."""
    opens: time
    closes: time
    """The first moment at which no ticket is given any more."""


@dataclass(frozen=True, slots=True)
class Service:
    """A business type of the branch (LOB-19: the queue machine alone defines them)."""

    id: ServiceId
    names: Mapping[Language, str]
    queue: QueueId
    vip_queue: QueueId | None = None
    """Where tickets of class ``vip`` go; None: to ``queue`` like everyone's."""
    hours: tuple[Hours, ...] = ()
    """Empty: whenever the machine runs."""
    mean_minutes: int = 6
    cap_per_day: int | None = None
    """Tickets that it gives on one business day."""
    cap_per_person: int | None = None
    """Of these, to one client, or on one visit of somebody unknown."""
    last_tickets: int = 0
    """When so many are left under ``cap_per_day``, it is said that they are the last ones."""


def is_open(service: Service, local: datetime) -> bool:
    """Whether a ticket for this service can be had at this local time of the branch."""
    if not service.hours:
        return True
    return any(_covers(span, local) for span in service.hours)


def opens_at(service: Service, local: datetime) -> time | None:
    """When the service opens later on this local day; None when it is open or won't open again."""
    if is_open(service, local):
        return None
    later = [
        span.opens
        for span in service.hours
        if local.weekday() in span.weekdays and span.opens > local.time()
    ]
    return min(later, default=None)


def closes_soon(service: Service, local: datetime) -> time | None:
    """When the open service closes, once that is near; None before."""
    ends = [
        span.closes
        for span in service.hours
        if _covers(span, local) and not is_open(service, local + CLOSING)
    ]
    return max(ends, default=None)


def _covers(span: Hours, local: datetime) -> bool:
    return local.weekday() in span.weekdays and span.opens <= local.time() < span.closes
