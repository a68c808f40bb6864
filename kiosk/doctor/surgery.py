"""What the doctor is told by a running branch, from inside it."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

from kiosk.doctor.atwork import AtWork, Trial
from kiosk.doctor.hotline import Answers, Hotline, Json
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding
from kiosk.flow.desk import Desk


class Surgery:
    """Examines the branch that it runs in. :meth:`run` answers on the hotline.

    What it examines and tries with is loaded when somebody asks: months may pass until then.
    """

    def __init__(self, at: AtWork, var: Path, desk: Desk) -> None:
        self._at = at
        self._var = var
        self._desk = desk

    async def run(self) -> None:
        """Answer until cancelled."""
        await Hotline(self._var, self._answer).run()

    async def examine(self, language: str) -> list[Finding]:
        """How everything is, in that language; nothing is opened."""
        from kiosk.doctor.examination import examine

        return await examine(self._at.settings, self._var, language, await self._conditions())

    async def trial(self, device: DeviceId, language: str) -> Trial:
        """A device is tried by the driver that runs."""
        from kiosk.doctor.trials import tried_at

        trial = tried_at(self._at, self._var, await self._conditions(), device, language)
        async with aclosing(trial) as steps:
            async for step in steps:
                yield step

    async def _conditions(self) -> Mapping[DeviceId, DeviceCondition]:
        branch = await self._desk.shown()
        known = dict(branch.devices)
        return known | {branch.outage.device: branch.outage} if branch.outage else known

    async def _answer(self, request: Json) -> Answers:
        """Every finding; with a device in the request, its trial."""
        language = str(request["language"])
        if "device" not in request:
            for finding in await self.examine(language):
                yield {"finding": asdict(finding)}
            return
        from kiosk.doctor.trials import device_called

        device = device_called(self._at.settings, str(request["device"]))
        async with aclosing(self.trial(device, language)) as steps:
            async for step in steps:
                yield {"finding": asdict(step)} if isinstance(step, Finding) else {"step": step}
