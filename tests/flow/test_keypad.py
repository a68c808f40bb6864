"""The keypad: whoever types a number goes on like anybody else, whosever number it is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.phone import PhoneKind
from kiosk.domain.client import Client
from kiosk.domain.events import TicketIssued, TicketRecognised
from kiosk.domain.ids import ClientRef, Language
from kiosk.domain.queue import REGULAR
from kiosk.domain.service import Hours
from kiosk.domain.slipevents import TicketPrinted
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    ClearTouched,
    ConfirmTouched,
    CorrectTouched,
    CountryTouched,
    DigitTouched,
    EnteringPhone,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
    PhoneTouched,
    ServiceTouched,
    StayTouched,
)
from kiosk.flow import keypad
from kiosk.flow.showing import VisitRules
from kiosk.identities import Phone
from kiosk.store.log import SqliteLog
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import JANE, Stand, kiosk_at_work
from tests.support.branch import CASH, EN, ZH, small_plan
from tests.support.eventually import until
from tests.support.keys import always

COUNTRIES = {"86": (3, 4, 4), "420": (3, 3, 3)}
RULES = VisitRules(choose_within=30, warn_for=10, thanks_for=6, phone=COUNTRIES)
HASTY = replace(RULES, choose_within=1.9, warn_for=1.5)

GOLDEN, UNKNOWN = "12000000001", "12000000009"
PREFERRED = Client(
    ClientRef("c-phone"),
    "Образцов Иван",
    "Образцов",
    language=Language("en"),
    assets=900_000,
    complaints=1,
)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    log = SqliteLog(tmp_path / "log.db")
    await enrol(tmp_path)
    async with kiosk_at_work(tmp_path, small_plan(), log, rules=RULES) as stand:
        yield stand
    log.close()


async def enrol(folder: Path) -> None:
    """A preferred client with a phone."""
    async with EmbeddedDirectory(folder / "clients.db", always(b"k")) as directory:
        await directory.add_client(PREFERRED, phones=[(PhoneKind.MOBILE, Phone(GOLDEN))])


async def type_number(stand: Stand, digits: str) -> EnteringPhone:
    """Touch the keypad's button and then these digits."""
    await stand.screen.now(Idle)
    stand.screen.touch(PhoneTouched())
    await stand.screen.now(EnteringPhone)
    for digit in digits:
        stand.screen.touch(DigitTouched(digit))
    return await stand.screen.now(EnteringPhone, lambda stage: stage.count == len(digits))


async def name_oneself(stand: Stand, number: str) -> ChoosingService:
    await type_number(stand, number)
    stand.screen.touch(ConfirmTouched())
    return await stand.screen.now(ChoosingService)


async def leave(stand: Stand) -> None:
    stand.screen.touch(CancelTouched())
    await stand.screen.now(Idle)


async def test_without_a_country_there_is_no_keypad(tmp_path: Path) -> None:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog()) as stand:
        assert not (await stand.screen.now(Idle)).phone
        stand.screen.touch(PhoneTouched())
        stand.screen.touch(LanguageTouched(EN))
        await stand.screen.now(ChoosingService)
        assert stand.screen.kinds() == ["Idle", "ChoosingService"]


async def test_nor_is_there_one_before_the_hours(tmp_path: Path) -> None:
    plan = small_plan()
    late = (Hours(frozenset(range(7)), time(10), time(17)),)
    services = {name: replace(one, hours=late) for name, one in plan.services.items()}
    closed = replace(plan, services=services)
    async with kiosk_at_work(tmp_path, closed, MemoryLog(), rules=RULES) as stand:
        idle = await stand.screen.now(Idle, lambda stage: not stage.open)
        assert not idle.phone


class TestTyping:
    async def test_the_screen_knows_how_many_digits_and_for_a_moment_the_last(
        self, stand: Stand
    ) -> None:
        stage = await type_number(stand, "120")
        assert (stage.country, stage.groups, stage.last) == ("86", (3, 4, 4), "0")
        covered = await stand.screen.now(EnteringPhone, lambda stage: stage.last is None)
        assert covered.count == 3
        shown = [one for one in stand.screen.shown if isinstance(one, EnteringPhone)]
        assert [one.last for one in shown] == [None, "1", "2", "0", None]
        assert "120" not in repr(shown)

    async def test_mistakes_are_corrected(self, stand: Stand) -> None:
        await type_number(stand, "12")
        stand.screen.touch(CorrectTouched())
        corrected = await stand.screen.now(EnteringPhone, lambda stage: stage.count == 1)
        assert corrected.last is None, "what is left over was covered already"
        stand.screen.touch(ClearTouched())
        await stand.screen.now(EnteringPhone, lambda stage: stage.count == 0)

    async def test_another_country_and_another_language(self, stand: Stand) -> None:
        await type_number(stand, "602")
        stand.screen.touch(CountryTouched("420"))
        stand.screen.touch(LanguageTouched(EN))
        stage = await stand.screen.now(EnteringPhone, lambda stage: stage.language == "en")
        assert (stage.country, stage.groups, stage.count) == ("420", (3, 3, 3), 3)
        stand.screen.touch(CountryTouched("999"))
        stand.screen.touch(DigitTouched("1"))
        stage = await stand.screen.now(EnteringPhone, lambda stage: stage.count == 4)
        assert stage.country == "420"

    async def test_a_number_that_is_too_short_is_not_taken(self, stand: Stand) -> None:
        await type_number(stand, GOLDEN[:-1])
        stand.screen.touch(ConfirmTouched())
        stand.screen.touch(DigitTouched("1"))
        await stand.screen.now(EnteringPhone, lambda stage: stage.count == 11)
        stand.screen.touch(ConfirmTouched())
        await stand.screen.now(ChoosingService)
        assert stand.screen.kinds() == ["Idle", "EnteringPhone", "ChoosingService"]

    async def test_the_next_person_finds_nothing(self, stand: Stand) -> None:
        await type_number(stand, "1200")
        await leave(stand)
        assert (await type_number(stand, "")).count == 0

    async def test_a_card_ends_it(self, stand: Stand) -> None:
        await type_number(stand, "1200")
        stand.reader.misread()
        await stand.screen.now(EnteringPhone, lambda stage: stage.notice is Notice.SWIPE_AGAIN)
        stand.reader.swipe(JANE)
        choosing = await stand.screen.now(ChoosingService)
        assert choosing.client
        assert choosing.language == "en"

    async def test_and_goes_on_in_the_language_that_was_chosen(self, stand: Stand) -> None:
        await type_number(stand, "1200")
        stand.screen.touch(LanguageTouched(ZH))
        stand.reader.swipe(JANE)
        choosing = await stand.screen.now(ChoosingService)
        assert (choosing.client and choosing.client.surname, choosing.language) == ("Sample", "zh")

    async def test_time_runs_out_and_says_so_first(self, tmp_path: Path) -> None:
        async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=HASTY) as stand:
            await type_number(stand, "12")
            await stand.screen.now(EnteringPhone, lambda stage: stage.remaining)
            stand.screen.touch(StayTouched())
            await stand.screen.now(EnteringPhone, lambda stage: stage.remaining is None)
            await stand.screen.now(Idle)


class TestNobodyIsTold:
    """Whether a number is a client's can't be found out at the kiosk."""

    async def test_a_client_s_number_and_nobody_s_look_the_same(self, stand: Stand) -> None:
        shown: list[list[object]] = []
        for number in (UNKNOWN, GOLDEN):
            before = len(stand.screen.shown)
            await name_oneself(stand, number)
            await asyncio.sleep(0)
            stand.screen.touch(ServiceTouched(CASH))
            await stand.screen.now(HoldingTicket, lambda stage: stage.slip)
            if number == GOLDEN:
                await until(lambda: stand.happened(TicketRecognised))
            await until(lambda: len(stand.happened(TicketPrinted)) == len(shown) + 1)
            await leave(stand)
            shown.append([_blurred(one) for one in stand.screen.shown[before:]])
        assert _kinds(shown[0]) == _kinds(shown[1])
        choices = [[one for one in row if isinstance(one, ChoosingService)] for row in shown]
        assert choices[0][0] == choices[1][0]
        assert {one.notice for row in choices for one in row} == {Notice.PHONE_NOTED}
        assert {(one.client, one.priority) for row in choices for one in row} == {(None, False)}
        numbers = [one.number for row in shown for one in row if isinstance(one, HoldingTicket)]
        assert sorted(set(numbers)) == ["A001", "A002"]
        assert [(slip.priority, slip.language) for slip in stand.printer.slips] == [
            (False, "zh"),
            (False, "zh"),
        ]

    async def test_staff_are_told_with_the_ticket(self, stand: Stand) -> None:
        await name_oneself(stand, GOLDEN)
        stand.screen.touch(ServiceTouched(CASH))
        await stand.screen.now(HoldingTicket)
        await until(lambda: stand.happened(TicketRecognised))
        (issued,), (known,) = stand.happened(TicketIssued), stand.happened(TicketRecognised)
        assert issued.ticket.client is None
        assert (known.ticket.client, known.ticket.flags) == ("c-phone", ("complaint",))
        assert (known.ticket.segment, known.ticket.priority_class) == (None, REGULAR)

    async def test_also_when_the_directory_answers_late(self, stand: Stand) -> None:
        stand.directory.answer_after(0.05)
        await name_oneself(stand, GOLDEN)
        stand.screen.touch(ServiceTouched(CASH))
        await stand.screen.now(HoldingTicket)
        await until(lambda: stand.happened(TicketRecognised))

    async def test_a_card_shown_afterwards_proves_who_it_is(self, stand: Stand) -> None:
        await name_oneself(stand, GOLDEN)
        stand.reader.swipe(JANE)
        await stand.screen.now(ChoosingService, lambda stage: stage.client)
        stand.screen.touch(ServiceTouched(CASH))
        await stand.screen.now(HoldingTicket)
        (issued,) = stand.happened(TicketIssued)
        assert issued.ticket.client == "c-jane"

    async def test_who_tries_numbers_out_is_no_longer_looked_up(
        self, stand: Stand, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(keypad.NUMBERS_A_MINUTE):
            assert (await name_oneself(stand, UNKNOWN)).notice is Notice.PHONE_NOTED
            await leave(stand)
        await until(lambda: stand.directory.asked == keypad.NUMBERS_A_MINUTE)
        assert (await name_oneself(stand, GOLDEN)).notice is Notice.TOO_MANY_PHONES
        stand.screen.touch(ServiceTouched(CASH))
        await stand.screen.now(HoldingTicket)
        assert stand.directory.asked == keypad.NUMBERS_A_MINUTE
        assert "so many numbers" in caplog.text
        assert GOLDEN not in caplog.text


def _kinds(stages: list[object]) -> list[str]:
    names = [type(one).__name__ for one in stages]
    return [name for name, last in zip(names, [None, *names], strict=False) if name != last]


def _blurred(stage: object) -> object:
    """Without how many wait, which the first of them changed for the second."""
    if isinstance(stage, ChoosingService):
        return replace(stage, offers=tuple(replace(one, waiting=0) for one in stage.offers))
    return stage
