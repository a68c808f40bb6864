"""A branch day in virtual time: people and tellers of a scenario on the real engine.

Commands are decided and their events applied as at the desk; only clock, log and devices are missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from math import inf
from random import Random

from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.commands import (
    CallNext,
    Command,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    Recognition,
    StartServing,
)
from kiosk.domain.counter import CounterPlan, CounterState, WorkProfile
from kiosk.domain.decide import decide
from kiosk.domain.events import SYSTEM, Event, Fact, TicketCalled
from kiosk.domain.ids import (
    BranchId,
    ClassId,
    ClientRef,
    CounterId,
    Language,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.queue import DEFAULT_CLASSES, REGULAR, NumberSeries, PriorityClass, Queue
from kiosk.domain.rules import CallingRules
from kiosk.domain.service import Service
from kiosk.domain.waiting import Booking, DayPlan, Span
from kiosk.sim.people import Person, appointments, people, speeds
from kiosk.sim.scenario import Scenario

OPENING = time(9)
"""When the doors open; the branch stands in UTC."""
FIRST_DAY = date(2026, 1, 5)
ENGLISH = Language("en")

Watch = Callable[[Branch, Event, datetime], None]
"""Sees each event right after it was applied."""


def branch_plan(scenario: Scenario) -> BranchPlan:
    """The branch as its settings would lay it out: one queue for each service."""
    given = [
        PriorityClass(ClassId(one.id), one.target_wait, one.max_wait, one.credit)
        for one in scenario.class_
    ]
    return BranchPlan(
        id=BranchId("simulated"),
        names={ENGLISH: "Simulated"},
        zone=UTC,
        day_starts=time(4),
        languages=(ENGLISH,),
        services={
            ServiceId(one.id): Service(
                ServiceId(one.id), {ENGLISH: one.id}, QueueId(one.id), mean_minutes=one.mean
            )
            for one in scenario.service
        },
        queues={
            QueueId(one.id): Queue(QueueId(one.id), {ENGLISH: one.id}, NumberSeries(one.id))
            for one in scenario.service
        },
        counters={
            CounterId(one.id): CounterPlan(
                CounterId(one.id), {}, WorkProfile(frozenset(map(QueueId, one.services)))
            )
            for one in scenario.counter
        },
        classes={one.id: one for one in (*DEFAULT_CLASSES, *given)},
        # What an absent ticket costs is in the scenario, however often it is called.
        calling=CallingRules(recalls_minimum=0, recall_cooldown=timedelta()),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one person's ticket. Minutes from the opening of the doors."""

    ticket: TicketId
    person: Person
    called: float
    came: bool

    @property
    def waited(self) -> float:
        """From taking the number to the call."""
        return self.called - self.person.comes


class BranchDay:
    """One day of a scenario; ``number`` chooses which. Run it once."""

    def __init__(self, scenario: Scenario, number: int, watch: Watch, seed: str = "") -> None:
        self.plan = branch_plan(scenario)
        self.branch = Branch(self.plan)
        self.day = FIRST_DAY + timedelta(days=number)
        self.opening = datetime.combine(self.day, OPENING, UTC)
        self.seen: list[Seen] = []
        self._scenario = scenario
        self._watch = watch
        random = Random(f"{seed}/{number}")  # noqa: S311 - no cryptography
        self._speeds = speeds(scenario, random)
        self._people = people(scenario, random)
        self._of: dict[TicketId, Person] = {}
        self._moments: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._now = 0.0
        self._idle: list[CounterId] = []

    @property
    def intended(self) -> DayPlan:
        """What the branch knows of its day beforehand."""
        return DayPlan(
            {
                CounterId(one.id): tuple(
                    Span(self._instant(begins), self._instant(ends)) for begins, ends in one.duty
                )
                for one in self._scenario.counter
            },
            tuple(
                Booking(self._instant(one.booked), one.service)
                for one in appointments(self._scenario)
            ),
        )

    def run(self) -> list[Seen]:
        """Open, let everybody in, serve until nobody is left."""
        self._do(OpenDay(self.day))
        for counter in self._scenario.counter:
            for begins, ends in counter.duty:
                self._at(begins, partial(self._arrive_at_work, CounterId(counter.id)))
                self._at(ends, partial(self._leave, CounterId(counter.id)))
        for gap in self._scenario.unannounced:
            self._at(gap.at, partial(self._leave, CounterId(gap.counter)))
            self._at(gap.until, partial(self._arrive_at_work, CounterId(gap.counter)))
        for person in self._people:
            self._at(person.comes, partial(self._take_number, person))
        while self._moments:
            self._now, _, act = heappop(self._moments)
            act()
        return self.seen

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        if moment < inf:
            self._order += 1
            heappush(self._moments, (moment, self._order, act))

    def _instant(self, minutes: float) -> float:
        return self.opening.timestamp() + 60 * minutes

    def _do(self, command: Command) -> list[Event]:
        now = self.opening + timedelta(milliseconds=round(self._now * 60_000))
        events = decide(self.branch, command, now)
        for event in events:
            number = self.branch.sequence + 1
            apply(self.branch, Fact(number, "", now, self.day, event, SYSTEM, number))
            self._watch(self.branch, event, now)
        return events

    def _take_number(self, person: Person) -> None:
        ticket = TicketId(f"{len(self._of)}")
        self._of[ticket] = person
        known = None
        if person.priority_class != REGULAR:
            known = Recognition(ClientRef(ticket), priority_class=person.priority_class)
        self._do(IssueTicket(ticket, VisitId(ticket), person.service, ENGLISH, known))
        for counter in tuple(self._idle):
            if QueueId(person.service) in self.plan.counters[counter].profile.queues:
                self._press_next(counter)
                return

    def _arrive_at_work(self, counter: CounterId) -> None:
        serving = self.branch.counter(counter).state is CounterState.SERVING
        self._do(OpenCounter(counter, StaffRef(counter)))
        if not serving:
            self._press_next(counter)

    def _leave(self, counter: CounterId) -> None:
        if self.branch.counter(counter).state is CounterState.CLOSED:
            return
        self._do(PauseCounter(counter, StaffRef(counter)))
        if counter in self._idle:
            self._idle.remove(counter)

    def _press_next(self, counter: CounterId) -> None:
        if counter in self._idle:
            self._idle.remove(counter)
        events = self._do(CallNext(counter, StaffRef(counter)))
        called = next((one.ticket for one in events if isinstance(one, TicketCalled)), None)
        if called is not None:
            self._call(counter, called.id)
        elif self.branch.counter(counter).state is CounterState.OPEN:
            self._idle.append(counter)

    def _call(self, counter: CounterId, ticket: TicketId) -> None:
        person = self._of[ticket]
        came = self._now - person.comes < person.patience
        self.seen.append(Seen(ticket, person, self._now, came))
        if came:
            arrives = self._now + self._scenario.walk
            self._at(arrives, partial(self._greet, counter))
            done = arrives + person.work * self._speeds[counter]
            self._at(done, partial(self._press_next, counter))
        else:
            self._at(self._now + self._scenario.absence, partial(self._give_up, counter))

    def _greet(self, counter: CounterId) -> None:
        self._do(StartServing(counter, StaffRef(counter)))

    def _give_up(self, counter: CounterId) -> None:
        self._do(MarkNoShow(counter, StaffRef(counter)))
        if self.branch.counter(counter).state is CounterState.OPEN:
            self._press_next(counter)
