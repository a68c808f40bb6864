"""Slips are printed once and never late; device faults are written down, also after a full disk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.client import Client
from kiosk.domain.commands import (
    Command,
    IssueTicket,
    RecogniseTicket,
    RecordSlipOutcome,
    RecordSlipSent,
)
from kiosk.domain.device import Fault, at_terminal
from kiosk.domain.ids import ClientRef, DeviceId, JobId, TicketId, VisitId
from kiosk.domain.queue import APPOINTMENT
from kiosk.domain.slip import Slip, SlipJob, SlipRequest, SlipState
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.reactions import SlipPrinting, compose
from kiosk.machine.correlation import correlation
from kiosk.ports import LogUnavailable, PrintResult
from kiosk.wire import name_of
from tests.domain.day import GOLD, Day, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import PRINTER, Printer
from tests.flow.work import at_work
from tests.support.branch import EN, small_plan
from tests.support.eventually import until


def with_slip(name: str, printer: DeviceId = PRINTER) -> IssueTicket:
    return replace(issue(name), slip=SlipRequest(JobId(f"j-{name}"), printer))


async def job(desk: Desk, name: str) -> SlipJob:
    return (await desk.branch()).slips[JobId(f"j-{name}")]


async def outcome(desk: Desk, name: str) -> SlipJob:
    """The slip's job once it has an outcome."""
    for _ in range(2500):
        found = await job(desk, name)
        if found.state.final:
            return found
        await asyncio.sleep(0.002)
    raise AssertionError(f"no outcome of {name}")


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def printing(desk: Desk, clock: HandClock, printer: Printer) -> SlipPrinting:
    printing = SlipPrinting(desk, {PRINTER: printer}, clock, lambda ticket: None)
    desk.listen(printing.take)
    return printing


@pytest.fixture
async def at_the_printer(printing: SlipPrinting) -> AsyncIterator[None]:
    async with at_work(printing.run(PRINTER)):
        yield


@pytest.mark.usefixtures("at_the_printer")
class TestPrinting:
    async def test_in_the_order_of_issue(self, desk: Desk, printer: Printer) -> None:
        for name in ("t1", "t2", "t3"):
            await desk.submit(with_slip(name))
        await outcome(desk, "t3")
        assert [slip.number for slip in printer.slips] == ["A001", "A002", "A003"]

    async def test_sent_is_on_disk_before_a_byte_leaves(
        self, desk: Desk, printer: Printer, log: MemoryLog
    ) -> None:
        await desk.submit(with_slip("t1"))
        done = await outcome(desk, "t1")
        assert (done.state, done.digest) == (SlipState.PRINTED, "d1")
        names = [type(fact.event).__name__ for fact in log.facts]
        assert names[1:] == ["TicketIssued", "SlipPrepared", "SlipSent", "TicketPrinted"]

    @pytest.mark.parametrize(
        "result",
        [
            PrintResult(SlipState.FAILED, Fault.PAPER_OUT),
            PrintResult(SlipState.UNKNOWN, Fault.NOT_CONFIRMED),
        ],
    )
    async def test_the_outcome_is_written_down(
        self, desk: Desk, printer: Printer, result: PrintResult
    ) -> None:
        printer.result = result
        await desk.submit(with_slip("t1"))
        done = await outcome(desk, "t1")
        assert (done.state, done.fault) == (result.state, result.fault)

    async def test_one_id_goes_from_the_visit_to_what_became_of_each_slip(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        commands = [with_slip("t1"), replace(with_slip("t2"), visit=VisitId("another"))]
        for command in commands:
            await desk.submit(command, correlation=command.visit)
        await outcome(desk, "t2")
        told = {(name_of(one.event), one.correlation) for one in log.facts[1:]}
        steps = ("ticket.issued", "slip.prepared", "slip.sent", "ticket.printed")
        assert told == {(step, one.visit) for step in steps for one in commands}

    async def test_nothing_is_sent_that_cannot_be_written_down(
        self, desk: Desk, printer: Printer, log: MemoryLog
    ) -> None:
        printer.ready.clear()
        await desk.submit(with_slip("t1"))
        log.failures = 1
        printer.ready.set()
        done = await outcome(desk, "t1")
        assert (done.state, done.fault) == (SlipState.FAILED, Fault.INTERNAL)
        assert printer.slips == []

    async def test_what_became_of_a_slip_is_written_down_after_an_outage(
        self, desk: Desk, printer: Printer, log: MemoryLog
    ) -> None:
        """R6: nobody is told for ever that the slip is being printed."""
        printer.hold_back.clear()
        await desk.submit(with_slip("t1"))
        await until(lambda: printer.slips)
        log.failures = 2
        printer.hold_back.set()
        await until(lambda: desk.outage)
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t2"))
        assert (await job(desk, "t1")).state is SlipState.SENT
        await desk.submit(issue("t2"))
        assert (await outcome(desk, "t1")).state is SlipState.PRINTED
        assert len(printer.slips) == 1

    async def test_a_ticket_without_a_slip_prints_nothing(
        self, desk: Desk, printer: Printer
    ) -> None:
        await desk.submit(issue("t1"))
        await desk.submit(with_slip("t2"))
        await outcome(desk, "t2")
        assert [slip.number for slip in printer.slips] == ["A002"]

    async def test_another_terminals_printer_is_left_to_it(
        self, desk: Desk, printer: Printer
    ) -> None:
        await desk.submit(with_slip("t1", DeviceId("elsewhere")))
        await desk.submit(with_slip("t2"))
        await outcome(desk, "t2")
        assert [slip.number for slip in printer.slips] == ["A002"]
        assert (await job(desk, "t1")).state is SlipState.PREPARED

    async def test_slips_of_a_day_that_has_ended_are_dropped(
        self, desk: Desk, printer: Printer, clock: HandClock
    ) -> None:
        printer.ready.clear()
        for name in ("t1", "t2"):
            await desk.submit(with_slip(name))
        clock.move(days=1)
        await desk.submit(with_slip("t3"))
        printer.ready.set()
        await outcome(desk, "t3")
        assert printer.slips[-1].number == "A001"
        assert "A002" not in [slip.number for slip in printer.slips]


class TestAfterARestart:
    @pytest.mark.parametrize(
        ("before", "state", "fault"),
        [
            ([], SlipState.FAILED, Fault.RESTARTED),
            ([RecordSlipSent(JobId("j-t1"), "d")], SlipState.UNKNOWN, Fault.RESTARTED),
            ([RecordSlipOutcome(JobId("j-t1"), SlipState.PRINTED)], SlipState.PRINTED, None),
        ],
    )
    async def test_nothing_is_printed_late(
        self,
        *,
        log: MemoryLog,
        clock: HandClock,
        printer: Printer,
        before: list[Command],
        state: SlipState,
        fault: Fault | None,
    ) -> None:
        first = Hall(small_plan(), log, clock)
        log.append(first.turn_day())
        for command in [with_slip("t1"), *before]:
            log.append(first.carry_out(command))

        desk = Desk(Hall(small_plan(), log, clock), log)
        printing = SlipPrinting(desk, {PRINTER: printer}, clock, lambda ticket: None)
        desk.listen(printing.take)
        async with at_work(desk.run()), at_work(printing.run(PRINTER)):
            await printing.settle_unfinished()
            assert correlation() is None  # what starts next in the journal is about nobody
            done = await job(desk, "t1")
            await desk.submit(with_slip("t2"))
            await outcome(desk, "t2")
        assert (done.state, done.fault) == (state, fault)
        assert [slip.number for slip in printer.slips] == ["A002"]

    async def test_what_a_terminal_prints_is_the_terminals_to_tell(
        self, log: MemoryLog, clock: HandClock, printer: Printer
    ) -> None:
        first = Hall(small_plan(), log, clock)
        log.append(first.turn_day())
        log.append(first.carry_out(with_slip("t1", at_terminal("kiosk-2", "slip"))))

        desk = Desk(Hall(small_plan(), log, clock), log)
        printing = SlipPrinting(desk, {PRINTER: printer}, clock, lambda ticket: None)
        async with at_work(desk.run()):
            await printing.settle_unfinished()
            assert (await job(desk, "t1")).state is SlipState.PREPARED


class TestCompose:
    def test_a_regular_ticket(self) -> None:
        day = Day()
        day.do(issue("t0"), with_slip("t1"))
        slip = compose(day.branch, day.branch.slips[JobId("j-t1")], day.now, lambda ticket: None)
        assert (slip.number, slip.people_ahead, slip.priority) == ("A002", 1, False)
        assert (slip.branch, slip.service, slip.language) == ("科技园支行", "现金业务", "zh")
        assert slip.issued_at.strftime("%H:%M") == "09:00"
        assert (slip.follow_url, slip.copy) == (None, False)

    def test_a_preferred_clients_in_their_language_with_a_code_to_follow(self) -> None:
        day = Day()
        day.do(replace(with_slip("t1"), language=EN, recognition=GOLD))
        slip = compose(
            day.branch,
            day.branch.slips[JobId("j-t1")],
            day.now,
            lambda ticket: f"https://q/{ticket}",
        )
        assert (slip.number, slip.priority) == ("V001", True)
        assert (slip.branch, slip.service) == ("Science Park", "Cash")
        assert slip.follow_url == "https://q/t1"

    def test_an_appointment_that_is_yet_to_come_has_its_time(self) -> None:
        for minutes, told in ((25, "09:25"), (-10, None)):
            day = Day()
            day.do(replace(with_slip("t1"), booked=day.now + timedelta(minutes=minutes)))
            job = day.branch.slips[JobId("j-t1")]
            slip = compose(day.branch, job, day.now, lambda ticket: None)
            assert slip.priority_class == APPOINTMENT
            assert (slip.booked_for and f"{slip.booked_for:%H:%M}") == told

    def test_recognised_meanwhile(self) -> None:
        day = Day()
        day.do(with_slip("t1"), RecogniseTicket(TicketId("t1"), GOLD))
        day.now += timedelta(minutes=1)
        slip = compose(day.branch, day.branch.slips[JobId("j-t1")], day.now, lambda ticket: None)
        assert (slip.number, slip.priority) == ("A001", True)


class TestNames:
    """Greeted by name is who is known when the slip is printed, where the site wants it."""

    MS = Client(ClientRef("c-1"), "Jane Sample", "Sample", sex="f")

    def composed(self, client: Client | None, *, copy: bool = False) -> Slip:
        day = Day()
        day.do(replace(with_slip("t1"), language=EN))
        prepared = replace(day.branch.slips[JobId("j-t1")], copy=copy)
        return compose(
            day.branch, prepared, day.now, lambda ticket: None, client_of=lambda visit: client
        )

    def test_by_form_of_address_and_surname_and_by_the_time_of_day(self) -> None:
        """OPR-33, OPR-34."""
        slip = self.composed(self.MS)
        assert slip.greeting == "Good morning"
        assert slip.named_greeting == "Good morning, Ms Sample"

    def test_a_full_name_is_on_no_slip(self) -> None:
        """OPR-35 would greet with it; a slip is left lying about."""
        assert self.composed(replace(self.MS, sex="")).named_greeting is None

    def test_who_isnt_known_yet_is_greeted_all_the_same(self) -> None:
        """OPR-36."""
        slip = self.composed(None)
        assert (slip.greeting, slip.named_greeting) == ("Good morning", None)

    def test_a_copy_names_nobody_for_it_is_handed_over_by_staff(self) -> None:
        copy = self.composed(self.MS, copy=True)
        assert (copy.named_greeting, copy.copy) == (None, True)

    def test_unless_the_site_wants_names_nobody_is_asked_for(self) -> None:
        day = Day()
        day.do(with_slip("t1"))
        job = day.branch.slips[JobId("j-t1")]
        slip = compose(day.branch, job, day.now, lambda ticket: None)
        assert slip.named_greeting is None

    def test_the_client_is_that_of_the_tickets_own_visit(self) -> None:
        day = Day()
        day.do(with_slip("t1"))
        asked: list[VisitId] = []
        job = day.branch.slips[JobId("j-t1")]

        def client_of(visit: VisitId) -> None:
            asked.append(visit)

        compose(day.branch, job, day.now, lambda ticket: None, client_of=client_of)
        assert asked == [day.branch.tickets[TicketId("t1")].visit]
