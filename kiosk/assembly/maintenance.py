"""Maintenance of a running branch: everything that is built in, how it is, and trials of it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

from kiosk.assembly.core import Core
from kiosk.certificates.kept import CERTIFICATE
from kiosk.certificates.machine import trusted
from kiosk.doctor.atwork import AtWork
from kiosk.doctor.devices import subject_of
from kiosk.doctor.surgery import Surgery
from kiosk.domain.device import DeviceCondition, DeviceKind
from kiosk.domain.events import DayOpened, DeviceFailed, DeviceRecovered, Fact
from kiosk.domain.ids import DeviceId
from kiosk.flow.announcing import VOICE
from kiosk.flow.faulthistory import TOLD_IN, FaultHistory
from kiosk.flow.hall import LOG
from kiosk.flow.hallclock import CLOCK
from kiosk.flow.identify import DIRECTORY
from kiosk.messaging.telling import BROKER
from kiosk.reports.dayfiles import REPORTS
from kiosk.settings import Settings
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.web.maintenance import Fitting, Vitals

LOOKED_BACK = 2000
"""Facts of devices; a fault that began before them is told as old as the oldest of its own there."""


class Maintenance:
    """A :class:`~kiosk.web.maintenance.MaintenancePort` of the branch that runs here."""

    def __init__(
        self, at: AtWork, var: Path, core: Core, history: FaultHistory, surgery: Surgery
    ) -> None:
        self._settings = at.settings
        self._var = var
        self.faults = history.of
        self.trial = surgery.trial
        self.examine = surgery.examine
        self._hardware = at.hardware
        self._desk = core.desk
        self._told = core.conditions.told
        self._parts = {one.device: one.kind for one in self.fittings if not one.what}

    @property
    def fittings(self) -> Sequence[Fitting]:
        """See :class:`~kiosk.web.maintenance.MaintenancePort`."""
        found = tuple(_fittings(self._settings))
        if not (self._settings.http.by_tls or self._settings.mqtt.serves_pads):
            return found
        what = trusted(self._settings, self._var)  # another authority may have been made
        return (*found, Fitting(CERTIFICATE, DeviceKind.CERTIFICATE, what))

    def vitals(self, device: DeviceId) -> Vitals:
        """See :class:`~kiosk.web.maintenance.MaintenancePort`."""
        told = self._condition(device)
        calling = self._hardware.calling
        if station := calling.leds.get(device) or calling.pads.get(device):
            return Vitals(told, None, *station.health)
        return Vitals(told, self._hardware.slips_left().get(device))

    def _condition(self, device: DeviceId) -> DeviceCondition | None:
        """A part of the machine that has told nothing is well."""
        if device == LOG and (outage := self._desk.outage):
            return outage
        part = self._parts.get(device)
        return self._told.get(device) or (DeviceCondition(device, part) if part else None)


async def maintenance(at: AtWork, var: Path, core: Core) -> Maintenance:
    """Of the branch that runs here: it follows the log and answers the doctor from now on."""
    surgery = Surgery(at, var, core.desk)
    core.tasks.keep("doctor", surgery.run)
    history = FaultHistory()
    day = core.hall.branch.day
    if day is not None:
        with closing(SqliteDayRecords(core.log.path)) as records:
            history.take(await asyncio.to_thread(_told_until_now, records, day))

    def follow(facts: Sequence[Fact]) -> None:
        history.take(facts)
        if not facts and core.desk.outage:
            history.begin(core.desk.outage, core.hall.now())

    core.desk.listen(follow)
    return Maintenance(at, var, core, history, surgery)


def _told_until_now(records: SqliteDayRecords, day: date) -> list[Fact]:
    """What was told of devices on this day, and before it of the faults with which it began."""
    today = list(records.facts(day, TOLD_IN))
    opening = today[0]
    assert isinstance(opening.event, DayOpened)
    before: list[Fact] = []
    wanted = {condition.device: condition.fault for condition in opening.event.faults}
    earlier = records.where("family = 'device'", (), before=opening.sequence, latest_first=True)
    for fact in islice(earlier, LOOKED_BACK) if wanted else ():
        if isinstance(fact.event, DeviceFailed | DeviceRecovered):
            before.append(fact)
            told = fact.event.condition
            if told.device in wanted and wanted[told.device] is not told.fault:
                del wanted[told.device]  # the fault began after this
        if not wanted:
            break
    return before[::-1] + today


def _fittings(settings: Settings) -> Iterator[Fitting]:
    for printer in settings.printer:
        yield Fitting(DeviceId(printer.id), DeviceKind.PRINTER, subject_of(printer).what, True)
    for reader in settings.reader:
        scans = reader.driver.startswith("scanner")
        kind = DeviceKind.SCANNER if scans else DeviceKind.CARD_READER
        yield Fitting(DeviceId(reader.id), kind, subject_of(reader).what, True)
    for led in settings.led:
        yield Fitting(DeviceId(led.id), DeviceKind.LED, subject_of(led).what, True)
    for pad in settings.callpad:
        yield Fitting(DeviceId(pad.id), DeviceKind.CALL_PAD, subject_of(pad).what, True)
    for display in settings.display:
        yield Fitting(DeviceId(display.id), DeviceKind.DISPLAY, display.kind)
    if settings.voice:
        yield Fitting(VOICE, DeviceKind.VOICE, settings.voice.output, True)
    for part, kind in (
        (LOG, DeviceKind.LOG),
        (DIRECTORY, DeviceKind.DIRECTORY),
        (BROKER, DeviceKind.BROKER),
        (CLOCK, DeviceKind.CLOCK),
    ):
        yield Fitting(part, kind)
    if settings.reports.folder:
        yield Fitting(REPORTS, DeviceKind.REPORTS)
