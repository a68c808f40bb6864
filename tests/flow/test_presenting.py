"""A slip that nobody takes: its customer is reminded, the next one is told, and it is a fact."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipMedia, SlipState
from kiosk.domain.slipevents import SlipLeft, SlipRetracted, SlipTaken
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
    ServiceTouched,
)
from kiosk.flow.presenting import record_media
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import Stand, kiosk_at_work
from tests.flow.work import at_work
from tests.support.branch import CASH, EN, small_plan
from tests.support.eventually import until


class Mouth:
    """A ``SlipPresenter`` whose slips a test moves."""

    def __init__(self) -> None:
        self.moved: asyncio.Queue[tuple[JobId, SlipMedia]] = asyncio.Queue()

    async def media(self) -> AsyncIterator[tuple[JobId, SlipMedia]]:
        while True:
            yield await self.moved.get()


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog()) as stand:
        yield stand


@pytest.fixture
async def mouth(stand: Stand) -> AsyncIterator[Mouth]:
    mouth = Mouth()
    async with at_work(record_media(stand.desk, mouth, retry_after=0.01)):
        yield mouth


async def with_a_slip(stand: Stand) -> JobId:
    """A walk-in's slip is printed; its job."""
    stand.screen.touch(LanguageTouched(EN))
    await stand.screen.now(ChoosingService)
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED)
    return stand.printer.slips[-1].job


async def test_who_still_stands_there_is_reminded(stand: Stand, mouth: Mouth) -> None:
    job = await with_a_slip(stand)
    mouth.moved.put_nowait((job, SlipMedia.LEFT))
    await stand.screen.now(HoldingTicket, lambda stage: stage.slip_left)
    mouth.moved.put_nowait((job, SlipMedia.TAKEN))
    await stand.screen.now(HoldingTicket, lambda stage: not stage.slip_left)
    assert len(stand.happened(SlipLeft)) == len(stand.happened(SlipTaken)) == 1


async def test_the_next_person_is_told_of_it(stand: Stand, mouth: Mouth) -> None:
    job = await with_a_slip(stand)
    stand.screen.touch(CancelTouched())
    await stand.screen.now(Idle)
    mouth.moved.put_nowait((job, SlipMedia.LEFT))
    await stand.screen.now(Idle, lambda stage: stage.notice is Notice.SLIP_WAITING)
    mouth.moved.put_nowait((job, SlipMedia.RETRACTED))
    await stand.screen.now(Idle, lambda stage: stage.notice is None)
    assert len(stand.happened(SlipRetracted)) == 1


async def test_what_nobody_knows_any_more_is_passed_over(stand: Stand, mouth: Mouth) -> None:
    mouth.moved.put_nowait((JobId("yesterday's"), SlipMedia.LEFT))
    job = await with_a_slip(stand)
    mouth.moved.put_nowait((job, SlipMedia.LEFT))
    await stand.screen.now(HoldingTicket, lambda stage: stage.slip_left)
    assert [event.job.id for event in stand.happened(SlipLeft)] == [job]


async def test_what_cant_be_written_is_written_later(stand: Stand, mouth: Mouth) -> None:
    job = await with_a_slip(stand)
    assert isinstance(stand.log, MemoryLog)
    stand.log.failures = 3
    mouth.moved.put_nowait((job, SlipMedia.LEFT))
    await until(lambda: stand.happened(SlipLeft))
