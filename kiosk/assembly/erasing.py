"""Clients who are erased: by themselves after some time, and on record in the log in any case."""

import asyncio
import logging
import sqlite3
from contextlib import suppress
from itertools import count
from pathlib import Path

from kiosk.assembly.core import Core
from kiosk.clients.erasure import erase_unseen, told, untold
from kiosk.clients.seen import SeenClients
from kiosk.domain.auditevents import ClientErased
from kiosk.domain.commands import PutOnRecord
from kiosk.domain.events import SYSTEM
from kiosk.flow.desk import Desk
from kiosk.ports import KioskError

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds."""
FORGET_EVERY = 720
"""Looks between two erasures of clients whom nobody asks for: an hour."""


def keep_erasures(seen: SeenClients, days: int, core: Core) -> None:
    """Erase clients whom nobody asked for in ``days``, and put erasures on record, until the end."""
    core.tasks.keep("erasures", Erasures(seen, days, core.desk).run)


class Erasures:
    """Writes down which clients were erased, and erases whom nobody asked for in ``days``; 0: nobody."""

    def __init__(self, seen: SeenClients, days: int, desk: Desk) -> None:
        self._seen = seen
        self._days = days
        self._desk = desk
        self._looked: tuple[int, ...] | None = None
        """How the database was at the last look that went well."""

    async def run(self) -> None:
        """Until cancelled."""
        for look in count():
            try:
                if look % FORGET_EVERY == 0:
                    await self.forget_unseen()
                await self.catch_up()
            except KioskError as error:
                logger.warning("erased clients aren't on record yet: %s", error)
            await asyncio.sleep(LOOK_EVERY)

    async def forget_unseen(self) -> None:
        """Erase whom the settings say. Raises NotErased."""
        if self._days:
            with suppress(sqlite3.Error):  # the next time; who asks the directory tells why
                await asyncio.to_thread(self._seen.note)
            await asyncio.to_thread(erase_unseen, self._seen.database, self._days, SYSTEM)

    async def catch_up(self) -> None:
        """Write down what isn't on record. Raises LogUnavailable or NotErased."""
        present = _state(self._seen.database)
        if present == self._looked:
            return
        for erasure in await asyncio.to_thread(untold, self._seen.database):
            event = ClientErased(
                erasure.number,
                erasure.client,
                erasure.at,
                erasure.cards,
                erasure.phones,
                erasure.documents,
            )
            # The key: once, also when the branch stops before the next line.
            key = f"erased-{erasure.client}-{erasure.at.timestamp()}"
            await self._desk.submit(PutOnRecord(event), erasure.by, key=key)
            await asyncio.to_thread(told, self._seen.database, erasure)
        self._looked = present


def _state(database: Path) -> tuple[int, ...]:
    """Another value after whatever was written into the database."""
    files = (database, database.with_name(f"{database.name}-wal"))
    return tuple(one.stat().st_mtime_ns for one in files if one.exists())
