"""One person at the kiosk, from the card to the slip and through whatever comes between."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.estimate import Estimate
from kiosk.domain.events import SYSTEM, Fact, TicketIssued
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.queue import REGULAR, VIP
from kiosk.domain.slip import SlipState
from kiosk.domain.slipevents import TicketPrinted
from kiosk.domain.ticketevents import TicketRerouted
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Identifying,
    Idle,
    LanguageTouched,
    Notice,
    ServiceTouched,
    StayTouched,
    WrongServiceTouched,
)
from kiosk.flow.estimatebook import EstimateBook, Outlook
from kiosk.identities import DocumentToken
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import GOLD, GOLD_DOCUMENT, HASTY, JANE, TAKE_CASH, Stand, kiosk_at_work
from tests.support.branch import ACCOUNT, CASH, EN, ZH, A, B, V, small_plan


class TestTheWay:
    async def test_idle(self, stand: Stand) -> None:
        idle = await stand.screen.now(Idle)
        assert idle == Idle((ZH, EN))

    async def test_a_client_is_greeted_in_their_language(self, stand: Stand) -> None:
        stand.reader.swipe(JANE)
        stage = await stand.screen.now(ChoosingService)
        assert stage.client
        assert (stage.client.surname, stage.language, stage.priority) == ("Sample", "en", False)
        assert stage.notice is None
        assert [offer.service for offer in stage.offers] == ["cash", "account"]
        assert stand.screen.kinds() == ["Idle", "Identifying", "ChoosingService"]

    async def test_a_preferred_client_goes_to_the_priority_line(self, stand: Stand) -> None:
        stand.reader.swipe(GOLD)
        stage = await stand.screen.now(ChoosingService)
        assert stage.priority
        stand.screen.touch(TAKE_CASH)
        holding = await stand.screen.now(HoldingTicket)
        assert (holding.number, holding.people_ahead, holding.language) == ("V001", 0, "zh")

    async def test_the_hall_learns_the_reference_and_the_complaint_only(self, stand: Stand) -> None:
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService)
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED)
        (issued,) = stand.happened(TicketIssued)
        assert (issued.ticket.client, issued.ticket.flags) == ("c-jane", ("complaint",))
        (slip,) = stand.printer.slips
        for shown in (repr(issued), repr(slip)):
            assert "Sample" not in shown

    async def test_a_client_is_greeted_by_identity_card(self, stand: Stand) -> None:
        stand.reader.lay(GOLD_DOCUMENT)
        stage = await stand.screen.now(ChoosingService)
        assert stage.client
        assert (stage.client.reference, stage.priority) == ("c-gold", True)
        assert stand.screen.kinds() == ["Idle", "Identifying", "ChoosingService"]

    async def test_who_is_not_known_by_an_identity_card_sees_whose_was_read(
        self, stand: Stand
    ) -> None:
        stand.reader.lay(DocumentToken("0bad" * 16))
        stage = await stand.screen.now(ChoosingService)
        assert (stage.client, stage.notice) == (None, Notice.NOT_RECOGNISED)
        assert stage.document == "张** 0****************8"
        assert "张" not in repr(stage)

    async def test_a_walk_in_chooses_a_language_first(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(EN))
        stage = await stand.screen.now(ChoosingService)
        assert (stage.client, stage.language) == (None, "en")
        stand.screen.touch(LanguageTouched(ZH))
        await stand.screen.now(ChoosingService, lambda stage: stage.language == "zh")
        stand.screen.touch(TAKE_CASH)
        holding = await stand.screen.now(HoldingTicket)
        assert (holding.number, holding.language) == ("A001", "zh")

    async def test_the_number_is_shown_until_the_slip_is_printed(self, stand: Stand) -> None:
        stand.printer.ready.clear()
        stand.screen.touch(LanguageTouched(EN))
        stand.screen.touch(TAKE_CASH)
        await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PREPARED)
        stand.printer.ready.set()
        await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED)
        (printed,) = stand.happened(TicketPrinted)
        assert printed.ticket.number == stand.printer.slips[0].number == "A001"
        assert stand.screen.kinds() == ["Idle", "ChoosingService", "Issuing", "HoldingTicket"]

    async def test_offers_follow_the_hall(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        other = stand.visits.begin()
        await stand.visits.take_ticket(other, CASH, SYSTEM)
        await stand.screen.now(ChoosingService, lambda stage: stage.offers[0].waiting == 1)

    async def test_cancel(self, stand: Stand) -> None:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        stand.screen.touch(CancelTouched())
        await stand.screen.now(Idle)
        assert stand.happened(TicketIssued) == []

    @pytest.mark.parametrize("touch", [TAKE_CASH, StayTouched(), CancelTouched()])
    async def test_a_touch_of_a_screen_that_is_gone_does_nothing(
        self, stand: Stand, touch: ServiceTouched | StayTouched | CancelTouched
    ) -> None:
        await stand.screen.now(Idle)
        stand.screen.touch(touch)
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        assert stand.screen.kinds() == ["Idle", "ChoosingService"]
        assert stand.happened(TicketIssued) == []


class TestTime:
    async def test_a_warning_before_it_goes_back(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
            stand.screen.touch(LanguageTouched(EN))
            stage = await stand.screen.now(ChoosingService, lambda stage: stage.remaining)
            assert stage.remaining == 1
            await stand.screen.now(Idle)

    async def test_who_needs_more_time_gets_it(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
            stand.screen.touch(LanguageTouched(EN))
            for _ in range(2):
                await stand.screen.now(ChoosingService, lambda stage: stage.remaining)
                stand.screen.touch(StayTouched())
                await stand.screen.now(ChoosingService, lambda stage: stage.remaining is None)
            assert stand.screen.kinds() == ["Idle", "ChoosingService"]

    async def test_a_directory_that_breaks_its_promise_holds_nobody(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
            stand.directory.answer_after(-1j)  # type: ignore[arg-type]  # it fails unforeseen
            stand.reader.swipe(GOLD)
            await stand.screen.now(Identifying)
            await stand.screen.now(Idle, lambda stage: stage.notice is Notice.OUT_OF_ORDER)

    async def test_back_to_idle_once_the_slip_is_printed(self, tmp_path: Path) -> None:
        rules = replace(HASTY, choose_within=30)
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=rules) as stand:
            stand.screen.touch(LanguageTouched(EN))
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(HoldingTicket)
            await stand.screen.now(Idle)


class TestWrongService:
    """Another service for the same paper, within a minute."""

    async def _holding(self, stand: Stand) -> HoldingTicket:
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        stand.screen.touch(TAKE_CASH)
        return await stand.screen.now(HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED)

    async def test_the_number_stays_and_no_further_slip_comes(self, stand: Stand) -> None:
        held = await self._holding(stand)
        assert held.reroutable
        stand.screen.touch(WrongServiceTouched())
        again = await stand.screen.now(ChoosingService, lambda stage: stage.number is not None)
        assert again.number == held.number == "A001"
        stand.screen.touch(LanguageTouched(ZH))
        await stand.screen.now(
            ChoosingService, lambda stage: stage.language == ZH and stage.number == "A001"
        )
        stand.screen.touch(ServiceTouched(ACCOUNT))
        now = await stand.screen.now(
            HoldingTicket, lambda stage: stage.service_names[EN] == "New account"
        )
        assert (now.ticket, now.number, now.slip) == (held.ticket, "A001", SlipState.PRINTED)
        (ticket,) = (event.ticket for event in stand.happened(TicketRerouted))
        assert (ticket.service, ticket.queue) == (ACCOUNT, B)
        assert len(stand.happened(TicketPrinted)) == 1

    @pytest.mark.parametrize("touch", [CancelTouched(), TAKE_CASH])
    async def test_it_was_right_after_all(
        self, stand: Stand, touch: CancelTouched | ServiceTouched
    ) -> None:
        held = await self._holding(stand)
        stand.screen.touch(WrongServiceTouched())
        await stand.screen.now(ChoosingService, lambda stage: stage.number is not None)
        stand.screen.touch(touch)
        assert await stand.screen.now(HoldingTicket) == held
        assert stand.happened(TicketRerouted) == []

    async def test_a_number_that_is_called_keeps_its_service(self, stand: Stand) -> None:
        await self._holding(stand)
        stand.screen.touch(WrongServiceTouched())
        await stand.screen.now(ChoosingService, lambda stage: stage.number is not None)
        await stand.desk.submit(OpenCounter(CounterId("1"), StaffRef("li")))
        await stand.desk.submit(CallNext(CounterId("1"), StaffRef("li")))
        stand.screen.touch(ServiceTouched(ACCOUNT))
        await stand.screen.now(Idle, lambda stage: stage.notice is Notice.NOT_REROUTED)
        stand.screen.touch(LanguageTouched(EN))
        fresh = await stand.screen.now(ChoosingService)
        assert fresh.number is None


async def test_the_last_tickets_and_the_closing_are_said_before(tmp_path: Path) -> None:
    plan = small_plan()
    cash = replace(plan.services[CASH], cap_per_day=3, last_tickets=2)
    services = {**plan.services, CASH: cash}
    async with kiosk_at_work(tmp_path, replace(plan, services=services), MemoryLog()) as stand:
        left = []
        for _ in range(3):
            stand.screen.touch(LanguageTouched(EN))
            offered = await stand.screen.now(ChoosingService)
            left.append(offered.offers[0].left)
            stand.screen.touch(TAKE_CASH)
            await stand.screen.now(HoldingTicket)
            stand.screen.touch(CancelTouched())
            await stand.screen.now(Idle)
        assert left == [None, 2, 1]


async def test_each_person_sees_how_long_it_takes_and_sees_it_change(stand: Stand) -> None:
    now = stand.clock.now()
    regular, preferred = Outlook(Estimate(6, 11, 14, 19), now), Outlook(None, now)
    stand.book.write({}, {(A, REGULAR): regular, (V, VIP): preferred})
    stand.screen.touch(LanguageTouched(ZH))
    choosing = await stand.screen.now(ChoosingService)
    assert [offer.wait for offer in choosing.offers] == [regular.estimate, None]
    assert all(offer.today for offer in choosing.offers)
    stand.reader.swipe(GOLD)
    choosing = await stand.screen.now(ChoosingService, lambda stage: stage.client)
    assert not choosing.offers[0].today, "there is no counter for the priority queue"
    soon = Outlook(Estimate(1, 2, 3, 4), now)
    stand.book.write({}, {(V, VIP): soon})
    stand.feed.publish(())
    await stand.screen.now(ChoosingService, lambda stage: stage.offers[0].wait == soon.estimate)


async def test_who_holds_a_number_sees_how_long_it_takes(stand: Stand) -> None:
    told = Outlook(Estimate(6, 11, 14, 19), stand.clock.now())
    stand.book.write({}, {(A, REGULAR): told})
    stand.desk.listen(lambda facts: _issued(stand.book, facts))
    stand.screen.touch(LanguageTouched(ZH))
    await stand.screen.now(ChoosingService)
    stand.screen.touch(TAKE_CASH)
    held = await stand.screen.now(HoldingTicket)
    assert (held.wait, held.today) == (told.estimate, True)


def _issued(book: EstimateBook, facts: Sequence[Fact]) -> None:
    for fact in facts:
        if isinstance(fact.event, TicketIssued):
            book.issued(fact.event.ticket)
