"""Estimates: the hall is rolled out beside the controller, and everybody reads what came out.

Nothing here is on the way of issuing or calling: a slip takes what the latest roll-out says to who
comes next.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.domain.branch import Branch, BranchPlan
from kiosk.domain.calibration import Calibration
from kiosk.domain.counter import CounterState
from kiosk.domain.events import DayOpened, Fact, TicketCalled, TicketIssued
from kiosk.domain.experience import Experience
from kiosk.domain.ids import TicketId
from kiosk.domain.prospects import Prospects, Standing, printed_minutes
from kiosk.domain.queue import VIP
from kiosk.domain.ticket import Ticket
from kiosk.domain.waiting import NO_PLAN, DayPlan, Estimate, scene
from kiosk.flow.estimator import Estimator
from kiosk.ports import Clock, EventLog, KioskError
from kiosk.shapes import instant

Json = dict[str, Any]

AT_MOST_EVERY = 1.0
"""Seconds between two roll-outs, however much happens."""
REST = 20
"""How many times as long as a roll-out took nothing is rolled out: a flood of tickets costs 5 %."""
AT_LEAST_EVERY = 15.0
"""Seconds, for the passing of time, while anybody waits or is served."""
HISTORY = 60_000
"""Facts before today's start that are learnt from: a month of a usual branch."""
PAGE = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is foretold to one person. No estimate: the ticket won't be called today."""

    estimate: Estimate | None
    as_of: datetime

    def json(self) -> Json:
        """As a ticket's ``estimated_wait``: whole minutes."""
        if self.estimate is None:
            return {"today": False, "as_of": instant(self.as_of)}
        found = self.estimate
        levels = {"p10": found.p10, "p50": found.p50, "p70": found.p70, "p90": found.p90}
        whole: Json = {name: round(minutes) for name, minutes in levels.items()}
        return whole | {"as_of": instant(self.as_of)}


class EstimateBook:
    """The latest outlooks, for tickets, queues, slips and screens to read."""

    def __init__(self) -> None:
        self._tickets: dict[TicketId, Outlook] = {}
        self._newcomers: dict[Standing, Outlook] = {}

    def ticket(self, ticket: TicketId) -> Outlook | None:
        """Of a ticket that waits; None when nothing is known."""
        return self._tickets.get(ticket)

    def newcomer(self, standing: Standing) -> Outlook | None:
        """Of whoever takes a number now; None when nothing is known."""
        return self._newcomers.get(standing)

    def foretold(self, ticket: TicketId) -> Json | None:
        """A waiting ticket's ``estimated_wait``; None when nothing is known."""
        outlook = self.ticket(ticket)
        return outlook.json() if outlook else None

    def printed_minutes(self, ticket: TicketId) -> int | None:
        """What a slip says of the wait; None when nothing is known or it won't be today."""
        outlook = self.ticket(ticket)
        return printed_minutes(outlook.estimate) if outlook and outlook.estimate else None

    def issued(self, ticket: Ticket) -> None:
        """A ticket begins with what was foretold to a newcomer."""
        outlook = self.newcomer((ticket.queue, ticket.service, ticket.priority_class))
        if outlook is not None:
            self._tickets[ticket.id] = outlook

    def write(self, tickets: dict[TicketId, Outlook], newcomers: dict[Standing, Outlook]) -> None:
        """Replace all of it."""
        self._tickets, self._newcomers = tickets, newcomers


class Estimates:
    """Keeps the book. :meth:`take` listens to the desk, :meth:`run` is the task.

    ``intended`` tells what the branch plans for its day.
    """

    def __init__(
        self,
        plan: BranchPlan,
        hall: Callable[[], Awaitable[Branch]],
        log: EventLog,
        clock: Clock,
        intended: Callable[[], DayPlan] = lambda: NO_PLAN,
    ) -> None:
        self.book = EstimateBook()
        self._hall = hall
        self._log = log
        self._clock = clock
        self._intended = intended
        self._standings = tuple(_standings(plan))
        self._experience = Experience(plan.services)
        self._calibration = Calibration()
        self._raw: dict[Standing, Estimate] = {}
        self._foretold: dict[TicketId, Estimate] = {}
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._history = log.last_sequence()
        self._remembered = max(self._history - HISTORY, 0)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the book was written; it neither blocks nor raises."""
        self._listeners.append(listener)

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            self._learn(fact)
            match fact.event:
                case TicketIssued(ticket=ticket):
                    self._issued(ticket)
                case TicketCalled(ticket=ticket):
                    self._called(ticket)
                case _:
                    pass
        self._changed.set()

    async def run(self) -> None:
        """Roll out after each change and as time passes, until cancelled.

        Raises EstimatorLost when its process dies; begun again it has another one.
        """
        self._changed.set()
        remembering = asyncio.create_task(self._remember(), name="what estimates remember")
        try:
            async with Estimator() as estimator:
                while True:
                    await self._change()
                    began = time.monotonic()
                    await self._roll_out(estimator)
                    took = time.monotonic() - began
                    await asyncio.sleep(max(AT_MOST_EVERY, REST * took))
        finally:
            remembering.cancel()
            await asyncio.wait([remembering])

    async def _change(self) -> None:
        """Wait until there is something to foretell anew."""
        while True:
            try:
                await asyncio.wait_for(self._changed.wait(), AT_LEAST_EVERY)
            except TimeoutError:
                if not _busy(await self._hall()):
                    continue
            self._changed.clear()
            return

    async def _roll_out(self, estimator: Estimator) -> None:
        branch = await self._hall()
        now = self._clock.now()
        odds = self._experience.odds()
        here = scene(branch, self._intended(), odds, now.timestamp())
        seed = f"{branch.day}/{branch.sequence}"
        self._write(await estimator.ask(here, self._standings, seed), now)

    def _write(self, found: Prospects, now: datetime) -> None:
        self._raw = {who: one for who, one in found.newcomers.items() if one is not None}
        self.book.write(
            {ticket: self._outlook(one, now) for ticket, one in found.tickets.items()},
            {standing: self._outlook(one, now) for standing, one in found.newcomers.items()},
        )
        for listener in self._listeners:
            listener()

    def _outlook(self, raw: Estimate | None, now: datetime) -> Outlook:
        return Outlook(self._calibration.corrected(raw) if raw else None, now)

    def _issued(self, ticket: Ticket) -> None:
        self.book.issued(ticket)
        raw = self._raw.get((ticket.queue, ticket.service, ticket.priority_class))
        if raw is not None:
            self._foretold[ticket.id] = raw

    def _called(self, ticket: Ticket) -> None:
        foretold = self._foretold.pop(ticket.id, None)
        if foretold is not None and ticket.called_at is not None:
            waited = (ticket.called_at - ticket.issued_at).total_seconds() / 60
            self._calibration.waited(foretold, waited)

    def _learn(self, fact: Fact) -> None:
        self._experience.learn(fact.event)
        if isinstance(fact.event, DayOpened):
            self._experience.night()
            self._calibration.night()
            self._foretold.clear()

    async def _remember(self) -> None:
        """Learn from the log what the branch has learnt before, without haste."""
        while self._remembered < self._history:
            try:
                page = await asyncio.to_thread(self._log.read, self._remembered, PAGE)
            except KioskError as error:
                logger.warning("estimates begin without what was learnt before: %s", error)
                return
            for fact in page:
                if fact.sequence <= self._history:
                    self._learn(fact)
            self._remembered = page[-1].sequence if page else self._history
            self._changed.set()
            await asyncio.sleep(0.05)


def _standings(plan: BranchPlan) -> Iterator[Standing]:
    for service in plan.services.values():
        for of in plan.classes:
            queue = service.vip_queue if of == VIP and service.vip_queue else service.queue
            yield queue, service.id, of


def _busy(branch: Branch) -> bool:
    """Whether anybody waits or is served: only then does the passing of time change anything."""
    waiting = any(branch.lines.count(queue) for queue in branch.plan.queues)
    return waiting or any(
        counter.state is CounterState.SERVING for counter in branch.counters.values()
    )
