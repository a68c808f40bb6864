"""The desk: one commit for many, an answer only for what is on disk, nothing done twice."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.commands import CallNext, Command, KeepTime, OpenCounter
from kiosk.domain.device import Fault
from kiosk.domain.events import Actor, DayOpened, DeviceFailed, DeviceRecovered, Fact, TicketIssued
from kiosk.domain.ids import ServiceId
from kiosk.domain.refusals import CounterIs, KeyUsed, UnknownService
from kiosk.domain.requestkey import request_key
from kiosk.flow.desk import LARGEST_COMMIT, Desk
from kiosk.flow.hall import Hall
from kiosk.flow.receipt import Receipt
from kiosk.ports import EventLog, LogUnavailable
from kiosk.store.log import SqliteLog
from tests.domain.day import LI, ONE, TWO, WANG, issue, snapshot
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until

TERMINAL = Actor("terminal", device="kiosk-1")
OTHER = Actor("terminal", device="kiosk-2")


def folded(log: EventLog) -> Branch:
    """The hall that the log tells of."""
    branch = Branch(small_plan())
    for fact in log.open_day():
        apply(branch, fact)
    return branch


async def same_as_the_log(desk: Desk, log: EventLog, clock: HandClock) -> bool:
    held = snapshot(await desk.branch(), clock.time)
    return held == snapshot(folded(log), clock.time)


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


class TestIdempotency:
    async def test_within_one_commit(self, desk: Desk, log: MemoryLog) -> None:
        first, again = await asyncio.gather(
            *(desk.submit(issue(f"t{n}"), TERMINAL, key="k1") for n in range(2))
        )
        assert first.ticket == again.ticket
        assert (first.repeated, again.repeated) == (False, True)
        assert first.facts == again.facts
        assert log.last_sequence() == 2

    async def test_later_the_same_facts_and_the_ticket_as_it_is_now(self, desk: Desk) -> None:
        first = await desk.submit(issue("t1"), TERMINAL, key="k1")
        await desk.submit(OpenCounter(ONE, LI))
        await desk.submit(CallNext(ONE, LI))
        again = await desk.submit(issue("t2"), TERMINAL, key="k1")
        assert (again.facts, again.repeated) == (first.facts, True)
        assert again.ticket
        assert (again.ticket.id, again.ticket.state) == ("t1", "called")
        assert again.people_ahead is None

    async def test_a_key_is_its_callers_own(self, desk: Desk) -> None:
        receipts = [
            await desk.submit(issue("t1"), TERMINAL, key="k1"),
            await desk.submit(issue("t2"), OTHER, key="k1"),
        ]
        assert [receipt.ticket.number for receipt in receipts if receipt.ticket] == ["A001", "A002"]

    async def test_also_within_one_commit_a_key_is_its_callers_own(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        first, other = await asyncio.gather(
            desk.submit(issue("t1"), TERMINAL, key="k1"), desk.submit(issue("t2"), OTHER, key="k1")
        )
        assert first.ticket != other.ticket
        assert (first.repeated, other.repeated) == (False, False)
        assert log.last_sequence() == 3

    async def test_a_key_is_one_requests(self, desk: Desk, log: MemoryLog) -> None:
        cash, more = request_key("k1", b"cash"), request_key("k1", b"more")
        given = [
            desk.submit(issue("t1"), TERMINAL, key=cash),
            desk.submit(issue("t2"), TERMINAL, key=more),
        ]
        first, other = await asyncio.gather(*given, return_exceptions=True)
        assert isinstance(first, Receipt)
        assert isinstance(other, KeyUsed)
        with pytest.raises(KeyUsed):
            await desk.submit(issue("t3"), TERMINAL, key=more)
        again = await desk.submit(issue("t4"), TERMINAL, key=cash)
        assert (again.facts, again.repeated) == (first.facts, True)
        assert (await desk.submit(issue("t5"), OTHER, key=more)).repeated is False
        assert log.last_sequence() == 3

    async def test_a_key_of_before_there_were_marks_is_answered(self, desk: Desk) -> None:
        first = await desk.submit(issue("t1"), TERMINAL, key="k1")
        again = await desk.submit(issue("t2"), TERMINAL, key=request_key("k1", b"cash"))
        assert (again.facts, again.repeated) == (first.facts, True)

    async def test_a_refusal_leaves_no_mark(self, desk: Desk) -> None:
        with pytest.raises(CounterIs):
            await desk.submit(CallNext(ONE, LI), TERMINAL, key="k1")
        await desk.submit(OpenCounter(ONE, LI))
        await desk.submit(issue("t1"))
        receipt = await desk.submit(CallNext(ONE, LI), TERMINAL, key="k1")
        assert (len(receipt.facts), receipt.repeated) == (1, False)

    async def test_nor_does_a_commit_that_failed(self, desk: Desk, log: MemoryLog) -> None:
        log.failures = 1
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t1"), TERMINAL, key="k1")
        receipt = await desk.submit(issue("t1"), TERMINAL, key="k1")
        assert not receipt.repeated

    async def test_after_a_restart(self, tmp_path: Path, clock: HandClock) -> None:
        answers = []
        for name in ("t1", "t2"):
            log = SqliteLog(tmp_path / "log.db")
            desk = Desk(Hall(small_plan(), log, clock), log)
            async with at_work(desk.run()):
                answers.append(await desk.submit(issue(name), TERMINAL, key="k1"))
            log.close()
        first, again = answers
        assert (again.facts, again.ticket, again.repeated) == (first.facts, first.ticket, True)


class TestWhenNothingCanBeWritten:
    async def test_all_are_refused_and_the_hall_is_as_the_log_says(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures = 1
        commands: list[Command] = [issue("t2"), OpenCounter(ONE, LI), CallNext(ONE, LI)]
        answers = await asyncio.gather(
            *(desk.submit(command) for command in commands), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [LogUnavailable] * 3
        assert await same_as_the_log(desk, log, clock)

    async def test_the_next_command_works_and_the_outage_is_told_once(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures = 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        receipt = await desk.submit(issue("t1"))
        assert receipt.ticket
        assert receipt.ticket.number == "A001"
        opened, failed, recovered, issued = log.facts
        assert isinstance(opened.event, DayOpened)
        assert isinstance(failed.event, DeviceFailed)
        assert failed.event.condition.fault is Fault.DISK_FULL
        assert "since 2026-03-02T" in failed.event.condition.detail
        assert isinstance(recovered.event, DeviceRecovered)
        assert issued.event == TicketIssued(receipt.ticket)
        chain = [(fact.sequence, fact.prev) for fact in log.facts]
        assert chain == [(1, None), (2, None), (3, 2), (4, None)]

    async def test_a_log_that_cannot_be_read_either_is_read_when_it_can(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures, log.unreadable = 1, 2
        for name in ("t2", "t3"):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue(name))
        receipt = await desk.submit(issue("t4"))
        assert receipt.ticket
        assert receipt.ticket.number == "A002"
        assert await same_as_the_log(desk, log, clock)

    async def test_the_hall_is_not_shown_until_it_is_what_the_log_says(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures, log.unreadable = 1, 1
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t1"))
        with pytest.raises(LogUnavailable):
            await desk.branch()
        assert desk.outage
        await desk.submit(issue("t2"))
        assert list((await desk.branch()).tickets) == ["t2"]
        assert desk.outage is None

    async def test_what_is_shown_meanwhile_is_an_empty_hall_that_says_why(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        assert await desk.shown() is await desk.branch()
        log.failures, log.unreadable = 1, 1
        with pytest.raises(LogUnavailable):
            await desk.submit(issue("t2"))
        shown = await desk.shown()
        assert shown.outage is desk.outage is not None
        assert not shown.tickets
        await desk.submit(issue("t3"))
        assert list((await desk.shown()).tickets) == ["t1", "t3"]

    async def test_r6_nothing_is_tried_on_a_log_that_cannot_be_read(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        log.failures, log.unreadable = 3, 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        assert (log.unreadable, log.failures) == (0, 2), "the commit alone was tried"

    async def test_the_hall_says_so_from_the_first_refusal_to_the_first_commit(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        for fault in (Fault.READ_ONLY, Fault.DISK_ERROR):
            log.failures, log.fault = 2, fault
            for _ in range(2):
                with pytest.raises(LogUnavailable) as refused:
                    await desk.submit(issue("t2"))
                assert refused.value.fault is fault
                outage = (await desk.branch()).outage
                assert outage
                assert outage.fault is fault
            await desk.submit(KeepTime())
            assert (await desk.branch()).outage is None
        told = [type(fact.event) for fact in log.facts[2:]]
        assert told == [DeviceFailed, DeviceRecovered] * 2

    async def test_while_it_lasts_the_hall_is_not_read_anew_for_every_refusal(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        await desk.submit(issue("t1"))
        log.failures = 5
        for _ in range(5):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t2"))
        assert log.readings == 2, "at the start and after the commit that failed"

    async def test_a_defect_of_one_command_is_no_outage(
        self, desk: Desk, log: MemoryLog, clock: HandClock
    ) -> None:
        await desk.submit(issue("t1"))
        with pytest.raises(LogUnavailable):
            await desk.submit(cast(Command, object()))
        assert desk.outage is None
        assert await same_as_the_log(desk, log, clock)

    async def test_listeners_are_woken_and_hear_nothing_of_it(
        self, desk: Desk, log: MemoryLog
    ) -> None:
        heard: list[Fact] = []
        desk.listen(heard.extend)
        woken: list[int] = []
        desk.listen(lambda facts: woken.append(len(facts)))
        log.failures = 2
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                await desk.submit(issue("t1"))
        assert (heard, woken) == ([], [0])


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
