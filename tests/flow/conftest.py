"""A hall at work: a clock set by hand, a log in memory, and a desk whose task runs; a kiosk in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.store.log import SqliteLog
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.stand import Stand, kiosk_at_work
from tests.flow.work import at_work
from tests.support.branch import small_plan


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def hall(log: MemoryLog, clock: HandClock) -> Hall:
    return Hall(small_plan(), log, clock)


@pytest.fixture
async def desk(hall: Hall, log: MemoryLog) -> AsyncIterator[Desk]:
    desk = Desk(hall, log)
    async with at_work(desk.run()):
        yield desk


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    log = SqliteLog(tmp_path / "log.db")
    async with kiosk_at_work(tmp_path, small_plan(), log) as stand:
        yield stand
    log.close()
