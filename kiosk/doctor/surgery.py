"""What the doctor is told by a running branch, from inside it."""

from dataclasses import asdict
from pathlib import Path

from kiosk.doctor.examination import examine
from kiosk.doctor.hotline import Answers, Hotline, Json
from kiosk.finding import Finding
from kiosk.flow.desk import Desk
from kiosk.settings import Settings


class Surgery:
    """Examines the branch that it runs in. :meth:`run` answers on the hotline."""

    def __init__(self, settings: Settings, var: Path, desk: Desk) -> None:
        self._settings = settings
        self._var = var
        self._desk = desk

    async def run(self) -> None:
        """Answer until cancelled."""
        await Hotline(self._var, self._answer).run()

    async def examine(self, language: str) -> list[Finding]:
        """How everything is, in that language; nothing is opened. Raises LogUnavailable."""
        conditions = (await self._desk.branch()).devices
        return await examine(self._settings, self._var, language, conditions)

    async def _answer(self, request: Json) -> Answers:
        for finding in await self.examine(str(request["language"])):
            yield {"finding": asdict(finding)}
