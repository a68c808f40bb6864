"""Codes shown at a kiosk: a number at once, or a word why not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext, FinishServing, OpenCounter, ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, TicketIssued
from kiosk.domain.ids import BranchId, ClientRef, CounterId, DeviceId, Language, ServiceId, StaffRef
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
    ServiceTouched,
)
from kiosk.domain.visitcode import VisitCode
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import JANE, PATIENT, Stand, kiosk_at_work
from tests.support.branch import CASH, small_plan

EN, ZH = Language("en"), Language("zh")
ONE, LI = CounterId("1"), StaffRef("s-li")


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog()) as stand:
        await stand.screen.now(Idle)
        yield stand


def appointment(stand: Stand) -> VisitCode:
    now = stand.clock.now()
    return VisitCode(
        branch=small_plan().id,
        expires=now + timedelta(hours=1),
        serial=b"serial",
        service=CASH,
        booked=now + timedelta(minutes=5),
    )


def only_ticket(stand: Stand) -> Ticket:
    (issued,) = stand.happened(TicketIssued)
    return issued.ticket


async def test_an_appointment_is_checked_in_without_a_touch(stand: Stand) -> None:
    """CRM-100: the kiosk recognises it; the ticket has its time and its class."""
    code = appointment(stand)
    stand.reader.scan(code)
    holding = await stand.screen.now(HoldingTicket)
    ticket = only_ticket(stand)
    assert (holding.number, ticket.number) == ("A001", "A001")
    assert (ticket.priority_class, ticket.clock_start) == ("appointment", code.booked)
    assert stand.screen.kinds() == ["Idle", "Identifying", "Issuing", "HoldingTicket"]
    assert not any(getattr(stage, "notice", None) for stage in stand.screen.shown)


async def test_a_phone_ticket_waits_in_its_turn_and_speaks_its_language(stand: Stand) -> None:
    stand.reader.scan(replace(appointment(stand), booked=None, language=EN))
    holding = await stand.screen.now(HoldingTicket)
    ticket = only_ticket(stand)
    assert (holding.language, ticket.language, ticket.priority_class) == ("en", "en", "regular")
    assert ticket.clock_start == ticket.issued_at


async def test_a_code_of_a_client_is_that_clients_ticket(stand: Stand) -> None:
    stand.reader.scan(replace(appointment(stand), client=ClientRef("c-gold")))
    await stand.screen.now(HoldingTicket)
    ticket = only_ticket(stand)
    assert (ticket.client, ticket.priority_class, ticket.queue) == ("c-gold", "vip", "V")


async def test_a_code_that_leaves_the_service_open_lets_choose(stand: Stand) -> None:
    stand.reader.scan(replace(appointment(stand), service=None))
    choosing = await stand.screen.now(ChoosingService)
    assert choosing.notice is None
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(HoldingTicket)
    assert only_ticket(stand).priority_class == "appointment"


async def test_a_service_that_the_branch_has_not_is_chosen_anew(stand: Stand) -> None:
    stand.reader.scan(replace(appointment(stand), service=ServiceId("safe")))
    assert (await stand.screen.now(ChoosingService)).notice is None


async def test_who_has_touched_a_language_keeps_it(stand: Stand) -> None:
    stand.screen.touch(LanguageTouched(EN))
    await stand.screen.now(ChoosingService)
    stand.reader.scan(replace(appointment(stand), language=ZH))
    assert (await stand.screen.now(HoldingTicket)).language == "en"


@pytest.mark.parametrize(
    ("changed", "notice"),
    [
        ({"branch": BranchId("9999")}, Notice.CODE_OF_ANOTHER_BRANCH),
        ({"expires": timedelta(0)}, Notice.CODE_EXPIRED),
        ({"booked": timedelta(days=2)}, Notice.CODE_TOO_EARLY),
    ],
)
async def test_why_a_code_does_not_count_is_shown(
    stand: Stand, changed: dict[str, object], notice: Notice
) -> None:
    now = stand.clock.now()
    wrong = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in changed.items()
    }
    stand.reader.scan(replace(appointment(stand), **wrong))  # type: ignore[arg-type]
    await stand.screen.now(Idle, lambda stage: stage.notice is notice)
    stand.reader.swipe(JANE)
    await stand.screen.now(ChoosingService)
    stand.reader.scan(replace(appointment(stand), **wrong))  # type: ignore[arg-type]
    choosing = await stand.screen.now(ChoosingService, lambda stage: stage.notice is notice)
    assert choosing.client
    assert stand.happened(TicketIssued) == []


async def test_something_else_is_no_code_of_ours(stand: Stand) -> None:
    stand.reader.scan_something_else()
    await stand.screen.now(Idle, lambda stage: stage.notice is Notice.CODE_INVALID)


async def test_a_code_that_is_shown_again_shows_its_number_and_gives_no_other(
    stand: Stand,
) -> None:
    code = appointment(stand)
    stand.reader.scan(code)
    await stand.screen.now(HoldingTicket)
    stand.screen.touch(CancelTouched())
    await stand.screen.now(Idle)
    stand.reader.scan(code)
    again = await stand.screen.now(HoldingTicket)
    assert (again.number, again.reroutable, again.people_ahead) == ("A001", False, 0)
    assert only_ticket(stand).number == "A001"


async def test_a_code_whose_number_is_done_is_used(stand: Stand) -> None:
    code = appointment(stand)
    stand.reader.scan(code)
    await stand.screen.now(HoldingTicket)
    stand.screen.touch(CancelTouched())
    await stand.screen.now(Idle)
    for command in (OpenCounter(ONE, LI), CallNext(ONE, LI), FinishServing(ONE, LI)):
        await stand.desk.submit(command)
    stand.reader.scan(code)
    await stand.screen.now(Idle, lambda stage: stage.notice is Notice.CODE_USED)


async def test_a_code_at_two_terminals_at_once_gives_one_number(stand: Stand) -> None:
    code = replace(appointment(stand), service=None)
    elsewhere = stand.visits.open(code, await stand.desk.branch())
    stand.reader.scan(code)
    await stand.screen.now(ChoosingService)
    await stand.visits.take_ticket(elsewhere, CASH, SYSTEM)
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(Idle, lambda stage: stage.notice is Notice.CODE_USED)
    assert only_ticket(stand).visit == elsewhere.id == code.visit


async def test_the_same_code_is_not_begun_twice(stand: Stand) -> None:
    code = replace(appointment(stand), service=None)
    stand.reader.scan(code)
    await stand.screen.now(ChoosingService)
    stand.reader.scan(code)
    stand.screen.touch(ServiceTouched(CASH))
    await stand.screen.now(HoldingTicket)
    assert stand.screen.kinds().count("Identifying") == 1


async def test_nobody_is_asked_to_show_a_code_to_a_scanner_that_is_away(tmp_path: Path) -> None:
    rules = replace(PATIENT, codes=True)
    async with kiosk_at_work(tmp_path, small_plan(), MemoryLog(), rules=rules) as stand:
        await stand.screen.now(Idle, lambda stage: stage.scanner_ready)
        away = DeviceCondition(
            DeviceId("scanner"), DeviceKind.SCANNER, DeviceStatus.NO_DEVICE, Fault.NOT_FOUND
        )
        await stand.desk.submit(ReportDevice(away))
        await stand.screen.now(Idle, lambda stage: not stage.scanner_ready and stage.card)
