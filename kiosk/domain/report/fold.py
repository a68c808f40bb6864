"""The fold of a log's facts to a report; memory grows with the period's tickets only."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import get_args

from kiosk.domain.alertevents import AlertEvent
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.events import (
    CounterEvent,
    DayOpened,
    Event,
    Fact,
    TicketCalled,
    TicketEvent,
    TicketExpired,
    WaitEstimated,
)
from kiosk.domain.ids import TicketId
from kiosk.domain.report.accuracy import Foretold
from kiosk.domain.report.clockface import Clockface
from kiosk.domain.report.figures import Figures
from kiosk.domain.report.journey import Journey, has_line, service, walk
from kiosk.domain.report.period import Period
from kiosk.domain.report.queues import Lines
from kiosk.domain.report.reactions import AlertTally
from kiosk.domain.report.report import Report
from kiosk.domain.report.tally import Scope, Tally, groups_of
from kiosk.domain.report.tellers import Tellers
from kiosk.domain.ticket import Ticket, TicketState

KINDS: tuple[type[Event], ...] = (
    DayOpened,
    *get_args(TicketEvent),
    *get_args(CounterEvent),
    *get_args(AlertEvent),
    WaitEstimated,
)
"""What a report is folded from; it needs no other facts."""


class ReportFold:
    """Takes the facts of a period's business days in order, each day from its opening on."""

    def __init__(self, plan: BranchPlan, period: Period) -> None:
        self._plan = plan
        self._period = period
        self._clock = Clockface(plan.zone, plan.day_starts)
        self._days: list[date] = []
        self._latest: datetime | None = None
        """When something last happened in the hall on the open day."""
        self._journeys: dict[TicketId, Journey] = {}
        self._overall = Tally()
        self._groups: defaultdict[tuple[Scope, str], Tally] = defaultdict(Tally)
        self._lines = Lines()
        self._tellers = Tellers()
        self._foretold = Foretold()
        self._alerts = AlertTally()

    def take(self, fact: Fact) -> None:
        """The next fact."""
        event = fact.event
        if isinstance(event, DayOpened):
            self._end_day()
            self._days.append(event.day)
        elif isinstance(event, TicketEvent):
            self._ticket(event, self._moment(fact))
        elif isinstance(event, CounterEvent):
            self._tellers.counter(event, self._moment(fact))
        elif isinstance(event, AlertEvent):
            self._alerts.take(event)
        elif isinstance(event, WaitEstimated):
            self._foretold.estimated(event.wait)

    def report(self, until: datetime | None = None) -> Report:
        """The report; ``until``: the present moment, while the last of the days isn't over."""
        if until is not None and self._latest is not None:
            self._latest = max(self._latest, until)
        self._end_day()
        return Report(
            self._period,
            tuple(self._days),
            until,
            self._overall.figures(),
            {scope: self._figures(scope) for scope in Scope},
            self._lines.lengths(self._clock),
            self._tellers.times(self._plan.breaks),
            self._foretold.accuracy(),
            self._alerts.reactions(),
        )

    def _moment(self, fact: Fact) -> datetime:
        """What is left at the day's end expires hours after anything happened: time stands still."""
        left_over = isinstance(fact.event, TicketExpired) and fact.event.reason is None
        if self._latest is None or not left_over:
            self._latest = max(fact.time, self._latest or fact.time)
        return self._latest

    def _ticket(self, event: TicketEvent, now: datetime) -> None:
        ticket = event.ticket
        journey = self._journeys.get(ticket.id)
        before = journey.ticket if journey else None
        if journey is None:
            journey = self._begun(ticket)
            self._journeys[ticket.id] = journey
        journey.go_on(event, now)
        self._line(before, ticket, now)
        self._tellers.ticket(event, before, now)
        if isinstance(event, TicketCalled):
            self._foretold.called(ticket)
        self._times_at_counter(event, before, now)

    def _begun(self, ticket: Ticket) -> Journey:
        """Whoever was moved came with the first number."""
        old = self._journeys.get(ticket.moved_from) if ticket.moved_from else None
        came = old.came if old else ticket.issued_at
        due = old.due if old else max(ticket.issued_at, ticket.clock_start)
        return Journey(ticket, came, due, ticket.state)

    def _line(self, before: Ticket | None, after: Ticket, now: datetime) -> None:
        if not has_line(after):
            return
        if before and before.state is TicketState.WAITING:
            self._lines.change(before.queue, now, -1)
        if after.state is TicketState.WAITING:
            self._lines.change(after.queue, now, 1)

    def _times_at_counter(self, event: TicketEvent, before: Ticket | None, now: datetime) -> None:
        walked = walk(event)
        if walked is not None:
            for tally in self._tallies(event.ticket):
                tally.walks.append(walked)
        served = service(before, event, now) if before else None
        if before and served is not None:
            for tally in self._tallies(before):
                tally.services.append(served)

    def _end_day(self) -> None:
        """Every ticket of the day counts now as what it is."""
        for journey in self._journeys.values():
            wait = journey.wait
            within = self._within_target(journey, wait)
            stay = journey.stay
            for tally in self._tallies(journey.counted):
                tally.add(journey, wait, stay, within)
        self._journeys.clear()
        self._foretold.waiting.clear()
        if self._latest is not None:
            self._lines.end_day(self._latest)
            self._tellers.end_day(self._latest)
        self._latest = None

    def _within_target(self, journey: Journey, wait: int | None) -> bool | None:
        """Whether a served ticket had been called within its class's target; None: not measured."""
        of = self._plan.classes.get(journey.ticket.priority_class)
        if of is None or wait is None or journey.end is not TicketState.SERVED:
            return None
        return wait <= of.target_wait * 60_000

    def _tallies(self, ticket: Ticket) -> list[Tally]:
        groups = groups_of(ticket, self._clock.local(ticket.issued_at))
        return [self._overall, *(self._groups[group] for group in groups)]

    def _figures(self, scope: Scope) -> Mapping[str, Figures]:
        keys = [key for of, key in self._groups if of is scope]
        in_order = sorted(keys, key=self._clock.place) if scope is Scope.HOUR else sorted(keys)
        return {key: self._groups[scope, key].figures() for key in in_order}
