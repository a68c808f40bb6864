"""Tallies: what is counted and timed of a group of tickets while a report is folded."""

from array import array
from collections import Counter as Counted
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.queue import PAPER, WITHOUT_NUMBER
from kiosk.domain.report.figures import Figures, spread
from kiosk.domain.report.journey import Journey
from kiosk.domain.ticket import Ticket, TicketState


class Scope(StrEnum):
    """By what a report groups tickets."""

    SERVICE = "service"
    QUEUE = "queue"
    CLASS = "class"
    SEGMENT = "segment"
    HOUR = "hour"
    COUNTER = "counter"
    TELLER = "teller"


NO_SEGMENT = "-"
"""The key of tickets whose person has no segment."""


def groups_of(ticket: Ticket, issued: datetime) -> list[tuple[Scope, str]]:
    """Where a ticket counts: by what it is, its counter and teller, and the local hour of its issue."""
    groups = [
        (Scope.SERVICE, str(ticket.service)),
        (Scope.QUEUE, str(ticket.queue)),
        (Scope.CLASS, str(ticket.priority_class)),
        (Scope.SEGMENT, str(ticket.segment or NO_SEGMENT)),
        (Scope.HOUR, f"{issued.hour:02}"),
    ]
    if ticket.counter is not None:
        groups.append((Scope.COUNTER, str(ticket.counter)))
    if ticket.teller is not None:
        groups.append((Scope.TELLER, str(ticket.teller)))
    return groups


def _spans() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Tally:
    """Of one group. Spans are milliseconds."""

    ends: Counted[TicketState] = field(default_factory=Counted)
    series: Counted[str] = field(default_factory=Counted)
    recalls: int = 0
    transfers: int = 0
    parks: int = 0
    abandoned: int = 0
    measured: int = 0
    within_target: int = 0
    waits: "array[int]" = field(default_factory=_spans)
    walks: "array[int]" = field(default_factory=_spans)
    services: "array[int]" = field(default_factory=_spans)
    stays: "array[int]" = field(default_factory=_spans)

    def add(
        self, journey: Journey, wait: int | None, stay: int | None, within_target: bool | None
    ) -> None:
        """A ticket whose day is over, or that is as it is now. None: not to be measured."""
        self.ends[journey.end] += 1
        self.recalls += journey.recalls
        self.transfers += journey.transfers
        self.parks += journey.parks
        self.abandoned += journey.abandoned
        self.series[journey.ticket.series] += 1
        if wait is not None:
            self.waits.append(wait)
        if stay is not None:
            self.stays.append(stay)
        if within_target is not None:
            self.measured += 1
            self.within_target += within_target

    def figures(self) -> Figures:
        """What has been tallied."""
        ends = self.ends
        return Figures(
            issued=ends.total(),
            served=ends[TicketState.SERVED],
            no_show=ends[TicketState.NO_SHOW],
            dropped=ends[TicketState.DROPPED],
            moved=ends[TicketState.MOVED],
            expired=ends[TicketState.EXPIRED],
            open=ends.total() - sum(ends[state] for state in _ENDS),
            abandoned=self.abandoned,
            paper=self.series[PAPER],
            without_number=self.series[WITHOUT_NUMBER],
            recalls=self.recalls,
            transfers=self.transfers,
            parks=self.parks,
            wait=spread(self.waits),
            walk=spread(self.walks),
            service=spread(self.services),
            stay=spread(self.stays),
            measured=self.measured,
            within_target=self.within_target,
        )


_ENDS = (
    TicketState.SERVED,
    TicketState.NO_SHOW,
    TicketState.DROPPED,
    TicketState.MOVED,
    TicketState.EXPIRED,
)
