"""Accuracy of estimates: what waiting people were told at first against how long it took. Seconds."""

from dataclasses import dataclass, field

from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.ids import TicketId
from kiosk.domain.report.journey import span
from kiosk.domain.ticket import Ticket

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of the first estimate of each ticket that was called."""

    count: int = 0
    mean_absolute_error: float | None = None
    bias: float | None = None
    """Mean of foretold (p50) less actual: above zero, people were told too much."""
    coverage: float | None = None
    """The share of waits, in whole minutes as people are told, from p10 to p90."""


@dataclass(slots=True)
class Foretold:
    """What was foretold, until it shows how long it took. Milliseconds."""

    waiting: dict[TicketId, EstimatedWait] = field(default_factory=dict)
    count: int = 0
    off: int = 0
    too_much: int = 0
    covered: int = 0

    def estimated(self, wait: EstimatedWait) -> None:
        """A ticket was given its first estimate."""
        self.waiting[wait.ticket] = wait

    def called(self, ticket: Ticket) -> None:
        """A ticket was called; what counts is the first call after its estimate.

        Whoever was told an older figure at the issue has waited since the issue.
        """
        wait = self.waiting.pop(ticket.id, None)
        if wait is None or ticket.called_at is None:
            return
        if wait.p10 is None or wait.p50 is None or wait.p90 is None:
            return  # it was told that it wouldn't be called today
        actual = span(max(wait.as_of, ticket.issued_at), ticket.called_at)
        error = wait.p50 * _MINUTE - actual
        self.count += 1
        self.off += abs(error)
        self.too_much += error
        self.covered += wait.p10 <= (actual + _MINUTE // 2) // _MINUTE <= wait.p90

    def accuracy(self) -> Accuracy:
        """Nothing but the count when there was no estimate."""
        if not self.count:
            return Accuracy()
        count, seconds = self.count, 1000 * self.count
        return Accuracy(count, self.off / seconds, self.too_much / seconds, self.covered / count)
