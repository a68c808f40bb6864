"""The desk: one commit for many, an answer only for what is on disk, nothing done twice."""

import asyncio
from collections.abc import Sequence

import pytest

from kiosk.domain.commands import CallNext, Command, OpenCounter
from kiosk.domain.events import Actor, Fact, TicketIssued
from kiosk.domain.ids import ServiceId
from kiosk.domain.refusals import CounterIs, UnknownService
from kiosk.flow.desk import LARGEST_COMMIT, Desk
from kiosk.flow.hall import Hall
from tests.domain.day import LI, ONE, TWO, WANG, issue
from tests.flow.clock import HandClock
from tests.flow.logchecks import same_as_the_log
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until

TERMINAL = Actor("terminal", device="kiosk-1")


class TestCommits:
    async def test_commands_given_together_share_them(self, desk: Desk, log: MemoryLog) -> None:
        count = LARGEST_COMMIT + 44
        receipts = await asyncio.gather(*(desk.submit(issue(f"t{n}")) for n in range(count)))
        assert log.commits == [1 + LARGEST_COMMIT, 44]
        numbers = [receipt.ticket.number for receipt in receipts if receipt.ticket]
        assert numbers == [f"A{n:03d}" for n in range(1, count + 1)]

    async def test_an_answer_tells_the_facts_and_the_place_in_the_queue(self, desk: Desk) -> None:
        await desk.submit(issue("t1"))
        receipt = await desk.submit(issue("t2"), TERMINAL, correlation="v2")
        (fact,) = receipt.facts
        assert fact.event == TicketIssued((await desk.branch()).tickets[issue("t2").ticket])
        assert (fact.by, fact.correlation) == (TERMINAL, "v2")
        assert (receipt.people_ahead, receipt.sequence, receipt.repeated) == (1, 3, False)

    async def test_what_happens_together_is_decided_one_after_the_other(self, desk: Desk) -> None:
        await desk.submit(issue("t1"))
        await asyncio.gather(desk.submit(OpenCounter(ONE, LI)), desk.submit(OpenCounter(TWO, WANG)))
        called = await asyncio.gather(
            desk.submit(CallNext(ONE, LI)), desk.submit(CallNext(TWO, WANG))
        )
        assert [len(receipt.facts) for receipt in called] == [1, 0]

    async def test_two_presses_at_once_call_once(self, desk: Desk) -> None:
        before: list[Command] = [issue("t1"), issue("t2"), OpenCounter(ONE, LI)]
        for command in before:
            await desk.submit(command)
        presses = await asyncio.gather(*(desk.submit(CallNext(ONE, LI)) for _ in range(2)))
        assert [len(receipt.facts) for receipt in presses] == [1, 0]

    async def test_a_command_that_changes_nothing_writes_nothing(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(OpenCounter(ONE, LI))
        before = log.commits.copy()
        receipt = await desk.submit(OpenCounter(ONE, LI))
        assert (receipt.facts, receipt.ticket, log.commits) == ((), None, before)

    async def test_a_refused_command_changes_nothing(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        with pytest.raises(CounterIs):
            await desk.submit(CallNext(ONE, LI))
        assert log.last_sequence() == 2
        assert await same_as_the_log(desk, log, clock)

    async def test_a_refusal_leaves_its_neighbours_alone(self, desk: Desk) -> None:
        good, bad = await asyncio.gather(
            desk.submit(issue("t1")), desk.submit(CallNext(ONE, LI)), return_exceptions=True
        )
        assert isinstance(bad, CounterIs)
        assert not isinstance(good, BaseException)
        assert good.ticket

    async def test_the_day_turns_before_the_first_command_of_the_next(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        clock.move(days=1)
        receipt = await desk.submit(issue("t2"))
        assert receipt.ticket
        assert receipt.ticket.number == "A001"
        assert [type(fact.event).__name__ for fact in log.facts] == [
            "DayOpened",
            "TicketIssued",
            "TicketExpired",
            "DayOpened",
            "TicketIssued",
        ]
        assert await same_as_the_log(desk, log, clock)


class TestWhileACommitIsUnderWay:
    async def test_the_hall_is_not_shown(self, desk: Desk, log: MemoryLog) -> None:
        await desk.submit(issue("t1"))
        log.hold()
        issuing = asyncio.create_task(desk.submit(issue("t2")))
        await until(log.begun.is_set)
        reader = asyncio.create_task(desk.branch())
        await asyncio.sleep(0.01)
        assert not reader.done()
        assert not issuing.done()
        log.gate.set()
        assert list((await reader).tickets) == ["t1", "t2"]
        await issuing

    async def test_a_caller_who_goes_away_takes_nothing_back(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.hold()
        issuing = asyncio.create_task(desk.submit(issue("t1")))
        await until(log.begun.is_set)
        issuing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await issuing
        log.gate.set()
        receipt = await desk.submit(issue("t2"))
        assert receipt.ticket
        assert (receipt.ticket.number, log.commits) == ("A002", [2, 1])

    async def test_a_desk_that_is_stopped_finishes_it(
        self, log: MemoryLog, clock: HandClock
    ) -> None:
        desk = Desk(Hall(small_plan(), log, clock), log)
        log.hold()
        async with at_work(desk.run()) as work:
            issuing = asyncio.create_task(desk.submit(issue("t1")))
            await until(log.begun.is_set)
            work.cancel()
            await asyncio.sleep(0.01)
            assert not work.done()
            log.gate.set()
            receipt = await issuing
        assert receipt.ticket
        assert log.commits == [2]

    async def test_commands_given_before_the_desk_works_wait_for_it(
        self, log: MemoryLog, clock: HandClock
    ) -> None:
        desk = Desk(Hall(small_plan(), log, clock), log)
        early = asyncio.create_task(desk.submit(issue("t1")))
        await asyncio.sleep(0)
        async with at_work(desk.run()):
            assert (await early).sequence == 2


class TestListeners:
    async def test_they_hear_facts_in_order_and_only_what_is_on_disk(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        heard: list[int] = []

        def listen(facts: Sequence[Fact]) -> None:
            assert log.last_sequence() == facts[-1].sequence
            heard.extend(fact.sequence for fact in facts)

        desk.listen(listen)
        for _ in range(3):
            await asyncio.gather(*(desk.submit(issue(f"t{n}")) for n in range(5)))
        assert heard == list(range(1, 17))

    async def test_refusals_make_no_noise(self, desk: Desk) -> None:
        heard: list[Fact] = []
        await desk.submit(issue("t1"))
        desk.listen(heard.extend)
        unknown = issue("t2")
        with pytest.raises(UnknownService):
            await desk.submit(
                type(unknown)(unknown.ticket, unknown.visit, ServiceId("gold"), unknown.language)
            )
        assert heard == []


async def test_its_repr_tells_branch_day_and_place(desk: Desk) -> None:
    await desk.submit(issue("t1"))
    assert repr(desk) == "<Desk of 0755, day 2026-03-02, at 2>"
