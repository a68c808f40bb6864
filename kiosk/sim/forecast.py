"""Forecasts of a simulated branch: each ticket's wait is foretold when it is issued, then seen."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf

from kiosk.domain.branch import Branch
from kiosk.domain.calibration import Calibration
from kiosk.domain.counter import CounterState
from kiosk.domain.estimate import Estimate, estimate
from kiosk.domain.events import Event, TicketCalled, TicketIssued
from kiosk.domain.experience import Experience
from kiosk.domain.ids import TicketId
from kiosk.domain.rollout import RollOut
from kiosk.domain.ticket import Ticket
from kiosk.domain.waiting import DayPlan, scene
from kiosk.sim.day import BranchDay, branch_plan
from kiosk.sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was foretold of one ticket, and what came. Minutes."""

    day: int
    shown: Estimate
    naive: float
    """People ahead in its queue × mean service ÷ counters that are open for it."""
    waited: float
    """Infinite until it is called."""
    among: int = 0
    """Tickets that waited when it was issued, this one included."""
    cost: float = field(default=0, compare=False)
    """Seconds of processor time that the estimate took."""

    @property
    def error(self) -> float:
        return self.waited - self.shown.p50

    @property
    def covered(self) -> bool:
        """Whether the wait fell into the shown range, which is shown to the whole minute."""
        return self.shown.p10 <= self.waited <= self.shown.p90


class Forecaster:
    """Goes through days one after the other, as a branch does, and learns from each."""

    def __init__(self, scenario: Scenario) -> None:
        self._experience = Experience(branch_plan(scenario).services)
        self._calibration = Calibration()
        self._pending: dict[TicketId, tuple[Estimate, Forecast]] = {}
        self._found: list[Forecast] = []
        self._plan = DayPlan({})
        self._number = 0

    def day(self, scenario: Scenario, number: int) -> tuple[BranchDay, list[Forecast]]:
        """Live through one day; tickets of which nothing could be foretold are left out."""
        self._found = []
        self._number = number
        self._pending.clear()
        day = BranchDay(scenario, number, self._see)
        self._plan = day.intended
        day.run()
        self._experience.night()
        self._calibration.night()
        return day, self._found

    def _see(self, branch: Branch, event: Event, now: datetime) -> None:
        self._experience.learn(event)
        match event:
            case TicketIssued(ticket=ticket):
                self._foretell(branch, ticket, now)
            case TicketCalled(ticket=ticket):
                self._compare(ticket, now)
            case _:
                pass

    def _foretell(self, branch: Branch, ticket: Ticket, now: datetime) -> None:
        began = time.process_time()
        here = scene(branch, self._plan, self._experience.odds(), now.timestamp())
        waits = RollOut(here, f"{branch.day}/{branch.sequence}").waits(ticket.id)
        foretold = estimate(waits[ticket.id])
        if foretold is not None:
            shown = self._calibration.corrected(foretold)
            cost = time.process_time() - began
            simple = naive(branch, ticket, now)
            told = Forecast(self._number, shown, simple, inf, len(here.waiting), cost)
            self._pending[ticket.id] = foretold, told

    def _compare(self, ticket: Ticket, now: datetime) -> None:
        if ticket.id in self._pending:
            foretold, told = self._pending.pop(ticket.id)
            waited = (now - ticket.issued_at).total_seconds() / 60
            self._calibration.waited(foretold, waited)
            self._found.append(replace(told, waited=waited))


def naive(branch: Branch, ticket: Ticket, now: datetime) -> float:
    """What peers show: queue length × mean ÷ counters."""
    ahead = branch.people_ahead(ticket, now) or 0
    mean = branch.plan.services[ticket.service].mean_minutes
    return ahead * mean / max(sum(_open_for(branch, ticket)), 1)


def _open_for(branch: Branch, ticket: Ticket) -> Iterator[bool]:
    for counter, plan in branch.plan.counters.items():
        at_work = branch.counter(counter).state in (CounterState.OPEN, CounterState.SERVING)
        yield at_work and ticket.queue in plan.profile.queues
