"""Learning: from the facts as they come, from what was kept, and from the log after that."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.calibration import Calibration
from kiosk.domain.events import DayOpened, Fact
from kiosk.domain.experience import Experience
from kiosk.ports import EventLog, KioskError, LearntFigures

HISTORY = 60_000
"""Facts before today's start that are learnt from when nothing was kept: a month of a usual branch."""
PAGE = 500
BREATH = 0.05
"""Seconds between two pages: nobody waits for what was long ago."""
KEEP_EVERY = 300.0
"""Seconds between two savings of what was learnt, and at the end of each business day."""

logger = logging.getLogger(__name__)


class Learning:
    """What is expected of people and counters, and how far estimates are off. :meth:`run` is a task."""

    def __init__(self, plan: BranchPlan, log: EventLog, kept: LearntFigures) -> None:
        self.experience = Experience(plan.services)
        self.calibration = Calibration()
        self._log = log
        self._kept = kept
        self._history = log.last_sequence()
        self._read = max(self._history - HISTORY, 0)
        self._latest = self._history
        self._saved = 0
        self._day_over = asyncio.Event()
        self._recalled = False

    def take(self, facts: Sequence[Fact]) -> None:
        """Facts arrive."""
        for fact in facts:
            self._learn(fact)
            self._latest = fact.sequence

    async def run(self, learnt: Callable[[], None]) -> None:
        """Recall, catch up with the log, then keep what is learnt, until cancelled.

        ``learnt`` is told whenever more is known of the past.
        """
        await self._recall()
        learnt()
        while self._read < self._history:
            if not await self._catch_up():
                return
            learnt()
            await asyncio.sleep(BREATH)
        await self._keep()

    async def _recall(self) -> None:
        if self._recalled:
            return
        self._recalled = True
        before = await asyncio.to_thread(self._kept.load)
        if before is None:
            return
        self.experience.recall(before)
        self.calibration.recall(before.misses)
        # A log that was restored from a backup may be shorter than it was.
        self._read = min(before.sequence, self._history)
        self._saved = before.sequence

    async def _catch_up(self) -> bool:
        """Learn from one page of the log; False when it can't be read."""
        try:
            page = await asyncio.to_thread(self._log.read, self._read, PAGE)
        except KioskError as error:
            logger.warning("estimates go on without what was learnt before: %s", error)
            return False
        for fact in page:
            if fact.sequence <= self._history:
                self._learn(fact)
        self._read = page[-1].sequence if page else self._history
        return True

    async def _keep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._day_over.wait(), KEEP_EVERY)
            self._day_over.clear()
            if self._latest == self._saved:
                continue
            learnt = self.experience.learnt(self._latest, self.calibration.misses)
            try:
                await asyncio.to_thread(self._kept.save, learnt)
            except KioskError as error:
                logger.warning("what estimates have learnt could not be kept: %s", error)
            else:
                self._saved = learnt.sequence

    def _learn(self, fact: Fact) -> None:
        self.experience.learn(fact.event)
        if isinstance(fact.event, DayOpened):
            self.experience.night()
            self.calibration.night()
            self._day_over.set()
