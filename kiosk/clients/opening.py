"""Opening the machine's own client directory, at the start or as soon as it is well."""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.devices.supervision import supervise
from kiosk.domain.device import DeviceCondition, DeviceKind, Fault
from kiosk.flow.identify import DIRECTORY
from kiosk.ports import DeviceError, DirectoryUnavailable, ReportCondition


async def keep_opening(
    directory: EmbeddedDirectory,
    enrol: Callable[[], Awaitable[None]],
    report: ReportCondition,
    tried: asyncio.Event,
) -> None:
    """Open the directory and ``enrol`` into it; while that fails, again and again, until cancelled.

    ``tried`` is set when it is known whether the first attempt went well. What goes wrong later is
    noticed, reported and healed by whoever asks the directory.
    """

    async def session(online: Callable[[], None]) -> None:
        try:
            await directory.open()
            await enrol()
        except DirectoryUnavailable as away:
            raise DeviceError(DIRECTORY, Fault.NO_ANSWER, str(away)) from away
        online()
        await asyncio.Event().wait()

    def told(condition: DeviceCondition) -> None:
        report(condition)
        tried.set()

    await supervise(DIRECTORY, DeviceKind.DIRECTORY, session, told)
