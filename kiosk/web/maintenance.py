"""What the administrator's page needs of the running machine: what is built in, how it is, and trials."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.device import DeviceCondition, DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding
from kiosk.flow.faulthistory import PastFault


@dataclass(frozen=True, slots=True)
class Fitting:
    """A device as it is built in, or a part of the machine that is looked after like one."""

    device: DeviceId
    kind: DeviceKind
    what: str = ""
    """Driver and port as the settings name them; empty for a part of the machine."""
    can_be_tried: bool = False


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is known of a device right now."""

    condition: DeviceCondition | None
    """What it told last; None: nothing yet."""
    slips_left: int | None = None
    """For about how many slips there is paper; None while nobody knows."""
    asked: int = 0
    """Questions since the start over a bus, and how many of them had an answer."""
    answered: int = 0


class MaintenancePort(Protocol):
    """The running machine as an administrator sees it."""

    @property
    def fittings(self) -> Sequence[Fitting]:
        """Everything that is looked after, what is made of metal first."""
        ...

    def vitals(self, device: DeviceId) -> Vitals:
        """How a device is."""
        ...

    def faults(self, device: DeviceId) -> Sequence[PastFault]:
        """What it had lately, the latest first."""
        ...

    def trial(self, device: DeviceId, language: str) -> AsyncGenerator[str | Finding, None]:
        """Have a device do what it is there for, by the driver that runs.

        What is to be done and to be seen, a sentence each, and at last what was found. Whoever
        closes it ends the trial. Raises LogUnavailable.
        """
        ...

    async def examine(self, language: str) -> list[Finding]:
        """What ``kiosk doctor`` finds, in that language; nothing is opened. Raises LogUnavailable."""
        ...
