"""Commands about one ticket, and the clearing of the hall: the lobby manager's and the teller's."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.ids import ClassId, CounterId, QueueId, ServiceId, StaffRef, TicketId
from kiosk.domain.slip import SlipRequest


@dataclass(frozen=True, slots=True)
class CounterTarget:
    """One counter alone."""

    counter: CounterId


@dataclass(frozen=True, slots=True)
class TellerTarget:
    """One teller alone, at whichever counter."""

    teller: StaffRef


@dataclass(frozen=True, slots=True)
class OpenTicketAt:
    """The ticket that is called or being served at a counter, whichever it is."""

    counter: CounterId


Which = TicketId | OpenTicketAt
Target = QueueId | CounterTarget | TellerTarget


@dataclass(frozen=True, slots=True)
class CallTicket:
    """Call this very ticket, waiting or parked, to a counter that has no open one."""

    ticket: TicketId
    counter: CounterId
    teller: StaffRef | None = None
    """None, here and below: a lobby manager, to whom the whole hall is open."""


@dataclass(frozen=True, slots=True)
class ParkTicket:
    """Put a ticket aside: its person fetches documents, for instance."""

    ticket: Which
    reason: str | None
    until: datetime | None = None
    teller: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class ReturnTicket:
    """Let a called or parked ticket wait again, its clock kept."""

    ticket: Which
    teller: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class ReinstateTicket:
    """Let a no-show wait again."""

    ticket: TicketId
    teller: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class TransferTicket:
    """Let a ticket wait elsewhere under its own number and clock; one of three targets is given.

    With ``come_back`` it waits in its present queue again once it was served there.
    """

    ticket: Which
    target: Target
    come_back: bool = False
    teller: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class MoveTicket:
    """Give a waiting person a new number in another queue, without a slip (LOB-41 to LOB-46)."""

    ticket: TicketId
    queue: QueueId
    new: TicketId


@dataclass(frozen=True, slots=True)
class DropTicket:
    """Delete a number for good (LOB-48, LOB-49)."""

    ticket: TicketId
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChangePriority:
    """Give a ticket another priority class."""

    ticket: TicketId
    priority_class: ClassId
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReprintTicket:
    """Print the slip once more, marked as a copy."""

    ticket: TicketId
    slip: SlipRequest
    teller: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class RerouteTicket:
    """The wrong service was touched: give the same paper another one, within a minute."""

    ticket: TicketId
    service: ServiceId


@dataclass(frozen=True, slots=True)
class ClearHall:
    """Let every waiting ticket expire."""

    reason: str | None


TicketCommand = (
    CallTicket
    | ParkTicket
    | ReturnTicket
    | ReinstateTicket
    | TransferTicket
    | MoveTicket
    | DropTicket
    | ChangePriority
    | ReprintTicket
    | RerouteTicket
)
