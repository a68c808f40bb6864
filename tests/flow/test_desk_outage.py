"""A log that can't be written or read: the desk refuses, says so, loses nothing and heals."""

import asyncio
from typing import cast

import pytest

from kiosk.domain.commands import CallNext, Command, KeepTime, OpenCounter
from kiosk.domain.device import Fault
from kiosk.domain.events import DayOpened, DeviceFailed, DeviceRecovered, Fact, TicketIssued
from kiosk.flow.desk import Desk
from kiosk.ports import LogUnavailable
from tests.domain.day import LI, ONE, issue
from tests.flow.clock import HandClock
from tests.flow.logchecks import same_as_the_log
from tests.flow.memorylog import MemoryLog


class TestWhenNothingCanBeWritten:
    async def test_all_are_refused_and_the_hall_is_as_the_log_says(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures = 1
        commands: list[Command] = [issue("t2"), OpenCounter(ONE, LI), CallNext(ONE, LI)]
        answers = await asyncio.gather(
            *(desk.submit(command) for command in commands), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [LogUnavailable] * 3
        assert await same_as_the_log(desk, log, clock)

    async def test_the_next_command_works_and_the_outage_is_told_once(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures = 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        receipt = await desk.submit(issue("t1"))
        assert receipt.ticket
        assert receipt.ticket.number == "A001"
        opened, failed, recovered, issued = log.facts
        assert isinstance(opened.event, DayOpened)
        assert isinstance(failed.event, DeviceFailed)
        assert failed.event.condition.fault is Fault.DISK_FULL
        assert "since 2026-03-02T" in failed.event.condition.detail
        assert isinstance(recovered.event, DeviceRecovered)
        assert issued.event == TicketIssued(receipt.ticket)
        chain = [(fact.sequence, fact.prev) for fact in log.facts]
        assert chain == [(1, None), (2, None), (3, 2), (4, None)]

    async def test_a_log_that_cannot_be_read_either_is_read_when_it_can(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures, log.unreadable = 1, 2
        for name in ("t2", "t3"):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue(name))
        receipt = await desk.submit(issue("t4"))
        assert receipt.ticket
        assert receipt.ticket.number == "A002"
        assert await same_as_the_log(desk, log, clock)

    async def test_the_hall_is_not_shown_until_it_is_what_the_log_says(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures, log.unreadable = 1, 1
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t1"))
        with pytest.raises(LogUnavailable):
            await desk.branch()
        assert desk.outage
        await desk.submit(issue("t2"))
        assert list((await desk.branch()).tickets) == ["t2"]
        assert desk.outage is None

    async def test_what_is_shown_meanwhile_is_an_empty_hall_that_says_why(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        assert await desk.shown() is await desk.branch()
        log.failures, log.unreadable = 1, 1
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t2"))
        shown = await desk.shown()
        assert shown.outage is desk.outage is not None
        assert not shown.tickets
        await desk.submit(issue("t3"))
        assert list((await desk.shown()).tickets) == ["t1", "t3"]

    async def test_r6_nothing_is_tried_on_a_log_that_cannot_be_read(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures, log.unreadable = 3, 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        assert (log.unreadable, log.failures) == (0, 2), "the commit alone was tried"

    async def test_the_hall_says_so_from_the_first_refusal_to_the_first_commit(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        for fault in (Fault.READ_ONLY, Fault.DISK_ERROR):
            log.failures, log.fault = 2, fault
            for _ in range(2):
                with pytest.raises(LogUnavailable) as refused:
                    await desk.submit(issue("t2"))
                assert refused.value.fault is fault
                outage = (await desk.branch()).outage
                assert outage
                assert outage.fault is fault
            await desk.submit(KeepTime())
            assert (await desk.branch()).outage is None
        told = [type(fact.event) for fact in log.facts[2:]]
        assert told == [DeviceFailed, DeviceRecovered] * 2

    async def test_while_it_lasts_the_hall_is_not_read_anew_for_every_refusal(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures = 5
        for _ in range(5):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t2"))
        assert log.readings == 2, "at the start and after the commit that failed"

    async def test_a_defect_of_one_command_is_no_outage(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        with pytest.raises(LogUnavailable):
            await desk.submit(cast(Command, object()))
        assert desk.outage is None
        assert await same_as_the_log(desk, log, clock)

    async def test_listeners_are_woken_and_hear_nothing_of_it(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        heard: list[Fact] = []
        desk.listen(heard.extend)
        woken: list[int] = []
        desk.listen(lambda facts: woken.append(len(facts)))
        log.failures = 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        assert (heard, woken) == ([], [0])
