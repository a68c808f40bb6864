"""A request that comes twice is carried out once: the desk and its callers' keys."""

import asyncio
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.events import Actor
from kiosk.domain.refusals import CounterIs, KeyUsed
from kiosk.domain.requestkey import request_key
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.receipt import Receipt
from kiosk.ports import LogUnavailable
from kiosk.store.log import SqliteLog
from tests.domain.day import LI, ONE, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan

TERMINAL = Actor("terminal", device="kiosk-1")


OTHER = Actor("terminal", device="kiosk-2")


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
