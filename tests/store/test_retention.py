"""Retention of the log: whole days go, their seal stays, the branch goes on meanwhile."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.flow.hall import Hall
from kiosk.store import retention as module
from kiosk.store.chain import BrokenChain, Seal, verify
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog
from kiosk.store.retention import LogRetention
from tests.domain.day import MONDAY, issue
from tests.flow.clock import HandClock
from tests.support.branch import small_plan
from tests.support.eventually import until

TICKETS = 5


class Branch:
    """A log that grows day by day."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.log = SqliteLog(path)
        self.hall = Hall(small_plan(), self.log, self.clock)
        self.issued = 0

    def day(self) -> None:
        """One business day of five tickets."""
        self.log.append(self.hall.turn_day())
        for _ in range(TICKETS):
            self.ticket()
        self.clock.move(days=1)

    def ticket(self) -> None:
        self.issued += 1
        self.log.append(self.hall.carry_out(issue(f"t{self.issued}")))

    def retention(self, published: int | None = None, days: int = 3) -> LogRetention:
        told = self.log.last_sequence() if published is None else published
        return LogRetention(self.log.path, days, lambda: self.hall.branch.day, lambda: told)


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    """Six days from Monday on."""
    branch = Branch(tmp_path / "log.db")
    for _ in range(6):
        branch.day()
    yield branch
    branch.log.close()


def days(branch: Branch) -> list[date]:
    with closing(SqliteDayRecords(branch.log.path)) as records:
        return records.days(date.min, date.max)


def seal(branch: Branch, day: date) -> Seal:
    with closing(SqliteDayRecords(branch.log.path)) as records:
        return Seal.of(records.seal(day))


async def test_whole_days_go_and_the_chain_still_proves_what_is_left(branch: Branch) -> None:
    tuesday, thursday = MONDAY + timedelta(1), MONDAY + timedelta(3)
    early, last_gone, kept = seal(branch, MONDAY), seal(branch, tuesday), seal(branch, thursday)
    before = branch.log.last_sequence()
    pruned = await branch.retention().prune(MONDAY + timedelta(2))
    assert days(branch) == [MONDAY + timedelta(number) for number in range(2, 6)]
    assert branch.log.oldest_sequence() == pruned + 1 == last_gone.sequence + 1
    assert verify(branch.log.path, [last_gone, kept]).sequence == before
    with pytest.raises(BrokenChain, match="given up with its day"):
        verify(branch.log.path, [early])
    with pytest.raises(BrokenChain, match="isn't the one"):
        verify(branch.log.path, [Seal(last_gone.sequence, bytes(32))])


async def test_the_branch_goes_on_meanwhile(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PORTION", 2)
    monkeypatch.setattr(module, "REST", 0.001)
    pruning = asyncio.create_task(branch.retention().prune(MONDAY + timedelta(5)))
    while not pruning.done():
        await asyncio.to_thread(branch.ticket)
    assert await pruning > 0
    seal = verify(branch.log.path)
    assert seal.sequence == branch.log.last_sequence()
    again = Hall(small_plan(), branch.log, branch.clock)
    assert again.branch.tickets == branch.hall.branch.tickets


async def test_what_nobody_was_told_yet_is_kept(branch: Branch) -> None:
    assert await branch.retention(published=4).prune(MONDAY + timedelta(2)) == 4
    assert branch.log.oldest_sequence() == 5


async def test_nothing_is_old_enough(branch: Branch) -> None:
    assert await branch.retention().prune(MONDAY) == 0
    assert await branch.retention().prune(MONDAY + timedelta(60)) == 0, "the open day stays"
    assert branch.log.oldest_sequence() == 1


async def test_it_looks_by_itself_and_leaves_the_days_that_are_asked_for(branch: Branch) -> None:
    task = asyncio.create_task(branch.retention().run())
    await until(lambda: branch.log.oldest_sequence() > 1)
    task.cancel()
    assert days(branch) == [MONDAY + timedelta(number) for number in range(2, 6)]


async def test_without_a_limit_nothing_is_ever_given_up(branch: Branch) -> None:
    await branch.retention(days=0).run()  # which ends: there is nothing to look after
    assert branch.log.oldest_sequence() == 1


def test_who_cuts_the_log_off_by_hand_is_found_out(branch: Branch) -> None:
    with closing(sqlite3.connect(branch.log.path)) as database, database:
        database.execute("DELETE FROM event WHERE sequence < 5")
    with pytest.raises(BrokenChain, match="fact 1 is missing"):
        verify(branch.log.path)
