"""The book of estimates: the latest outlooks, for slips, screens, states and answers to read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.estimate import Estimate, EstimatedWait
from kiosk.domain.ids import ClassId, QueueId, TicketId
from kiosk.domain.prospects import Standing, printed_minutes
from kiosk.domain.ticket import Ticket
from kiosk.domain.waiting import Waiting
from kiosk.shapes.hall import EstimatedWaitJson
from kiosk.shapes.writing import instant


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is foretold to one person, in whole minutes. No estimate: not today any more."""

    estimate: Estimate | None
    as_of: datetime

    def json(self) -> EstimatedWaitJson:
        """As a ticket's ``estimated_wait``."""
        if self.estimate is None:
            return {"today": False, "as_of": instant(self.as_of)}
        found = self.estimate
        return {
            "p10": int(found.p10),
            "p50": int(found.p50),
            "p70": int(found.p70),
            "p90": int(found.p90),
            "as_of": instant(self.as_of),
        }

    def of(self, ticket: TicketId, queue: QueueId) -> EstimatedWait:
        """As it is put on record of a ticket."""
        found = self.estimate
        if found is None:
            return EstimatedWait(ticket, queue, self.as_of)
        return EstimatedWait(ticket, queue, self.as_of, *map(int, found))


class EstimateBook:
    """The latest outlooks, and of each ticket the first one until that is on record."""

    def __init__(self) -> None:
        self._tickets: dict[TicketId, Outlook] = {}
        self._newcomers: dict[Standing, Outlook] = {}
        self._first: dict[TicketId, EstimatedWait] = {}
        self._since: dict[TicketId, Standing] = {}
        """Tickets issued since the roll-out under way began."""
        self.edition = 0
        """Another number, other figures."""

    def ticket(self, ticket: TicketId) -> Outlook | None:
        """Of a ticket that waits; None when nothing is known."""
        return self._tickets.get(ticket)

    def newcomer(self, standing: Standing) -> Outlook | None:
        """Of whoever takes a number now; None when nothing is known."""
        return self._newcomers.get(standing)

    def queue(self, queue: QueueId) -> EstimatedWaitJson | None:
        """``estimated_wait`` of a queue: of whoever takes a number there now, a regular one if any does."""
        found = (one for (where, _), one in self._newcomers.items() if where == queue)
        return _json(next(found, None))

    def expected(self, queue: QueueId, of: ClassId) -> EstimatedWaitJson | None:
        """``estimated_wait`` of whoever takes a number of this class there now."""
        return _json(self.newcomer((queue, of)))

    def told(self) -> Collection[TicketId]:
        """The tickets of which something is known."""
        return self._tickets.keys()

    def foretold(self, ticket: TicketId) -> EstimatedWaitJson | None:
        """A waiting ticket's ``estimated_wait``; None when nothing is known."""
        return _json(self.ticket(ticket))

    def printed_minutes(self, ticket: TicketId) -> int | None:
        """What a slip says of the wait; None when nothing is known or it won't be today."""
        outlook = self.ticket(ticket)
        return printed_minutes(outlook.estimate) if outlook and outlook.estimate else None

    def issued(self, ticket: Ticket) -> None:
        """A ticket begins with what was foretold to a newcomer."""
        standing = ticket.queue, ticket.priority_class
        self._since[ticket.id] = standing
        outlook = self.newcomer(standing)
        if outlook is not None:
            self._tickets[ticket.id] = outlook
            self._first[ticket.id] = outlook.of(ticket.id, ticket.queue)

    def called(self, ticket: TicketId) -> None:
        """It waits no longer."""
        for kept in (self._since, self._first, self._tickets):
            kept.pop(ticket, None)

    def begin(self) -> None:
        """A roll-out begins; it doesn't know who comes from now on."""
        self._since.clear()

    def write(
        self, tickets: Mapping[TicketId, Outlook], newcomers: Mapping[Standing, Outlook]
    ) -> None:
        """Replace all of it by a roll-out's. Who came meanwhile has a newcomer's outlook."""
        came = {
            ticket: newcomers[standing]
            for ticket, standing in self._since.items()
            if standing in newcomers
        }
        self._tickets = came | dict(tickets)
        self._newcomers = dict(newcomers)
        self.edition += 1

    def unrecorded(self, waiting: Iterable[Waiting]) -> list[EstimatedWait]:
        """What these tickets were foretold first: at the issue, else by this roll-out."""
        found = []
        for one in waiting:
            outlook = self._tickets.get(one.ticket)
            if one.ticket not in self._first and outlook is not None:
                self._first[one.ticket] = outlook.of(one.ticket, one.queue)
            if one.ticket in self._first:
                found.append(self._first[one.ticket])
        return found

    def recorded(self, waits: Iterable[EstimatedWait]) -> None:
        """These are on record."""
        for wait in waits:
            self._first.pop(wait.ticket, None)

    def night(self) -> None:
        """A business day is over: nobody waits."""
        for kept in (self._since, self._first, self._tickets):
            kept.clear()


def _json(outlook: Outlook | None) -> EstimatedWaitJson | None:
    return outlook.json() if outlook else None
