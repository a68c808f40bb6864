"""Tickets: a number in a queue, from the slip to the farewell."""

from dataclasses import dataclass
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
    SERVED = "served"
    NO_SHOW = "no_show"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """Whether nothing can happen to the ticket any more."""
        return self in _FINAL

    @property
    def at_counter(self) -> bool:
        """Whether the ticket is some counter's open ticket."""
        return self in _AT_COUNTER


_FINAL = frozenset({TicketState.SERVED, TicketState.EXPIRED})
_AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})


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
    """The counter of the latest call; kept afterwards."""
    teller: StaffRef | None = None
    called_at: datetime | None = None
    """The latest first call; recalls don't change it."""
    recalls: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
