"""How devices are, written down: each fault when it begins and when it ends."""

import asyncio
import logging
from collections import deque
from collections.abc import Set
from contextlib import suppress

from kiosk.domain.branch import Branch
from kiosk.domain.commands import ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.flow.desk import Desk
from kiosk.ports import LogUnavailable

logger = logging.getLogger(__name__)

NO_DRIVERS = frozenset({DeviceKind.CLOCK, DeviceKind.DIRECTORY, DeviceKind.REPORTS})
"""Of whose faults the journal hears nowhere else."""
FLAPS = 3
"""So many faults of one device within :data:`WITHIN` seconds, and it flaps."""
WITHIN = 60.0
QUIET = 30.0
"""Seconds without a change after which a device that flapped is believed again."""


class ConditionReports:
    """Writes down how devices are. The newest condition of a device is kept until it is written.

    A device that flaps has one fault, the latest that was written, until it has been quiet for a while.
    """

    def __init__(self, desk: Desk, retry_after: float = 5, quiet: float = QUIET) -> None:
        self._desk = desk
        self._retry_after = retry_after
        self._quiet = quiet
        self._newest: dict[DeviceId, DeviceCondition] = {}
        self.told: dict[DeviceId, DeviceCondition] = {}
        """What each device told of itself last, whether it is believed or not."""
        self._unrest: dict[DeviceId, _Unrest] = {}
        self._arrived = asyncio.Event()

    def report(self, condition: DeviceCondition) -> None:
        """A ``ReportCondition``."""
        now = asyncio.get_running_loop().time()
        unrest = self._unrest.setdefault(condition.device, _Unrest(self._quiet))
        unrest.note(condition, now)
        if condition.kind in NO_DRIVERS:
            _write_down(condition, self.told.get(condition.device))
        self._newest[condition.device] = condition
        self.told[condition.device] = condition
        self._arrived.set()

    def forgive_strangers(self, branch: Branch, known: Set[DeviceId]) -> None:
        """A device that has left the settings has no fault any more."""
        for device, condition in branch.devices.items():
            if device not in known:
                self.report(DeviceCondition(device, condition.kind))

    async def run(self) -> None:
        """Write until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            self._arrived.clear()
            for device in list(self._newest):
                if self._unrest[device].believed_at <= clock():
                    await self._write(self._newest.pop(device))
            held = [self._unrest[device].believed_at for device in self._newest]
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(held, default=None)):
                    await self._arrived.wait()

    async def _write(self, condition: DeviceCondition) -> None:
        try:
            await self._desk.submit(ReportDevice(condition))
        except LogUnavailable:
            self._newest.setdefault(condition.device, condition)
            await asyncio.sleep(self._retry_after)
            self._arrived.set()


def _write_down(condition: DeviceCondition, before: DeviceCondition | None) -> None:
    """In the journal, when a fault begins and when it ends."""
    if before and before.fault is condition.fault:
        return
    if condition.fault:
        logger.warning("%s: %s: %s", condition.device, condition.fault, condition.detail)
    elif before:
        logger.info("%s is well again", condition.device)


class _Unrest:
    """When a device's faults began, and from when on its condition is believed."""

    def __init__(self, quiet: float) -> None:
        self.believed_at = 0.0
        self._quiet = quiet
        self._begun: deque[float] = deque(maxlen=FLAPS)
        self._latest: DeviceCondition | None = None

    def note(self, condition: DeviceCondition, now: float) -> None:
        if condition == self._latest:
            return
        flapped = len(self._begun) == FLAPS and now - self._begun[0] <= WITHIN
        if flapped or now < self.believed_at:
            self.believed_at = now + self._quiet
        if not condition.well and (self._latest is None or self._latest.well):
            self._begun.append(now)
        self._latest = condition
