"""A kiosk with something missing: no paper, no printer, no log, and people are served all the same."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from kiosk.domain.commands import KeepTime
from kiosk.domain.events import TicketIssued
from kiosk.domain.ids import ServiceId
from kiosk.domain.service import Hours
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
    ServiceTouched,
    StayTouched,
)
from kiosk.ports import LogUnavailable, PrintResult
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import GOLD, HASTY, TAKE_CASH, Stand, kiosk_at_work
from tests.support.branch import EN, small_plan


class TestANumberWithoutPaper:
    async def test_it_goes_only_after_a_warning(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
            stand.printer.ready.clear()
            stand.screen.touch(LanguageTouched(EN))
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(HoldingTicket, lambda stage: stage.remaining)
            stand.screen.touch(StayTouched())
            await stand.screen.now(HoldingTicket, lambda stage: stage.remaining is None)
            await stand.screen.now(Idle)


class TestPaper:
    @pytest.mark.parametrize("state", [SlipState.FAILED, SlipState.UNKNOWN])
    async def test_the_number_stays_when_the_slip_does_not_come(
        self, stand: Stand, state: SlipState
    ) -> None:
        stand.printer.result = PrintResult(state)
        stand.screen.touch(LanguageTouched(EN))
        stand.screen.touch(TAKE_CASH)
        holding = await stand.screen.now(HoldingTicket, lambda stage: stage.slip is state)
        assert holding.number == "A001"
        stand.screen.touch(CancelTouched())
        await stand.screen.now(Idle)

    async def test_without_a_printer_the_number_is_on_the_screen(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), paper=False) as stand:
            stand.screen.touch(LanguageTouched(EN))
            stand.screen.touch(TAKE_CASH)
            holding = await stand.screen.now(HoldingTicket)
            assert (holding.number, holding.slip) == ("A001", None)
            assert stand.printer.slips == []


class TestDegraded:
    async def test_before_the_hours(self, tmp_path: Path) -> None:
        plan = small_plan()
        late = (Hours(frozenset(range(7)), time(10), time(17)),)
        services = {name: replace(one, hours=late) for name, one in plan.services.items()}
        plan = replace(plan, services=services)
        async with kiosk_at_work(tmp_path, plan, MemoryLog()) as stand:
            idle = await stand.screen.now(Idle)
            assert (idle.open, idle.opens_at) == (False, time(10))
            stand.screen.touch(LanguageTouched(EN))
            stage = await stand.screen.now(ChoosingService)
            assert {(offer.open, offer.opens_at) for offer in stage.offers} == {(False, time(10))}
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(
                ChoosingService, lambda stage: stage.notice is Notice.SERVICE_CLOSED
            )
            assert stand.happened(TicketIssued) == []

    async def test_when_the_days_tickets_are_given(self, tmp_path: Path) -> None:
        plan = small_plan()
        services = {name: replace(one, cap_per_day=0) for name, one in plan.services.items()}
        async with kiosk_at_work(tmp_path, replace(plan, services=services), MemoryLog()) as stand:
            stand.screen.touch(LanguageTouched(EN))
            await stand.screen.now(ChoosingService)
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(
                ChoosingService, lambda stage: stage.notice is Notice.NO_MORE_TODAY
            )
            assert stand.happened(TicketIssued) == []

    async def test_no_ticket_can_be_written(self, tmp_path: Path) -> None:
        log = MemoryLog()
        async with kiosk_at_work(tmp_path, small_plan(), log) as stand:
            stand.screen.touch(LanguageTouched(EN))
            await stand.screen.now(ChoosingService)
            log.failures = 11
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(Idle, lambda stage: stage.out_of_order)
            stand.reader.swipe(GOLD)
            for _ in range(10):
                with pytest.raises(LogUnavailable):
                    await stand.desk.submit(KeepTime())
            assert stand.screen.kinds()[-2:] == ["Issuing", "Idle"], "the card began no visit"
            await stand.desk.submit(KeepTime())
            await stand.screen.now(Idle, lambda stage: not stage.out_of_order)
            stand.screen.touch(LanguageTouched(EN))
            stand.screen.touch(TAKE_CASH)
            assert (await stand.screen.now(HoldingTicket)).number == "A001"

    async def test_a_service_that_has_gone(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        stand.screen.touch(ServiceTouched(ServiceId("gone")))
        await stand.screen.now(Idle, lambda stage: stage.notice is Notice.OUT_OF_ORDER)
