"""Keeping devices running: a session that fails is begun anew, and each fault is told once."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Protocol, assert_never

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError, ReportCondition
from kiosk.tasks import end

Session = Callable[[Callable[[], None]], Coroutine[None, None, None]]
"""Opens a device, initialises it and works with it until it raises ``DeviceError``.

It calls its argument, ``online``, whenever it has found the device well; more often does no harm.
"""

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
HASTES = 6
"""So often within :data:`WITHIN` seconds a plug that was moved ends a wait: in or out."""
WITHIN = 60.0
_LASTING = 10.0

_log = logging.getLogger(__name__)


class Plug(Protocol):
    """Whether a device is plugged in, as far as the machine can see."""

    async def rest(self, seconds: float) -> bool:
        """Wait that long, or until it was plugged in or pulled out; whether it was."""
        ...

    async def pulled(self) -> None:
        """Return when the device that is plugged in now, or will be, is pulled out."""
        ...

    async def is_out(self) -> bool:
        """Whether a device whose line was just lost has been pulled out."""
        ...


class Unseen:
    """The :class:`Plug` of a device that can be pulled out without anybody seeing: on a network."""

    async def rest(self, seconds: float) -> bool:
        """Wait that long."""
        await asyncio.sleep(seconds)
        return False

    async def pulled(self) -> None:
        """Never returns."""
        await asyncio.Event().wait()

    async def is_out(self) -> bool:
        """Nobody knows."""
        return False


async def supervise(
    device: DeviceId,
    kind: DeviceKind,
    session: Session,
    report: ReportCondition,
    *,
    delays: Sequence[float] = DELAYS,
    plug: Plug | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Run ``session`` for ever; between attempts wait ``delays`` seconds, the last one repeatedly.

    A session is cut short when ``plug`` is pulled; when it is put in the next one begins at once,
    three times a minute.

    A fault is reported and logged once when it begins and once when the session says that the
    device is well again, whatever the attempts in between failed with. That it is well is told once
    at the start too: an earlier run may have left a fault behind. An unexpected exception is
    reported as ``Fault.INTERNAL`` and logged with its traceback. Waiting starts over with the
    shortest delay after a session in which the device was well for 10 s, so that one that comes and
    goes doesn't flood the log. A device that is plugged in or pulled out during a fault may have
    another one then, which is told too. Ends only by cancellation.
    """
    outage = _Outage(device, kind, report, monotonic)
    plug = plug or Unseen()
    haste = _Haste(plug, monotonic)
    failures = 0
    while True:
        outage.attempt()
        try:
            await _plugged_in(device, session(outage.online), plug)
        except DeviceError as error:
            outage.failed(error)
        except Exception as error:
            outage.broken(error)
        failures = 0 if outage.was_lasting() else failures
        if await haste.rest(delays[min(failures, len(delays) - 1)]):
            outage.replugged()
            failures = 0
        else:
            failures += 1


class _Haste:
    """A device that was plugged in is begun with at once, but not one with a loose contact."""

    def __init__(self, plug: Plug, monotonic: Callable[[], float]) -> None:
        self._plug = plug
        self._monotonic = monotonic
        self._latest: deque[float] = deque(maxlen=HASTES)

    async def rest(self, seconds: float) -> bool:
        """As the plug's; the whole time when it was moved too often lately."""
        if len(self._latest) == HASTES and self._monotonic() - self._latest[0] < WITHIN:
            await asyncio.sleep(seconds)
            return False
        moved = await self._plug.rest(seconds)
        if moved:
            self._latest.append(self._monotonic())
        return moved


async def _plugged_in(device: DeviceId, work: Coroutine[None, None, None], plug: Plug) -> None:
    """A session as long as its device is plugged in; raises what it ended with, and ends somehow.

    It is a task of its own: what a task group leaves of cancellations ends no supervision, and can't
    keep one from ending.
    """
    working = asyncio.create_task(work, name=f"session of {device}")
    pulled = asyncio.create_task(plug.pulled(), name=f"plug of {device}")
    try:
        await asyncio.wait((working, pulled), return_when=asyncio.FIRST_COMPLETED)
        gone = pulled.done() or (_has_lost_its_line(working) and await plug.is_out())
    finally:
        await end(working, pulled)
    error = _error(working)
    if gone and (error is None or isinstance(error, DeviceError)):
        raise DeviceError(device, Fault.NOT_FOUND, "unplugged")
    raise error or DeviceError(device, Fault.CONNECTION_LOST, "the session ended")


def _has_lost_its_line(session: asyncio.Task[None]) -> bool:
    error = _error(session)
    return isinstance(error, DeviceError) and error.fault is Fault.CONNECTION_LOST


def _error(session: asyncio.Task[None]) -> BaseException | None:
    """What it failed with, if it has ended."""
    return session.exception() if session.done() and not session.cancelled() else None


def status_of(fault: Fault) -> DeviceStatus:
    """What a fault makes of a device, in the words of XFS4IoT."""
    match fault:
        case Fault.NOT_FOUND:
            return DeviceStatus.NO_DEVICE
        case Fault.IN_USE:
            return DeviceStatus.DEVICE_BUSY
        case (
            Fault.PAPER_LOW | Fault.NOT_TAKEN | Fault.CERTIFICATE_ENDS | Fault.CERTIFICATE_ENDS_SOON
        ):
            return DeviceStatus.ONLINE
        case (
            Fault.PAPER_OUT
            | Fault.COVER_OPEN
            | Fault.CLOCK_SET
            | Fault.CERTIFICATE_VOID
            | Fault.CERTIFICATE_UNUSABLE
        ):
            return DeviceStatus.USER_ERROR
        case (
            Fault.PAPER_JAMMED
            | Fault.CUTTER
            | Fault.DISK_FULL
            | Fault.READ_ONLY
            | Fault.DISK_ERROR
            | Fault.DAMAGED
            | Fault.INTERNAL
        ):
            return DeviceStatus.HARDWARE_ERROR
        case (
            Fault.NO_PROGRAM
            | Fault.NO_ANSWER
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
        self._replugged = False
        """It may have another fault than what was told."""
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

    def replugged(self) -> None:
        self._replugged = True

    def failed(self, error: DeviceError) -> None:
        if self._told is None or (self._replugged and self._told is not error.fault):
            _log.warning("%s", error)
            self._tell(error.fault, error.detail)
        self._replugged = False

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
