"""Conditions of devices are written down once, whatever the log and the devices do meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import DeviceFailed, DeviceRecovered, Event
from kiosk.domain.ids import DeviceId
from kiosk.flow.conditions import FLAPS, ConditionReports
from kiosk.flow.desk import Desk
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.eventually import until


class TestConditionReports:
    well = DeviceCondition(DeviceId("swipe"), DeviceKind.CARD_READER)
    away = replace(well, status=DeviceStatus.OFFLINE, fault=Fault.CONNECTION_LOST)

    @staticmethod
    def is_latest(event: Event, log: MemoryLog) -> bool:
        return bool(log.facts) and log.facts[-1].event == event

    @pytest.fixture
    async def reports(self, desk: Desk) -> AsyncIterator[ConditionReports]:
        reports = ConditionReports(desk, retry_after=0.01)
        async with at_work(reports.run()):
            yield reports

    async def test_a_fault_begins_and_ends_once(
        self, reports: ConditionReports, log: MemoryLog
    ) -> None:
        told: list[Event] = [
            DeviceFailed(self.away),
            DeviceRecovered(self.well),
            DeviceFailed(self.away),
        ]
        for condition, event in zip([self.away, self.well, self.away], told, strict=True):
            reports.report(condition)
            reports.report(condition)
            await until(partial(self.is_latest, event, log))
            reports.report(condition)
        assert [fact.event for fact in log.facts[1:]] == told

    async def test_what_has_no_driver_is_told_in_the_journal_when_it_begins_and_ends(
        self, reports: ConditionReports, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        well = DeviceCondition(DeviceId("directory"), DeviceKind.DIRECTORY)
        away = replace(well, status=DeviceStatus.OFFLINE, fault=Fault.NO_ANSWER, detail="locked")
        for condition in (well, away, away, well, well, self.away):
            reports.report(condition)
        told = [one.getMessage() for one in caplog.records if one.name == "kiosk.flow.conditions"]
        assert told == ["directory: noAnswer: locked", "directory is well again"]

    async def test_it_is_kept_until_it_can_be_written(
        self, reports: ConditionReports, log: MemoryLog
    ) -> None:
        log.failures = 3
        reports.report(self.away)
        await until(lambda: log.facts)
        assert log.facts[-1].event == DeviceFailed(self.away)

    async def test_what_is_newer_counts(self, reports: ConditionReports, log: MemoryLog) -> None:
        log.failures = 1
        reports.report(self.well)
        reports.report(self.away)
        await until(lambda: log.facts)
        await asyncio.sleep(0.03)
        told = [fact.event for fact in log.facts]
        assert [type(event) for event in told[1:3]] == [DeviceFailed, DeviceRecovered]
        assert told[3:] == [DeviceFailed(self.away)], "after the outage of the log"

    async def test_paper_that_runs_low_is_told_though_the_printer_works(
        self, reports: ConditionReports, log: MemoryLog
    ) -> None:
        well = DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER)
        low = replace(well, fault=Fault.PAPER_LOW, detail="about 60 slips")
        out = replace(low, status=DeviceStatus.USER_ERROR, fault=Fault.PAPER_OUT, detail="")
        told: list[Event] = [DeviceFailed(low), DeviceFailed(out), DeviceRecovered(well)]
        for event in told:
            assert isinstance(event, DeviceFailed | DeviceRecovered)
            reports.report(event.condition)
            await until(partial(self.is_latest, event, log))
        assert [fact.event for fact in log.facts[1:]] == told

    async def test_a_device_that_flaps_has_one_fault_until_it_is_quiet(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        reports = ConditionReports(desk, quiet=0.1)
        async with at_work(reports.run()):
            for _ in range(FLAPS - 1):
                await self.written(DeviceFailed(self.away), reports, log)
                await self.written(DeviceRecovered(self.well), reports, log)
            await self.written(DeviceFailed(self.away), reports, log)
            before = len(log.facts)
            for _ in range(200):
                reports.report(self.away)
                reports.report(self.well)
                await asyncio.sleep(0)
            assert len(log.facts) == before, "its latest fault stands"
            await until(partial(self.is_latest, DeviceRecovered(self.well), log))
        assert len(log.facts) == before + 1

    async def written(
        self, event: DeviceFailed | DeviceRecovered, reports: ConditionReports, log: MemoryLog
    ) -> None:
        reports.report(event.condition)
        await until(partial(self.is_latest, event, log))
