"""What a branch has learnt outlives the controller."""

import logging
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext, FinishServing, IssueTicket, OpenCounter, OpenDay
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import CounterId, StaffRef, TicketId, VisitId
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.learning import Learning
from kiosk.store.learnt import SqliteLearntFigures
from tests.domain.day import MONDAY
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.shelf import Shelf
from tests.flow.work import at_work
from tests.support.branch import CASH, ZH, small_plan
from tests.support.eventually import until

ONE, LI = CounterId("1"), StaffRef("li")
SHOWN = Estimate(2, 4, 6, 8)


async def serve(desk: Desk, clock: HandClock, count: int, minutes: float) -> None:
    """So many tickets for cash, each served in so many minutes."""
    await desk.submit(OpenCounter(ONE, LI))
    for _ in range(count):
        ticket = TicketId(clock.new_id())
        await desk.submit(IssueTicket(ticket, VisitId(ticket), CASH, ZH))
        await desk.submit(CallNext(ONE, LI))
        clock.move(minutes=minutes)
        await desk.submit(FinishServing(ONE, LI))


def mean(learning: Learning) -> float:
    return learning.experience.odds().time(CASH).mean


@pytest.fixture
async def desk(log: MemoryLog, clock: HandClock) -> Desk:
    return Desk(Hall(small_plan(), log, clock), log)


async def test_what_was_kept_is_known_again_and_the_rest_comes_from_the_log(
    desk: Desk, log: MemoryLog, clock: HandClock, tmp_path: Path
) -> None:
    file = SqliteLearntFigures(tmp_path / "learnt.db")
    learning = Learning(small_plan(), log, file)
    desk.listen(learning.take)
    async with at_work(desk.run()):
        await serve(desk, clock, 20, minutes=2)
        for nth in range(200):
            learning.calibration.waited(SHOWN, waited=nth / 5)
        file.save(learning.experience.learnt(log.last_sequence(), learning.calibration.misses))
        await serve(desk, clock, 20, minutes=3)
        again = Learning(small_plan(), log, file)
        heard: list[float] = []
        async with at_work(again.run(lambda: heard.append(mean(again)))):
            await until(lambda: heard and mean(again) == pytest.approx(mean(learning)))
        assert heard[0] == pytest.approx((20 * 2 + 10 * 6) / 30)
        assert again.calibration.misses == learning.calibration.misses
        assert again.calibration.corrected(SHOWN) != SHOWN


async def test_it_is_kept_when_the_day_is_over_and_once(
    desk: Desk, log: MemoryLog, clock: HandClock
) -> None:
    shelf = Shelf()
    learning = Learning(small_plan(), log, shelf)
    desk.listen(learning.take)
    async with at_work(desk.run()), at_work(learning.run(lambda: None)):
        await serve(desk, clock, 3, minutes=2)
        await until(lambda: shelf.kept and not shelf.kept.times[CASH][0])  # the first day began
        clock.move(days=1)
        await desk.submit(OpenDay(MONDAY.replace(day=3)))
        await until(lambda: shelf.kept and shelf.kept.sequence == log.last_sequence())
        assert shelf.kept is not None
        assert shelf.kept.times[CASH][0] == pytest.approx(3 * 0.95)
        assert len(shelf.kept.misses) == 3


async def test_a_shelf_that_is_full_is_told_and_learning_goes_on(
    desk: Desk, log: MemoryLog, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf()
    shelf.full = True
    learning = Learning(small_plan(), log, shelf)
    desk.listen(learning.take)
    async with at_work(desk.run()), at_work(learning.run(lambda: None)):
        await serve(desk, clock, 30, minutes=2)
        await until(lambda: "could not be kept: the disk is full" in caplog.text)
        assert mean(learning) == pytest.approx(2)
        shelf.full = False
        clock.move(days=1)
        await desk.submit(OpenDay(MONDAY.replace(day=3)))
        await until(lambda: shelf.saved)


async def test_nothing_kept_is_learnt_from_the_log(
    desk: Desk, log: MemoryLog, clock: HandClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async with at_work(desk.run()):
        await serve(desk, clock, 40, minutes=2)
    (tmp_path / "learnt.db").write_bytes(b"no database at all" * 100)
    with caplog.at_level(logging.WARNING):
        learning = Learning(small_plan(), log, SqliteLearntFigures(tmp_path / "learnt.db"))
        async with at_work(learning.run(lambda: None)):
            await until(lambda: mean(learning) == pytest.approx(2))
    assert "learning begins anew" in caplog.text
