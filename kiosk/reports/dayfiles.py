"""The files of each business day: dropped into a folder once the day is over, for whoever fetches them.

Also those of days that ended while the machine was off. A folder that takes nothing is told to staff
and tried again; the branch doesn't notice.
"""

import asyncio
import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.report.period import Period
from kiosk.flow.dayturn import DayTurn
from kiosk.ports import LogUnavailable, ReportCondition
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.reports.formats import Format, file_name, written
from kiosk.reports.shapes import ReportShape

REPORTS = DeviceId("reports")
RETRY_AFTER = 60.0
"""Seconds."""


class DayFiles:
    """``turn`` listens to the desk, :meth:`run` is the task.

    ``cursor`` is the file that remembers the latest day dropped. Staff stand in the files by their
    references: nobody had to sign in to read them.
    """

    def __init__(
        self,
        bookkeeper: Bookkeeper,
        *,
        folder: Path,
        formats: Sequence[Format],
        language: str,
        cursor: Path,
        report: ReportCondition,
        retry_after: float = RETRY_AFTER,
    ) -> None:
        self._bookkeeper = bookkeeper
        self._folder = folder
        self._formats = formats
        self._language = language
        self._cursor = cursor
        self._report = report
        self._retry_after = retry_after
        self.turn = DayTurn()
        """Hears of the day's turn from the desk."""

    async def run(self) -> None:
        """Drop what is due, at each day's end and until it is done, until cancelled."""
        while True:
            self.turn.look()
            condition = await self._attempt()
            self._report(condition)
            well = condition.status is DeviceStatus.ONLINE
            with suppress(TimeoutError):
                async with asyncio.timeout(None if well else self._retry_after):
                    await self.turn.wait()

    async def _attempt(self) -> DeviceCondition:
        try:
            for day in await self._due():
                period = Period(day, day)
                await self._bookkeeper.report(period, None, self._language, self._drop, named=False)
        except OSError as error:
            return _failed(fault_of(error), error.strerror or "")
        except LogUnavailable as error:
            return _failed(error.fault, "the log can't be read")
        return DeviceCondition(REPORTS, DeviceKind.REPORTS)

    async def _due(self) -> list[date]:
        """The days that ended since the latest one dropped; of a new folder the last one alone."""
        latest = await asyncio.to_thread(self._latest)
        ended = await self._bookkeeper.ended_after(latest or date.min)
        return ended if latest else ended[-1:]

    def _latest(self) -> date | None:
        """A cursor that can't be understood counts as none."""
        try:
            return date.fromisoformat(self._cursor.read_text().strip())
        except (FileNotFoundError, ValueError):
            return None

    def _drop(self, report: ReportShape) -> None:
        for as_ in self._formats:
            replace_file(
                self._folder / file_name(report, as_), written(report, as_, self._language)
            )
        replace_file(self._cursor, f"{report.last}\n".encode())


def replace_file(path: Path, data: bytes) -> None:
    """All of it or nothing, and on disk on return. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def fault_of(error: OSError) -> Fault:
    """What the system's error says of the folder."""
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return Fault.NOT_FOUND
        case errno.ENOSPC | errno.EDQUOT:
            return Fault.DISK_FULL
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return Fault.READ_ONLY
        case _:
            return Fault.DISK_ERROR


def _failed(fault: Fault, detail: str) -> DeviceCondition:
    status = DeviceStatus.HARDWARE_ERROR
    return DeviceCondition(REPORTS, DeviceKind.REPORTS, status, fault, detail)
