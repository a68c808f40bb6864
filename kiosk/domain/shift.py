"""Shifts: what each teller did on the open day, counted as it happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    Event,
    TicketNoShow,
    TicketServed,
)
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.ticket import Ticket


@dataclass(slots=True)
class Shift:
    """A teller's day so far; a break counts once it is over."""

    served: int = 0
    missed: int = 0
    """Tickets for which nobody came."""
    service: timedelta = timedelta()
    """Of all that were served, from their start, or their call where none was told."""
    rested: dict[str, timedelta] = field(default_factory=dict)
    """By status."""

    @property
    def mean_service(self) -> timedelta | None:
        """None before anybody was served."""
        return self.service / self.served if self.served else None


Shifts = dict[StaffRef, Shift]


def count_work(
    shifts: Shifts, counters: Mapping[CounterId, Counter], event: Event, now: datetime
) -> None:
    """Add what this event says of a teller's work; ``counters`` are as they were before it."""
    match event:
        case TicketServed(ticket=ticket):
            _served(shifts, ticket)
        case TicketNoShow(ticket=ticket) if ticket.teller:
            shifts.setdefault(ticket.teller, Shift()).missed += 1
        case (
            CounterOpened(counter=counter)
            | CounterPaused(counter=counter)
            | CounterClosed(counter=counter)
        ):
            _rested(shifts, counters.get(counter.id), now)
        case _:
            pass  # is no teller's work


def _served(shifts: Shifts, ticket: Ticket) -> None:
    begun = ticket.started_at or ticket.called_at
    if ticket.teller is None or begun is None or ticket.ended_at is None:
        return
    shift = shifts.setdefault(ticket.teller, Shift())
    shift.served += 1
    shift.service += ticket.ended_at - begun


def _rested(shifts: Shifts, was: Counter | None, now: datetime) -> None:
    """The break that was until now, if there was one."""
    if was is None or was.state is not CounterState.PAUSED or was.teller is None:
        return
    status, since = was.status or "", was.since or now
    rested = shifts.setdefault(was.teller, Shift()).rested
    rested[status] = rested.get(status, timedelta()) + (now - since)
