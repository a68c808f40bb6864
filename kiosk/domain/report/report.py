"""The report of one or several business days: typed figures, from the log's facts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.report.accuracy import Accuracy
from kiosk.domain.report.figures import Figures
from kiosk.domain.report.period import Period
from kiosk.domain.report.queues import QueueLength
from kiosk.domain.report.reactions import Reactions
from kiosk.domain.report.tally import Scope
from kiosk.domain.report.tellers import TellerTime


@dataclass(frozen=True, slots=True)
class Report:
    """What became of everybody who came.

    A ticket counts in the service, queue, class and segment that it had last, at the counter and
    teller who called it last, and in the local hour in which its number was given.
    """

    period: Period
    days: tuple[date, ...]
    """Business days of the period of which the log knows anything."""
    until: datetime | None
    """While the last of these days isn't over: up to when it is told; None once it is over."""
    overall: Figures
    groups: Mapping[Scope, Mapping[str, Figures]]
    """By service, queue …: figures by id, in a fixed order; hours in that of the business day."""
    lengths: tuple[QueueLength, ...]
    tellers: tuple[TellerTime, ...]
    estimates: Accuracy
    alerts: tuple[Reactions, ...] = ()
    seal: str | None = None
    """The log's at the end of the last of these days, to prove later that nobody changed it since."""
