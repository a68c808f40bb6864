"""Estimates beside the hall: a real worker process, a real desk."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from kiosk.domain.commands import CallNext, FinishServing, IssueTicket, OpenCounter, RecordEstimates
from kiosk.domain.estimate import Estimate, EstimatedWait
from kiosk.domain.events import WaitEstimated
from kiosk.domain.ids import CounterId, StaffRef, TicketId, VisitId
from kiosk.domain.prospects import prospects
from kiosk.domain.queue import REGULAR, VIP
from kiosk.domain.service import Hours
from kiosk.domain.waiting import scene
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook, Outlook
from kiosk.flow.estimates import Estimates
from kiosk.flow.estimator import Estimator, EstimatorLost
from kiosk.flow.hall import Hall
from kiosk.flow.learning import Learning
from tests.domain.day import NO_PLAN
from tests.domain.test_waiting import LEARNT, busy_day
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.shelf import Shelf
from tests.flow.work import at_work
from tests.support.branch import CASH, ZH, A, B, V, small_plan
from tests.support.eventually import until

ONE, LI = CounterId("1"), StaffRef("li")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def estimates(desk: Desk, log: MemoryLog, clock: HandClock) -> AsyncIterator[Estimates]:
    learning = Learning(small_plan(), log, Shelf())
    estimates = Estimates(small_plan(), desk, learning, clock)
    desk.listen(estimates.take)
    async with at_work(estimates.run()):
        yield estimates


def issue(name: str) -> IssueTicket:
    return IssueTicket(TicketId(name), VisitId(f"v-{name}"), CASH, ZH)


def newcomer(estimates: Estimates) -> Outlook | None:
    return estimates.book.newcomer((A, REGULAR))


async def test_the_book_follows_the_hall(desk: Desk, estimates: Estimates) -> None:
    written: list[Outlook | None] = []
    estimates.listen(lambda: written.append(newcomer(estimates)))
    await until(lambda: written)
    assert newcomer(estimates) is None, "no counter is open, and nobody said when one will be"
    await desk.submit(OpenCounter(ONE, LI))
    await until(lambda: bool((now := newcomer(estimates)) and now.estimate))
    idle = newcomer(estimates)
    assert idle is not None
    assert idle.estimate == Estimate(0, 0, 0, 0)
    assert written[-1] == idle
    assert estimates.book.newcomer((V, VIP)) == idle
    assert estimates.book.newcomer((B, REGULAR)) is None


async def test_a_ticket_begins_with_the_newcomers_outlook_and_gets_its_own(
    desk: Desk, estimates: Estimates
) -> None:
    await desk.submit(OpenCounter(ONE, LI))
    await until(lambda: bool((now := newcomer(estimates)) and now.estimate))
    before = newcomer(estimates)
    await desk.submit(issue("t1"))
    assert estimates.book.ticket(TicketId("t1")) == before
    await desk.submit(CallNext(ONE, LI))
    await desk.submit(issue("t2"))
    await desk.submit(issue("t3"))

    def own() -> bool:
        second, third = (estimates.book.ticket(TicketId(name)) for name in ("t2", "t3"))
        return bool(
            second
            and third
            and second.estimate
            and third.estimate
            and 0 < second.estimate.p50 < third.estimate.p50
        )

    await until(own)
    assert estimates.book.ticket(TicketId("t1")) is None, "it was called"


async def test_before_closing_it_is_not_today_and_unknown_while_tellers_are_late(
    log: MemoryLog, clock: HandClock
) -> None:
    hours = Hours(frozenset(range(7)), time(9), time(9, 20))
    plan = replace(small_plan(), hours=(hours,))
    desk = Desk(Hall(plan, log, clock), log)
    estimates = Estimates(plan, desk, Learning(plan, log, Shelf()), clock)
    desk.listen(estimates.take)
    async with at_work(desk.run()), at_work(estimates.run()):
        await until(lambda: estimates.book.edition)
        assert newcomer(estimates) is None, "a counter should be open, and nobody knows when it is"
        await desk.submit(OpenCounter(ONE, LI))
        for number in range(6):
            await desk.submit(issue(f"t{number}"))
        await until(lambda: newcomer(estimates) and not is_today(newcomer(estimates)))
        await until(lambda: estimates.book.ticket(TicketId("t1")))
        assert is_today(estimates.book.ticket(TicketId("t1")))
        assert not is_today(estimates.book.ticket(TicketId("t5")))
        clock.move(minutes=30)
        await desk.submit(CallNext(ONE, LI))
        await until(
            lambda: is_today(newcomer(estimates)), within=20
        )  # those in the hall are still served


def is_today(outlook: Outlook | None) -> bool:
    return outlook is not None and outlook.estimate is not None


async def test_a_process_that_dies_is_told_and_its_successor_goes_on() -> None:
    day = busy_day()
    here = scene(day.branch, NO_PLAN, LEARNT, day.now.timestamp())
    standings = [(A, REGULAR)]
    async with Estimator() as estimator:
        first = await estimator.ask(here, standings, "0")
        os.kill(estimator.pid, signal.SIGKILL)
        with pytest.raises(EstimatorLost):
            await estimator.ask(here, standings, "0")
    async with Estimator() as estimator:
        assert await estimator.ask(here, standings, "0") == first
    assert first == prospects(here, standings, "0"), "as in this process"


async def test_the_process_ends_with_its_input() -> None:
    command = [sys.executable, "-m", "kiosk.flow.rollingout"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    answers, _ = await asyncio.wait_for(process.communicate(b""), 20)
    assert answers == b""
    assert process.returncode == 0


async def test_a_task_that_lost_its_process_can_be_begun_again(
    desk: Desk, estimates: Estimates
) -> None:
    await desk.submit(OpenCounter(ONE, LI))
    await until(lambda: newcomer(estimates) is not None)
    estimates.book.write({}, {})
    async with at_work(estimates.run()):
        await until(lambda: newcomer(estimates) is not None)


async def test_what_was_learnt_before_a_restart_is_learnt_again(
    log: MemoryLog, clock: HandClock
) -> None:
    desk = Desk(Hall(small_plan(), log, clock), log)
    async with at_work(desk.run()):
        await desk.submit(OpenCounter(ONE, LI))
        for number in range(40):
            await desk.submit(issue(f"t{number}"))
            await desk.submit(CallNext(ONE, LI))
            clock.move(minutes=2)
            await desk.submit(FinishServing(ONE, LI))
        await desk.submit(issue("a"))
        await desk.submit(CallNext(ONE, LI))
        await desk.submit(issue("b"))
        learning = Learning(small_plan(), log, Shelf())
        again = Estimates(small_plan(), desk, learning, clock)
        async with at_work(again.run()):

            def short() -> bool:
                outlook = again.book.ticket(TicketId("b"))
                return bool(outlook and outlook.estimate and outlook.estimate.p50 < 3)

            await until(short)


async def test_what_a_ticket_was_foretold_first_is_put_on_record_once(
    desk: Desk, estimates: Estimates, log: MemoryLog, clock: HandClock
) -> None:
    await desk.submit(issue("early"))
    await desk.submit(OpenCounter(ONE, LI))
    await until(lambda: on_record(log))
    assert (on_record(log)[0].ticket, on_record(log)[0].p50) == ("early", 0)
    await desk.submit(CallNext(ONE, LI))
    await until(lambda: bool((now := newcomer(estimates)) and first_minutes(now)))
    told = newcomer(estimates)
    clock.move(minutes=1)
    await desk.submit(issue("t1"))
    assert told is not None
    await until(lambda: len(on_record(log)) == 2)
    assert on_record(log)[1] == told.of(TicketId("t1"), A)
    await until(lambda: estimates.book.ticket(TicketId("t1")) not in (None, told))
    before = len(log.facts)
    await desk.submit(issue("t2"))
    await until(lambda: len(on_record(log)) == 3)
    assert len(log.facts) == before + 2, "each once, and a record causes no other"


async def test_nothing_is_put_on_record_of_a_ticket_that_was_called_meanwhile(
    desk: Desk, log: MemoryLog
) -> None:
    wait = EstimatedWait(TicketId("t1"), A, NOON, 1, 2, 3, 4)
    await desk.submit(OpenCounter(ONE, LI))
    await desk.submit(issue("t1"))
    await desk.submit(issue("t2"))
    await desk.submit(CallNext(ONE, LI))
    unknown = EstimatedWait(TicketId("t9"), A, NOON)
    receipt = await desk.submit(RecordEstimates((wait, unknown)))
    assert receipt.facts == ()
    second = EstimatedWait(TicketId("t2"), A, NOON, 1, 2, 3, 4)
    for times in range(2):
        receipt = await desk.submit(RecordEstimates((second,)))
        assert len(receipt.facts) == 1 - times
    assert on_record(log) == [second]


async def test_a_full_disk_keeps_records_back_and_nothing_else(
    desk: Desk, estimates: Estimates, log: MemoryLog
) -> None:
    await desk.submit(OpenCounter(ONE, LI))
    await desk.submit(issue("t1"))
    log.failures = 1
    await until(lambda: log.failures == 0)
    assert not on_record(log)
    await desk.submit(issue("t2"))
    await until(lambda: len(on_record(log)) == 2)


def test_who_comes_while_the_hall_is_rolled_out_keeps_an_outlook() -> None:
    day = busy_day()
    book = EstimateBook()
    before, after = Outlook(Estimate(1, 2, 3, 4), NOON), Outlook(Estimate(2, 3, 4, 5), NOON)
    standing = (A, REGULAR)
    book.write({}, {standing: before})
    book.begin()
    ticket = day["t2"]
    book.issued(ticket)
    assert book.ticket(ticket.id) == before
    book.write({}, {standing: after})
    assert book.ticket(ticket.id) == after
    assert book.unrecorded([]) == []
    book.called(ticket.id)
    assert book.ticket(ticket.id) is None


def on_record(log: MemoryLog) -> list[EstimatedWait]:
    return [fact.event.wait for fact in log.facts if isinstance(fact.event, WaitEstimated)]


def first_minutes(outlook: Outlook) -> float:
    return outlook.estimate.p50 if outlook.estimate else 0


def test_an_outlook_is_told_in_whole_minutes() -> None:
    outlook = Outlook(Estimate(5.6, 11.2, 13.2, 13.4).whole, NOON)
    assert outlook.json() == {
        "p10": 6,
        "p50": 11,
        "p70": 14,
        "p90": 14,
        "as_of": "2026-03-02T04:00:00.000Z",
    }
    assert Outlook(None, NOON).json() == {"today": False, "as_of": "2026-03-02T04:00:00.000Z"}
