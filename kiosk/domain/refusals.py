"""Refusals: why a command is not carried out, with the data to act on. Nothing has changed then."""

from dataclasses import dataclass
from datetime import time

from kiosk.domain.counter import CounterState
from kiosk.domain.ids import CounterId, JobId, QueueId, ServiceId, StaffRef, TicketId
from kiosk.domain.ticket import TicketState


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
class UnknownSlip(Refused):
    """No such slip job today."""

    job: JobId


@dataclass(eq=False)
class SlipDone(Refused):
    """The slip has its outcome already."""

    job: JobId


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
