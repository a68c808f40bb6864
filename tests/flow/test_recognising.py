"""Cards at the kiosk: who is recognised, at once or afterwards, and who waits for nobody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.domain.events import (
    SYSTEM,
    DeviceFailed,
    DeviceRecovered,
    TicketIssued,
    TicketRecognised,
)
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
)
from kiosk.flow import recognising
from kiosk.flow.stay import Visit
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import (
    GOLD,
    JANE,
    STRANGER,
    TAKE_CASH,
    Stand,
    kiosk_at_work,
)
from tests.support.branch import CASH, EN, ZH, small_plan
from tests.support.eventually import until

LATE = 0.05


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[Stand]:
    """The directory has 50 ms."""
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), budget=LATE) as stand:
        yield stand


class TestCards:
    async def test_an_unknown_card_goes_on_as_a_walk_in(self, stand: Stand) -> None:
        stand.reader.swipe(STRANGER)
        stage = await stand.screen.now(ChoosingService)
        assert (stage.client, stage.notice) == (None, Notice.NOT_RECOGNISED)
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket)
        (issued,) = stand.happened(TicketIssued)
        assert issued.ticket.client is None

    async def test_swiped_twice_while_it_is_looked_up(self, stand: Stand) -> None:
        stand.directory.answer_after(0.05)
        stand.reader.swipe(JANE)
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService)
        assert stand.screen.kinds() == ["Idle", "Identifying", "ChoosingService"]

    async def test_swiped_again_while_choosing(self, stand: Stand) -> None:
        stand.reader.swipe(JANE)
        before = await stand.screen.now(ChoosingService)
        stand.reader.swipe(JANE)
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket)
        assert stand.screen.kinds().count("Identifying") == 1
        assert before.client

    async def test_in_mid_choice_the_same_visit_goes_on(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(ZH))
        await stand.screen.now(ChoosingService)
        stand.reader.swipe(JANE)
        stage = await stand.screen.now(ChoosingService, lambda stage: stage.client)
        assert stage.language == "zh", "what the person chose goes before what the bank knows"
        assert stand.screen.kinds() == ["Idle", "ChoosingService"]

    async def test_an_unknown_one_in_mid_choice_says_so(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(ZH))
        await stand.screen.now(ChoosingService)
        stand.reader.swipe(STRANGER)
        await stand.screen.now(ChoosingService, lambda stage: stage.notice is Notice.NOT_RECOGNISED)

    async def test_somebody_elses_card_begins_another_visit(self, stand: Stand) -> None:
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService, lambda stage: stage.language == "en")
        stand.reader.swipe(GOLD)
        stage = await stand.screen.now(ChoosingService, lambda stage: stage.priority)
        assert stage.client
        assert stage.client.reference == "c-gold"
        assert stand.screen.kinds().count("Identifying") == 2

    async def test_the_next_person_swipes_while_a_ticket_is_shown(self, stand: Stand) -> None:
        stand.printer.ready.clear()
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService)
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket)
        stand.reader.swipe(GOLD)
        await stand.screen.now(ChoosingService, lambda stage: stage.priority)
        stand.printer.ready.set()
        stand.screen.touch(TAKE_CASH)
        holding = await stand.screen.now(
            HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED
        )
        assert holding.number == "V001"
        assert [slip.number for slip in stand.printer.slips] == ["A001", "V001"]

    async def test_a_card_that_was_not_understood(self, stand: Stand) -> None:
        await stand.screen.now(Idle)
        stand.reader.misread()
        await stand.screen.now(Idle, lambda stage: stage.notice is Notice.SWIPE_AGAIN)
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService, lambda stage: stage.client)
        stand.reader.misread()
        stage = await stand.screen.now(
            ChoosingService, lambda stage: stage.notice is Notice.SWIPE_AGAIN
        )
        assert stage.client
        assert stand.happened(TicketIssued) == []

    async def test_once_too_often_while_a_ticket_is_shown(self, stand: Stand) -> None:
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService)
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket)
        stand.reader.misread()
        stand.screen.touch(CancelTouched())
        assert (await stand.screen.now(Idle)).notice is None


async def found_out_on_a_full_disk(stand: Stand) -> MemoryLog:
    """The directory answers when the number is given and nothing more can be written."""
    assert isinstance(stand.log, MemoryLog)
    stand.directory.go_away()
    visit = stand.visits.begin()
    late: list[Visit] = []
    assert not await stand.visits.identify(visit, GOLD, late=late.append)
    await stand.until_happened(DeviceFailed)
    await stand.visits.take_ticket(visit, CASH, SYSTEM)
    stand.log.failures = 1_000_000
    stand.directory.come_back()
    await until(lambda: late and stand.desk.outage)
    return stand.log


class TestADirectoryThatIsSlow:
    async def test_the_ticket_is_recognised_afterwards(self, hurried: Stand) -> None:
        hurried.directory.answer_after(1)
        hurried.reader.swipe(GOLD)
        stage = await hurried.screen.now(ChoosingService)
        assert (stage.client, stage.notice) == (None, Notice.NOT_RECOGNISED)
        hurried.screen.touch(TAKE_CASH)
        holding = await hurried.screen.now(HoldingTicket)
        assert holding.number == "A001"
        await hurried.until_happened(TicketRecognised)
        (known,) = hurried.happened(TicketRecognised)
        assert (known.ticket.number, known.ticket.queue) == ("A001", "A")
        assert (known.ticket.client, known.ticket.priority_class) == ("c-gold", "vip")
        assert (await hurried.screen.now(HoldingTicket)).number == "A001"

    async def test_who_still_chooses_is_greeted_then(self, hurried: Stand) -> None:
        hurried.directory.go_away()
        hurried.reader.swipe(GOLD)
        await hurried.screen.now(ChoosingService, lambda stage: stage.client is None)
        hurried.directory.come_back()
        stage = await hurried.screen.now(ChoosingService, lambda stage: stage.client)
        assert (stage.priority, stage.notice) == (True, None)
        hurried.screen.touch(TAKE_CASH)
        assert (await hurried.screen.now(HoldingTicket)).number == "V001"
        assert hurried.happened(TicketRecognised) == []

    async def test_an_answer_for_who_has_left_shows_nothing(self, hurried: Stand) -> None:
        hurried.directory.go_away()
        hurried.reader.swipe(GOLD)
        await hurried.screen.now(ChoosingService)
        hurried.screen.touch(CancelTouched())
        await hurried.screen.now(Idle)
        hurried.directory.come_back()
        await hurried.until_happened(DeviceRecovered)
        await hurried.screen.now(Idle)
        assert hurried.screen.kinds() == ["Idle", "Identifying", "ChoosingService", "Idle"]

    async def test_nor_does_it_greet_whoever_stands_there_now(self, hurried: Stand) -> None:
        hurried.directory.go_away()
        hurried.reader.swipe(GOLD)
        await hurried.screen.now(ChoosingService)
        hurried.screen.touch(CancelTouched())
        await hurried.screen.now(Idle)
        hurried.screen.touch(LanguageTouched(EN))
        await hurried.screen.now(ChoosingService)
        hurried.directory.come_back()
        await hurried.until_happened(DeviceRecovered)
        hurried.screen.touch(TAKE_CASH)
        assert (await hurried.screen.now(HoldingTicket)).number == "A001"
        greeted = [getattr(stage, "client", None) for stage in hurried.screen.shown]
        assert set(greeted) == {None}

    async def test_an_answer_while_the_number_is_being_written(self, hurried: Stand) -> None:
        assert isinstance(hurried.log, MemoryLog)
        hurried.directory.go_away()
        visit = hurried.visits.begin()
        late: list[Visit] = []
        assert not await hurried.visits.identify(visit, GOLD, late=late.append)
        await hurried.until_happened(DeviceFailed)
        hurried.log.hold()
        taking = asyncio.create_task(hurried.visits.take_ticket(visit, CASH, SYSTEM))
        await until(hurried.log.begun.is_set)
        hurried.directory.come_back()
        await until(lambda: late)
        hurried.log.gate.set()
        await taking
        await hurried.until_happened(TicketRecognised)
        (known,) = hurried.happened(TicketRecognised)
        assert known.ticket.client == "c-gold"

    async def test_r5_r6_who_is_found_out_while_nothing_can_be_written_is_recognised_afterwards(
        self, hurried: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recognising, "AGAIN_AFTER", 0.01)
        log = await found_out_on_a_full_disk(hurried)
        assert hurried.happened(TicketRecognised) == []
        log.failures = 0
        await hurried.until_happened(TicketRecognised)
        (known,) = hurried.happened(TicketRecognised)
        assert known.ticket.client == "c-gold"

    async def test_what_cannot_be_written_keeps_no_branch_from_ending(
        self, hurried: Stand, caplog: pytest.LogCaptureFixture
    ) -> None:
        await found_out_on_a_full_disk(hurried)
        async with asyncio.timeout(recognising.AGAIN_AFTER / 2):
            await hurried.visits.close()
        assert "could not be recognised afterwards" in caplog.text

    async def test_away_and_back(self, hurried: Stand) -> None:
        hurried.directory.go_away()
        hurried.reader.swipe(GOLD)
        await hurried.screen.now(ChoosingService)
        hurried.screen.touch(TAKE_CASH)
        await hurried.screen.now(HoldingTicket)
        await hurried.until_happened(DeviceFailed)
        hurried.directory.come_back()
        await hurried.until_happened(TicketRecognised)
        await hurried.until_happened(DeviceRecovered)
        (failed,) = hurried.happened(DeviceFailed)
        assert (failed.condition.device, failed.condition.fault) == ("directory", "noAnswer")
        (known,) = hurried.happened(TicketRecognised)
        assert known.ticket.client == "c-gold"
