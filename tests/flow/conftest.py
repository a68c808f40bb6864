"""A hall at work: a clock set by hand, a log in memory, and a desk whose task runs."""

from collections.abc import AsyncIterator

import pytest

from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def desk(log: MemoryLog, clock: HandClock) -> AsyncIterator[Desk]:
    desk = Desk(Hall(small_plan(), log, clock), log)
    async with at_work(desk.run()):
        yield desk
