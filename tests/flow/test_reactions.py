"""Slips are printed once and never late; device faults are written down, also after a full disk."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kiosk.domain.commands import (
    Command,
    RecordSlipOutcome,
    RecordSlipSent,
)
from kiosk.domain.device import Fault, at_terminal
from kiosk.domain.ids import DeviceId, JobId, VisitId
from kiosk.domain.slip import SlipState
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.reactions import SlipPrinting
from kiosk.machine.correlation import correlation
from kiosk.ports import LogUnavailable, PrintResult
from kiosk.wire import name_of
from tests.domain.day import issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.slipjobs import job, outcome, with_slip
from tests.flow.stand import PRINTER, Printer
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until


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
