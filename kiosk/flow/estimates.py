"""Estimates: the hall is rolled out beside the controller, and everybody reads what came out.

Nothing here is on the way of issuing or calling: a slip takes what the latest roll-out says to who
comes next.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.commands import RecordEstimates
from kiosk.domain.counter import CounterState
from kiosk.domain.dayplan import capable, day_plan
from kiosk.domain.estimate import Estimate
from kiosk.domain.events import (
    DayOpened,
    DeviceEvent,
    Event,
    Fact,
    NoticeEvent,
    TicketCalled,
    TicketIssued,
    WaitEstimated,
)
from kiosk.domain.ids import QueueId, TicketId
from kiosk.domain.issuing import queue_of
from kiosk.domain.prospects import Prospects, Standing
from kiosk.domain.slipevents import SlipMediaEvent, SlipOutcomeEvent, SlipPrepared, SlipSent
from kiosk.domain.ticket import Ticket
from kiosk.domain.waiting import Scene, Waiting, scene, uncertain
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook, Outlook
from kiosk.flow.estimator import Estimator
from kiosk.flow.learning import Learning
from kiosk.ports import Clock, LogUnavailable

AT_MOST_EVERY = 1.0
"""Seconds between two roll-outs, however much happens."""
REST = 20
"""How many times as long as a roll-out took of the processor nothing is rolled out: a flood of tickets
costs 5 %."""
AT_LEAST_EVERY = 15.0
"""Seconds, for the passing of time, while anybody waits or is served."""
RECORDED_AT_ONCE = 10
"""Estimates put on record in one step: between two of them others are served."""

logger = logging.getLogger(__name__)


class Estimates:
    """Keeps the book. :meth:`take` listens to the desk, :meth:`run` is the task."""

    def __init__(
        self,
        plan: BranchPlan,
        desk: Desk,
        learning: Learning,
        clock: Clock,
    ) -> None:
        self.book = EstimateBook()
        self._desk = desk
        self._learning = learning
        self._clock = clock
        self._capable = {queue: capable(plan, queue) for queue in plan.queues}
        self._uncertain: set[QueueId] = set()
        self._standings = tuple(dict.fromkeys(_standings(plan)))
        self._raw: dict[Standing, Estimate] = {}
        self._foretold: dict[TicketId, Estimate] = {}
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the book was written; it neither blocks nor raises."""
        self._listeners.append(listener)

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        self._learning.take(facts)
        for fact in facts:
            match fact.event:
                case TicketIssued(ticket=ticket):
                    self._issued(ticket)
                case TicketCalled(ticket=ticket):
                    self._called(ticket)
                case DayOpened():
                    self._foretold.clear()
                    self.book.night()
                case _:
                    pass
        if any(_tells(fact.event) for fact in facts):
            self._changed.set()

    async def run(self) -> None:
        """Roll out after each change and as time passes, until cancelled.

        Raises EstimatorLost when its process dies; begun again it has another one.
        """
        self._changed.set()
        learning = asyncio.create_task(self._learning.run(self._changed.set), name="learning")
        try:
            async with Estimator() as estimator:
                while True:
                    await self._change()
                    waiting = await self._roll_out(estimator)
                    await self._record(waiting)
                    await asyncio.sleep(max(AT_MOST_EVERY, REST * estimator.cost))
        finally:
            learning.cancel()
            await asyncio.wait([learning])

    async def _change(self) -> None:
        """Wait until there is something to foretell anew."""
        while True:
            try:
                await asyncio.wait_for(self._changed.wait(), AT_LEAST_EVERY)
            except TimeoutError:
                if not _busy(await self._desk.shown()):
                    continue
            self._changed.clear()
            return

    async def _roll_out(self, estimator: Estimator) -> Sequence[Waiting]:
        """Who waited when it began."""
        branch = await self._desk.shown()
        now = self._clock.now().replace(microsecond=0)
        odds = self._learning.experience.odds()
        plan = day_plan(branch.plan, now)
        here = scene(branch, plan, odds, now.timestamp())
        self._uncertain = {
            queue
            for queue, counters in self._capable.items()
            if uncertain(branch, plan, counters, now.timestamp())
        }
        seed = f"{branch.day}/{branch.sequence}"
        self.book.begin()
        self._write(here, await estimator.ask(here, self._standings, seed), now)
        return here.waiting

    def _write(self, here: Scene, found: Prospects, now: datetime) -> None:
        self._raw = {who: one for who, one in found.newcomers.items() if one is not None}
        self.book.write(
            {
                one.ticket: self._outlook(found.tickets[one.ticket], now)
                for one in here.waiting
                if self._sure(one.queue, found.tickets[one.ticket])
            },
            {
                standing: self._outlook(one, now)
                for standing, one in found.newcomers.items()
                if self._sure(standing[0], one)
            },
        )
        for listener in self._listeners:
            listener()

    def _sure(self, queue: QueueId, found: Estimate | None) -> bool:
        """False: it is not today as far as counters have come, and nobody knows who will."""
        return found is not None or queue not in self._uncertain

    def _outlook(self, raw: Estimate | None, now: datetime) -> Outlook:
        return Outlook(self._learning.calibration.corrected(raw).whole if raw else None, now)

    async def _record(self, waiting: Sequence[Waiting]) -> None:
        """Put on record what tickets were foretold first; what can't be written is tried again."""
        branch = await self._desk.shown()
        news = [one for one in waiting if one.ticket not in branch.estimated]
        waits = self.book.unrecorded(news)
        for first in range(0, len(waits), RECORDED_AT_ONCE):
            some = tuple(waits[first : first + RECORDED_AT_ONCE])
            try:
                await self._desk.submit(RecordEstimates(some))
            except LogUnavailable:  # the desk has told so
                return
            self.book.recorded(some)

    def _issued(self, ticket: Ticket) -> None:
        self.book.issued(ticket)
        raw = self._raw.get((ticket.queue, ticket.priority_class))
        if raw is not None:
            self._foretold[ticket.id] = raw

    def _called(self, ticket: Ticket) -> None:
        self.book.called(ticket.id)
        foretold = self._foretold.pop(ticket.id, None)
        if foretold is not None and ticket.called_at is not None:
            waited = (ticket.called_at - ticket.issued_at).total_seconds() / 60
            self._learning.calibration.waited(foretold, waited)


def _tells(event: Event) -> bool:
    """Whether waits may be different after it."""
    return not isinstance(event, _UNTOLD)


_UNTOLD = (
    WaitEstimated
    | SlipPrepared
    | SlipSent
    | SlipOutcomeEvent
    | SlipMediaEvent
    | NoticeEvent
    | DeviceEvent
)


def _standings(plan: BranchPlan) -> Iterator[Standing]:
    """Wherever a new number can stand, regular ones first."""
    for of in plan.classes:
        for service in plan.services.values():
            yield queue_of(service, of), of


def _busy(branch: Branch) -> bool:
    """Whether anybody waits or is served: only then does the passing of time change anything."""
    waiting = any(branch.lines.count(queue) for queue in branch.plan.queues)
    return waiting or any(
        counter.state is CounterState.SERVING for counter in branch.counters.values()
    )
