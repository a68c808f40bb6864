"""Refusals: why a command is not carried out, with the data to act on. Nothing has changed then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from kiosk.domain.counter import CounterState
from kiosk.domain.ids import (
    AlertId,
    ClassId,
    CounterId,
    JobId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
)
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import TicketState
from kiosk.domain.visitcode import CodeFault


class Refused(Exception):
    """The base of all refusals. The class name is the kind; the fields are the data."""


@dataclass(eq=False)
class UnknownService(Refused):
    """The branch has no such service."""

    service: ServiceId


@dataclass(eq=False)
class ServiceClosed(Refused):
    """No tickets for this service now. ``opens_at``: branch's local time, None when not today."""

    service: ServiceId
    opens_at: time | None


@dataclass(eq=False)
class UnknownQueue(Refused):
    """The branch has no such queue."""

    queue: QueueId


@dataclass(eq=False)
class UnknownCounter(Refused):
    """The branch has no such counter."""

    counter: CounterId


@dataclass(eq=False)
class UnknownTicket(Refused):
    """No such ticket today."""

    ticket: TicketId


@dataclass(eq=False)
class UnknownAlert(Refused):
    """No such alert today."""

    alert: AlertId


@dataclass(eq=False)
class UnknownSlip(Refused):
    """No such slip job today."""

    job: JobId


@dataclass(eq=False)
class SlipDone(Refused):
    """The slip has its outcome already, and keeps it."""

    job: JobId
    outcome: SlipState


@dataclass(eq=False)
class KeyUsed(Refused):
    """The caller gave another command, or the same one otherwise, under this idempotency key."""


@dataclass(eq=False)
class CounterIs(Refused):
    """The counter is in a state that doesn't allow this."""

    counter: CounterId
    state: CounterState


@dataclass(eq=False)
class CounterTaken(Refused):
    """Another teller has opened this counter."""

    counter: CounterId


@dataclass(eq=False)
class TellerElsewhere(Refused):
    """This teller has another counter open: one counter per teller."""

    teller: StaffRef
    counter: CounterId
    """The one that is open."""


@dataclass(eq=False)
class NoOpenTicket(Refused):
    """The counter has called nobody."""

    counter: CounterId


@dataclass(eq=False)
class TicketIs(Refused):
    """The ticket is in a state that doesn't allow this."""

    ticket: TicketId
    number: str
    state: TicketState


@dataclass(eq=False)
class NotYours(Refused):
    """The ticket is neither at this teller's counter nor in the queues that it serves."""

    ticket: TicketId
    number: str


@dataclass(eq=False)
class TooSoon(Refused):
    """The person was called a moment ago: give them time to come."""

    ticket: TicketId
    number: str
    seconds: int
    """To wait."""


@dataclass(eq=False)
class RecallsMissing(Refused):
    """The ticket must be called more often before it is a no-show."""

    ticket: TicketId
    number: str
    recalls: int
    minimum: int


@dataclass(eq=False)
class RecallsExhausted(Refused):
    """The ticket was called often enough: make it a no-show."""

    ticket: TicketId
    number: str
    recalls: int


@dataclass(eq=False)
class SameQueue(Refused):
    """The ticket is in that queue already (LOB-41)."""

    ticket: TicketId
    number: str
    queue: QueueId


@dataclass(eq=False)
class UnknownReason(Refused):
    """The verb needs one of the branch's reasons for it."""

    reason: str | None
    reasons: Sequence[str]


@dataclass(eq=False)
class UnknownClass(Refused):
    """The branch has no such priority class."""

    name: ClassId


@dataclass(eq=False)
class UnknownStatus(Refused):
    """Tellers of this branch have no such status."""

    asked: str
    statuses: Sequence[str]


@dataclass(eq=False)
class ReturnPast(Refused):
    """The time at which the parked ticket should return is past: it would be back at once."""

    ticket: TicketId
    number: str
    until: datetime
    now: datetime
    """In the branch's zone."""


@dataclass(eq=False)
class TellerAway(Refused):
    """No counter is open with this teller."""

    teller: StaffRef


@dataclass(eq=False)
class CapReached(Refused):
    """The service has given all its tickets of the day."""

    service: ServiceId
    cap: int


@dataclass(eq=False)
class PersonCapReached(Refused):
    """This person has had all the tickets of the service that one person can have in a day."""

    service: ServiceId
    cap: int


@dataclass(eq=False)
class CodeVoid(Refused):
    """What was shown opens no visit here and now."""

    fault: CodeFault


@dataclass(eq=False)
class CodeUsed(Refused):
    """The code was shown before, and this is the number that it gave."""

    ticket: TicketId
    number: str
    state: TicketState


@dataclass(eq=False)
class NumberTaken(Refused):
    """This number of the paper roll was called today; its ticket is in this state now."""

    ticket: TicketId
    number: str
    state: TicketState


@dataclass(eq=False)
class TooLate(Refused):
    """The ticket can be given another service for a minute only."""

    ticket: TicketId
    number: str
