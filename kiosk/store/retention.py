"""Retention: whole days of the log are given up once they are old enough; a seal of them stays."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from kiosk.store.chain import Seal, keep_seal
from kiosk.store.logfile import connect

logger = logging.getLogger(__name__)

PORTION = 1000
"""Facts deleted at once: the branch's own commits wait no longer than for these, some 10 ms."""
REST = 0.05
"""Seconds for the branch between two portions."""
EVERY = 6 * 3600.0
"""Seconds between two looks."""


class LogRetention:
    """Gives up whole business days of a log that are older than ``days``; 0: none, ever.

    ``today`` is the open business day, None before the first; ``published`` the sequence up to which
    everybody who follows has had everything: nothing after it is deleted, however old.
    """

    def __init__(
        self,
        path: Path,
        days: int,
        today: Callable[[], date | None],
        published: Callable[[], int],
    ) -> None:
        self._path = path
        self._days = days
        self._today = today
        self._published = published

    async def run(self) -> None:
        """Look every few hours until cancelled."""
        while self._days:
            today = self._today()
            if today is not None:
                await self.prune(today - timedelta(days=self._days))
            await asyncio.sleep(EVERY)

    async def prune(self, before: date) -> int:
        """Delete the days before this one; returns how many facts. Raises sqlite3.Error."""
        pruned = 0
        while portion := await asyncio.to_thread(self._portion, before, self._published()):
            pruned += portion
            await asyncio.sleep(REST)
        if pruned:
            logger.info("the log begins at %s now: %d older facts were deleted", before, pruned)
        return pruned

    def _portion(self, before: date, published: int) -> int:
        with closing(connect(self._path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            oldest, end = database.execute(_SPAN, (before.isoformat(),)).fetchone()
            if end is None:
                return 0
            end = min(end, oldest + PORTION, published + 1)
            if end <= oldest:
                return 0
            link = database.execute("SELECT link FROM event WHERE sequence = ?", (end - 1,))
            keep_seal(database, Seal(end - 1, link.fetchone()[0]))
            return database.execute("DELETE FROM event WHERE sequence < ?", (end,)).rowcount


_SPAN = (
    "SELECT (SELECT min(sequence) FROM event),"
    " (SELECT min(sequence) FROM event WHERE name = 'day.opened' AND day >= ?)"
)
