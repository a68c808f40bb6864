"""The hall: the fold of the open business day's facts. Only :mod:`kiosk.domain.apply` changes it."""

from collections import Counter as Counted
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.domain.alert import Alerts
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.call import CALLS_KEPT, Call
from kiosk.domain.counter import Counter
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import (
    CounterId,
    DeviceId,
    JobId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.ordering import WaitingLines
from kiosk.domain.shift import Shifts
from kiosk.domain.slip import SlipJob
from kiosk.domain.ticket import Ticket, TicketState


@dataclass(slots=True)
class Branch:
    """The hall now. Read it freely; only :func:`~kiosk.domain.apply.apply` writes."""

    plan: BranchPlan
    day: date | None = None
    """The open business day; None before the first one."""
    sequence: int = 0
    """Of the latest fact applied."""
    time: datetime | None = None
    """Of the latest fact applied."""
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    counters: dict[CounterId, Counter] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """The latest number given, by series."""
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    """The latest calls, the newest last."""
    slips: dict[JobId, SlipJob] = field(default_factory=dict)
    left: set[JobId] = field(default_factory=set)
    """Slips that hang in a printer's mouth because nobody took them."""
    devices: dict[DeviceId, DeviceCondition] = field(default_factory=dict)
    """Those whose condition was reported in this day, or that came into it with a fault."""
    aside: dict[TicketId, Ticket] = field(default_factory=dict)
    """Parked tickets and no-shows: alive, in no line, at no counter."""
    visits: dict[VisitId, datetime] = field(default_factory=dict)
    """When the first ticket of each visit was issued: from then on its waits count."""
    issued: Counted[tuple[ServiceId, str]] = field(default_factory=Counted)
    """Tickets given, by service and person: a client, or a visit of somebody unknown."""
    given: Counted[ServiceId] = field(default_factory=Counted)
    """Tickets given, by service."""
    drawn: Counted[QueueId] = field(default_factory=Counted)
    """Numbers given, by queue."""
    estimated: set[TicketId] = field(default_factory=set)
    """Living tickets that were called, or of which it is on record what they were foretold."""
    breaks: Counted[tuple[StaffRef, str]] = field(default_factory=Counted)
    """Breaks begun, by teller and kind."""
    shifts: Shifts = field(default_factory=dict)
    paper: dict[int, TicketId] = field(default_factory=dict)
    """Numbers of the paper roll that were called."""
    alerts: Alerts = field(default_factory=Alerts)
    cleared: str | None = None
    """Why the hall was cleared; None once a number is given again."""
    outage: DeviceCondition | None = None
    """Why nothing can be written down just now. No fact, for it couldn't be told: see the desk."""
    lines: WaitingLines = field(init=False)

    def __post_init__(self) -> None:
        self.empty_hall()

    def people_ahead(self, ticket: Ticket, now: datetime) -> int | None:
        """How many of its queue go before this ticket; None when it doesn't wait."""
        if ticket.state is not TicketState.WAITING:
            return None
        return self.lines.people_ahead(ticket, now.timestamp())

    def open_ticket(self, counter: CounterId) -> Ticket | None:
        """The ticket called or being served at this counter."""
        ticket = self.counter(counter).ticket
        return self.tickets[ticket] if ticket else None

    def counter(self, counter: CounterId) -> Counter:
        """A counter as it is; closed when the settings no longer have it but the day's facts do."""
        return self.counters.get(counter) or Counter(counter)

    def empty_hall(self) -> None:
        """Nobody waits and no counter is open: so a day begins. Devices keep their condition."""
        for kept in (self.tickets, self.numbers, self.calls, self.slips, self.aside, self.visits):
            kept.clear()
        for counted in (self.issued, self.given, self.drawn, self.breaks, self.paper, self.shifts):
            counted.clear()
        self.estimated.clear()
        self.alerts.clear()
        self.left.clear()
        self.cleared = None
        self.counters = {counter: Counter(counter) for counter in self.plan.counters}
        self.lines = WaitingLines(self.plan.classes)
