"""Putting on record what an auditor asks for and no command in the hall tells."""

import asyncio
import hashlib

from kiosk import __version__
from kiosk.core import Core
from kiosk.domain.auditevents import SettingsChanged
from kiosk.domain.commands import PutOnRecord
from kiosk.flow.desk import Desk
from kiosk.ports import EventLog, LogUnavailable
from kiosk.settings import Settings

AGAIN_AFTER = 5.0
"""Seconds between two attempts while nothing can be written."""


def keep_record(settings: Settings, core: Core) -> None:
    """Put on record what changes outside the hall, until the end."""
    core.tasks.keep("record", Recorder(settings, core.log, core.desk).run)


class Recorder:
    """Writes down by which settings the branch goes, when they are others than before."""

    def __init__(self, settings: Settings, log: EventLog, desk: Desk) -> None:
        self._settings = settings
        self._log = log
        self._desk = desk

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.record_settings()
                await asyncio.Event().wait()
            except LogUnavailable:
                await asyncio.sleep(AGAIN_AFTER)

    async def record_settings(self) -> None:
        """Write down what the branch goes by, unless that is on record. Raises LogUnavailable."""
        present = SettingsChanged(digest_of(self._settings), __version__)
        if await asyncio.to_thread(self._latest) != present:
            await self._desk.submit(PutOnRecord(present))

    def _latest(self) -> object:
        """What is on record of the settings; None when nothing is."""
        latest = self._log.latest_by_family().get("settings")
        return self._log.read(latest - 1, 1)[0].event if latest else None


def digest_of(settings: Settings) -> str:
    """SHA-256 of all settings as JSON, in hexadecimal. There are no secrets in them."""
    return hashlib.sha256(settings.model_dump_json(by_alias=True).encode()).hexdigest()
