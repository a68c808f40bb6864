"""Facts of tickets that take another way than from the queue to the counter.

``left`` is the counter that the person was called to and goes away from, not served or not to the end.
"""

from dataclasses import dataclass

from kiosk.domain.ids import CounterId
from kiosk.domain.ticket import Ticket, TicketState


@dataclass(frozen=True, slots=True)
class TicketParked:
    """It was put aside, for a reason and perhaps until a time."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None
    left: CounterId | None = None


@dataclass(frozen=True, slots=True)
class TicketReturned:
    """It waits again in its queue, its clock kept; ``reason`` ``due``: by itself."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None
    left: CounterId | None = None


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    """It waits for another queue, counter or teller; ``reason`` ``come_back``: for its own again."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None
    left: CounterId | None = None


@dataclass(frozen=True, slots=True)
class TicketRerouted:
    """The wrong service had been chosen: the same paper stands for another one."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketMoved:
    """The person got another number in another queue (LOB-42); this one is no more (LOB-45)."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketDropped:
    """A lobby manager deleted the number (LOB-48)."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TicketReinstated:
    """Somebody who was called in vain has turned up."""

    ticket: Ticket
    was: TicketState


@dataclass(frozen=True, slots=True)
class TicketReclassified:
    """A lobby manager gave it another priority class."""

    ticket: Ticket
    was: TicketState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TicketReprinted:
    """A copy of its slip was asked for."""

    ticket: Ticket
    was: TicketState


DetourEvent = (
    TicketParked
    | TicketReturned
    | TicketTransferred
    | TicketRerouted
    | TicketMoved
    | TicketDropped
    | TicketReinstated
    | TicketReclassified
    | TicketReprinted
)
