"""Tickets: a number in a queue, from the slip to the farewell."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kiosk.domain.ids import (
    ClassId,
    ClientRef,
    CounterId,
    Language,
    QueueId,
    SegmentId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)

COMPLAINT = "complaint"
"""Flag of a ticket whose client ever complained (LOB-32)."""


class TicketState(StrEnum):
    """Where a ticket is in its life; it is in exactly one state at any time."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    """Put aside for a reason, perhaps until a time; nobody calls it meanwhile but by name."""
    NO_SHOW = "no_show"
    SERVED = "served"
    DROPPED = "dropped"
    MOVED = "moved"
    """Its person holds another number now."""
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """Whether nothing can happen to the ticket any more."""
        return self in _FINAL

    @property
    def at_counter(self) -> bool:
        """Whether the ticket is some counter's open ticket."""
        return self in _AT_COUNTER


_FINAL = frozenset(
    {TicketState.SERVED, TicketState.DROPPED, TicketState.MOVED, TicketState.EXPIRED}
)
_AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})
ASIDE = frozenset({TicketState.PARKED, TicketState.NO_SHOW})
"""States of a ticket that is alive, stands in no line and is at no counter."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number of one business day. Times are UTC."""

    id: TicketId
    series: str
    serial: int
    """The number within the series: 1."""
    number: str
    """What is printed and called: ``A001``."""
    queue: QueueId
    service: ServiceId
    priority_class: ClassId
    state: TicketState
    visit: VisitId
    language: Language
    issued_at: datetime
    clock_start: datetime
    """From when its wait counts: the first issue of the visit."""
    client: ClientRef | None = None
    segment: SegmentId | None = None
    flags: tuple[str, ...] = ()
    counter: CounterId | None = None
    """Where it was called to. Nobody's who waits or is put aside, called before or not (LOB-15)."""
    teller: StaffRef | None = None
    """Who called it, as long as there is a counter."""
    called_at: datetime | None = None
    """When it was called there; recalls don't change it."""
    recalls: int = 0
    last_called_at: datetime | None = None
    """The latest call, recalls included."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parked_until: datetime | None = None
    """When a parked ticket returns by itself; None: somebody returns it."""
    park_reason: str | None = None
    only_counter: CounterId | None = None
    """A transferred ticket that this counter alone calls."""
    only_teller: StaffRef | None = None
    """A transferred ticket that this teller alone calls."""
    come_back: QueueId | None = None
    """Where it waits again once it was served where it was transferred to."""
    moved_from: TicketId | None = None
    moved_to: TicketId | None = None
    services: tuple[ServiceId, ...] = ()
    """What was done for the person, as far as the teller said."""
    result: str | None = None
    """What came of it: a code of the teller's."""


def waiting_again(ticket: Ticket) -> Ticket:
    """The ticket back in a line, called nowhere; its clock goes on."""
    return replace(
        ticket,
        state=TicketState.WAITING,
        counter=None,
        teller=None,
        called_at=None,
        recalls=0,
        last_called_at=None,
        started_at=None,
        ended_at=None,
        parked_until=None,
        park_reason=None,
    )
