"""Keeping devices running: a session that fails is begun anew, and each fault is told once."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError, ReportCondition

Session = Callable[[Callable[[], None]], Awaitable[None]]
"""Opens a device, initialises it and works with it until it raises ``DeviceError``.

It calls its argument, ``online``, whenever it has found the device well; more often does no harm.
"""

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
_LASTING = 10.0

_log = logging.getLogger(__name__)


async def supervise(
    device: DeviceId,
    kind: DeviceKind,
    session: Session,
    report: ReportCondition,
    *,
    delays: Sequence[float] = DELAYS,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Run ``session`` for ever; between attempts wait ``delays`` seconds, the last one repeatedly.

    A fault is reported and logged once when it begins and once when the session says that the
    device is well again, whatever the attempts in between failed with. That it is well is told once
    at the start too: an earlier run may have left a fault behind. An unexpected exception is
    reported as ``Fault.INTERNAL`` and logged with its traceback. Waiting starts over with the
    shortest delay after a session in which the device was well for 10 s, so that one that comes and
    goes doesn't flood the log. Ends only by cancellation.
    """
    outage = _Outage(device, kind, report, monotonic)
    failures = 0
    while True:
        outage.attempt()
        try:
            await session(outage.online)
            outage.failed(DeviceError(device, Fault.CONNECTION_LOST, "the session ended"))
        except DeviceError as error:
            outage.failed(error)
        except Exception as error:
            outage.broken(error)
        failures = 0 if outage.was_lasting() else failures
        await sleep(delays[min(failures, len(delays) - 1)])
        failures += 1


def status_of(fault: Fault) -> DeviceStatus:
    """What a fault makes of a device, in the words of XFS4IoT."""
    match fault:
        case Fault.NOT_FOUND:
            return DeviceStatus.NO_DEVICE
        case Fault.PAPER_LOW:
            return DeviceStatus.ONLINE
        case Fault.PAPER_OUT | Fault.COVER_OPEN | Fault.CLOCK_SET:
            return DeviceStatus.USER_ERROR
        case (
            Fault.PAPER_JAMMED
            | Fault.CUTTER
            | Fault.DISK_FULL
            | Fault.READ_ONLY
            | Fault.DISK_ERROR
            | Fault.INTERNAL
        ):
            return DeviceStatus.HARDWARE_ERROR
        case (
            Fault.NO_ANSWER
            | Fault.CONNECTION_LOST
            | Fault.OFFLINE
            | Fault.NOT_CONFIRMED
            | Fault.RESTARTED
        ):
            return DeviceStatus.OFFLINE
    assert_never(fault)


class _Outage:
    """What has been told of a device's present fault, if it has one."""

    def __init__(
        self,
        device: DeviceId,
        kind: DeviceKind,
        report: ReportCondition,
        monotonic: Callable[[], float],
    ) -> None:
        self._device = device
        self._kind = kind
        self._report = report
        self._monotonic = monotonic
        self._told: Fault | None = None
        self._unheard_of = True
        """Nothing was told yet: a fault that an earlier run left in the log ends now."""
        self._well_since: float | None = None

    def attempt(self) -> None:
        self._well_since = None

    def online(self) -> None:
        if self._well_since is None:
            self._well_since = self._monotonic()
        if self._told is not None:
            _log.info("%s is well again after %s", self._device, self._told)
        if self._told is not None or self._unheard_of:
            self._told = None
            self._unheard_of = False
            self._report(DeviceCondition(self._device, self._kind))

    def failed(self, error: DeviceError) -> None:
        if self._told is None:
            _log.warning("%s", error)
            self._tell(error.fault, error.detail)

    def broken(self, error: Exception) -> None:
        # A defect is told even when it turns up during another fault: staff can't mend it.
        if self._told is not Fault.INTERNAL:
            _log.error("%s: unexpected error", self._device, exc_info=error)
            self._tell(Fault.INTERNAL, type(error).__name__)

    def was_lasting(self) -> bool:
        return self._well_since is not None and self._monotonic() - self._well_since >= _LASTING

    def _tell(self, fault: Fault, detail: str) -> None:
        self._told = fault
        self._unheard_of = False
        self._report(DeviceCondition(self._device, self._kind, status_of(fault), fault, detail))
