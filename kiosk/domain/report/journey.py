"""Journeys: one ticket from the number to the farewell, as far as reports ask. Spans: milliseconds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.domain.events import (
    ServingStarted,
    TicketCalled,
    TicketEvent,
    TicketExpired,
    TicketRecalled,
    TicketServed,
)
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.queue import PAPER, WITHOUT_NUMBER
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.ticketevents import TicketParked, TicketTransferred

_MILLISECOND = timedelta(milliseconds=1)
COME_BACK = "come_back"
"""Why a ticket is transferred that was served elsewhere and waits for its own queue again."""


def span(begun: datetime, ended: datetime) -> int:
    """Milliseconds; never negative, whatever a clock was set to."""
    return max((ended - begun) // _MILLISECOND, 0)


@dataclass(slots=True)
class Journey:
    """What has happened to a ticket so far."""

    ticket: Ticket
    """As it is after the latest of its facts."""
    came: datetime
    """When its person got the first number."""
    due: datetime
    """From when the person waits: since then, or since the time of the appointment."""
    end: TicketState
    """In which state it is or ended: a no-show that expires has ended as a no-show."""
    called_by: tuple[CounterId, StaffRef | None] | None = None
    """Counter and teller of the latest call."""
    first_call: datetime | None = None
    ended: datetime | None = None
    was_served: bool = False
    recalls: int = 0
    transfers: int = 0
    parks: int = 0

    def go_on(self, event: TicketEvent, now: datetime) -> None:
        """Take the ticket's next fact."""
        self.ticket = event.ticket
        self.end = self.ticket.state
        self.ended = now
        if self.ticket.counter is not None:
            self.called_by = (self.ticket.counter, self.ticket.teller)
        match event:
            case TicketCalled():
                self.first_call = self.first_call or now
            case ServingStarted() | TicketServed():
                self.was_served = True
            case TicketTransferred(reason=reason) if reason == COME_BACK:
                self.was_served = True
            case TicketTransferred():
                self.transfers += 1
            case TicketRecalled():
                self.recalls += 1
            case TicketParked():
                self.parks += 1
            case TicketExpired(was=TicketState.NO_SHOW):
                self.end = TicketState.NO_SHOW
            case _:
                pass

    @property
    def counted(self) -> Ticket:
        """The ticket as it counts: also where it was called last, whatever became of it."""
        counter, teller = self.called_by or (None, None)
        return replace(self.ticket, counter=counter, teller=teller)

    @property
    def abandoned(self) -> bool:
        """A no-show or an expired ticket that was never served."""
        return not self.was_served and self.end in (TicketState.NO_SHOW, TicketState.EXPIRED)

    @property
    def measurable(self) -> bool:
        """Whether anybody knows since when its person waits."""
        return has_line(self.ticket)

    @property
    def wait(self) -> int | None:
        """From the number, or the booked time, to the first call; None while there was none."""
        if self.first_call is None or not self.measurable:
            return None
        return span(self.due, self.first_call)

    @property
    def stay(self) -> int | None:
        """From the number to the end; None unless it was served."""
        if self.end is not TicketState.SERVED or self.ended is None or not self.measurable:
            return None
        return span(self.came, self.ended)


def has_line(ticket: Ticket) -> bool:
    """Whether it came from the machine and waited in a queue: not on paper of a roll, nor on none."""
    return ticket.series not in (PAPER, WITHOUT_NUMBER)


def walk(event: TicketEvent) -> int | None:
    """From the call to the person's arrival, if the event is the arrival of somebody called."""
    ticket = event.ticket
    if not isinstance(event, ServingStarted) or event.was is not TicketState.CALLED:
        return None
    if ticket.called_at is None or ticket.started_at is None:
        return None
    return span(ticket.called_at, ticket.started_at)


def service(before: Ticket, event: TicketEvent, now: datetime) -> int | None:
    """How long the ticket was served, if the event ended that; from *start*, else from the call.

    A ticket that leaves the counter without *start* was served only if its teller said so.
    """
    if not before.state.at_counter or event.ticket.state.at_counter:
        return None
    begun = before.started_at
    match event:
        case TicketServed():
            begun = begun or before.called_at
        case TicketTransferred(reason=reason) if reason == COME_BACK:
            begun = begun or before.called_at
        case TicketExpired():
            return None  # nobody said when it was over
        case _:
            pass
    return span(begun, now) if begun else None
