"""Larger text and lower buttons: for one person, from the first touch to the ticket."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.ids import ServiceId
from kiosk.domain.service import Service
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Identifying,
    Idle,
    LanguageTouched,
    LargeTextTouched,
    LowReachTouched,
    MoreTouched,
    Notice,
    ServiceTouched,
)
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import GOLD, HASTY, JANE, Stand, kiosk_at_work
from tests.support.branch import CASH, EN, small_plan
from tests.support.eventually import until

LARGE = Accessibility(large_text=True)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog()) as stand:
        await stand.screen.now(Idle)
        yield stand


async def shown(stand: Stand, accessibility: Accessibility) -> None:
    await until(lambda: stand.screen.accessibility == accessibility)


async def test_each_can_be_had_and_given_back_by_itself(stand: Stand) -> None:
    stand.screen.touch(LargeTextTouched())
    await shown(stand, LARGE)
    stand.screen.touch(LowReachTouched())
    await shown(stand, Accessibility(large_text=True, low_reach=True))
    stand.screen.touch(LargeTextTouched())
    await shown(stand, Accessibility(low_reach=True))
    stand.screen.touch(LowReachTouched())
    await shown(stand, USUAL)


async def test_it_lasts_to_the_ticket_and_ends_with_the_visit(stand: Stand) -> None:
    stand.screen.touch(LargeTextTouched())
    stand.reader.swipe(JANE)
    await stand.screen.now(ChoosingService)
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(HoldingTicket)
    assert stand.screen.accessibility == LARGE
    stand.screen.touch(CancelTouched())
    await stand.screen.now(Idle)
    assert stand.screen.accessibility == USUAL


async def test_a_ticket_may_be_enlarged(stand: Stand) -> None:
    stand.screen.touch(LanguageTouched(EN))
    await stand.screen.now(ChoosingService)
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(HoldingTicket)
    stand.screen.touch(LargeTextTouched())
    await shown(stand, LARGE)


async def test_the_next_person_finds_the_screen_as_usual(stand: Stand) -> None:
    stand.screen.touch(LargeTextTouched())
    stand.reader.swipe(JANE)
    await stand.screen.now(ChoosingService)
    stand.directory.answer_after(0.05)
    stand.reader.swipe(GOLD)
    await stand.screen.now(Identifying)
    assert stand.screen.accessibility == USUAL


async def test_what_went_wrong_is_still_said_in_large_text(stand: Stand) -> None:
    stand.screen.touch(LargeTextTouched())
    await shown(stand, LARGE)
    stand.reader.misread()
    await stand.screen.now(Idle, lambda stage: stage.notice is Notice.SWIPE_AGAIN)
    assert stand.screen.accessibility == LARGE


async def test_who_only_tried_it_leaves_no_trace(tmp_path: Path) -> None:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
        await stand.screen.now(Idle)
        stand.screen.touch(LargeTextTouched())
        await shown(stand, LARGE)
        await shown(stand, USUAL)
        assert stand.screen.kinds() == ["Idle"]


async def test_who_changes_it_has_time_to_read(tmp_path: Path) -> None:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService, lambda stage: stage.remaining)
        stand.screen.touch(LowReachTouched())
        await stand.screen.now(ChoosingService, lambda stage: stage.remaining is None)
        assert stand.screen.accessibility == Accessibility(low_reach=True)


async def test_more_services_begin_the_time_anew_and_another_language_the_list(
    tmp_path: Path,
) -> None:
    plan = small_plan()
    many = {ServiceId(f"s{nth}"): _named(plan.services[CASH], nth) for nth in range(20)}
    async with kiosk_at_work(
        tmp_path, replace(plan, services=many), MemoryLog(), rules=HASTY
    ) as stand:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService, lambda stage: stage.remaining)
        stand.screen.touch(MoreTouched())
        turned = await stand.screen.now(ChoosingService, lambda stage: stage.page == 1)
        assert turned.remaining is None
        stand.feed.publish(())
        await asyncio.sleep(0)
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService, lambda stage: stage.page == 0)


def _named(service: Service, nth: int) -> Service:
    return replace(service, id=ServiceId(f"s{nth}"))


async def test_who_reads_large_text_has_longer_for_the_last_look(tmp_path: Path) -> None:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
        await stand.screen.now(Idle)
        stand.screen.touch(LargeTextTouched())
        stand.screen.touch(LanguageTouched(EN))
        stand.screen.touch(ServiceTouched(CASH))
        await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED)
        printed_at = asyncio.get_running_loop().time()
        await stand.screen.now(Idle)
        assert asyncio.get_running_loop().time() - printed_at > 1.5, "not the usual half second"
