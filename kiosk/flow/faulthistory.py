"""What devices had: the latest faults of each, with their times."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.events import DayOpened, DeviceFailed, DeviceRecovered, DeviceTested, Fact
from kiosk.domain.ids import DeviceId

KEPT = 5
"""Faults of a device that are remembered."""
TOLD_IN = (DayOpened, DeviceFailed, DeviceRecovered, DeviceTested)
"""The events that tell of devices."""


@dataclass(frozen=True, slots=True)
class PastFault:
    """A fault that a device has, or had."""

    fault: Fault
    detail: str
    began: datetime
    ended: datetime | None = None


class FaultHistory:
    """Follows the log. A fault that turns into another one has ended then; one that is told anew, with
    other details, goes on.
    """

    def __init__(self) -> None:
        self._faults: dict[DeviceId, deque[PastFault]] = defaultdict(lambda: deque(maxlen=KEPT))

    def take(self, facts: Iterable[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            match fact.event:
                case DayOpened(faults=faults):
                    for condition in faults:
                        if condition.device not in self._faults:  # it began before our time
                            self.begin(condition, fact.time)
                case DeviceFailed(condition=condition):
                    self.begin(condition, fact.time)
                case DeviceRecovered(condition=condition):
                    self._end(condition.device, fact.time)
                case _:
                    pass

    def of(self, device: DeviceId) -> tuple[PastFault, ...]:
        """The latest first."""
        return tuple(reversed(self._faults.get(device, ())))

    def begin(self, condition: DeviceCondition, when: datetime) -> None:
        """Also of what the log tells only when it is over: that nothing can be written into it."""
        present = self._present(condition.device)
        if present and present.fault is condition.fault:
            self._faults[condition.device][-1] = replace(present, detail=condition.detail)
            return
        self._end(condition.device, when)
        if condition.fault is not None:
            self._faults[condition.device].append(
                PastFault(condition.fault, condition.detail, when)
            )

    def _end(self, device: DeviceId, when: datetime) -> None:
        if present := self._present(device):
            self._faults[device][-1] = replace(present, ended=when)

    def _present(self, device: DeviceId) -> PastFault | None:
        """The fault that it has now."""
        faults = self._faults.get(device)
        return faults[-1] if faults and faults[-1].ended is None else None
