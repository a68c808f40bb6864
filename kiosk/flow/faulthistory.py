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
    """Follows the log. A fault that turns into another one has ended then."""

    def __init__(self) -> None:
        self._faults: dict[DeviceId, deque[PastFault]] = defaultdict(lambda: deque(maxlen=KEPT))

    def take(self, facts: Iterable[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            match fact.event:
                case DayOpened(faults=faults):
                    for condition in faults:
                        if condition.device not in self._faults:  # it began before our time
                            self._begin(condition, fact.time)
                case DeviceFailed(condition=condition):
                    self._end(condition.device, fact.time)
                    self._begin(condition, fact.time)
                case DeviceRecovered(condition=condition):
                    self._end(condition.device, fact.time)
                case _:
                    pass

    def of(self, device: DeviceId) -> tuple[PastFault, ...]:
        """The latest first."""
        return tuple(reversed(self._faults.get(device, ())))

    def _begin(self, condition: DeviceCondition, when: datetime) -> None:
        if condition.fault is not None:
            self._faults[condition.device].append(
                PastFault(condition.fault, condition.detail, when)
            )

    def _end(self, device: DeviceId, when: datetime) -> None:
        faults = self._faults.get(device)
        if faults and faults[-1].ended is None:
            faults[-1] = replace(faults[-1], ended=when)
