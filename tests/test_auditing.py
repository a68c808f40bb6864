"""What changes outside the hall is put on record, once."""

import pytest

from kiosk import __version__
from kiosk.auditing import Recorder, digest_of
from kiosk.domain.auditevents import SettingsChanged
from kiosk.domain.events import SYSTEM
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.ports import LogUnavailable
from kiosk.settings import Settings
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.web.conftest import settings


async def start(log: MemoryLog, present: Settings) -> None:
    """The branch begins with these settings."""
    desk = Desk(Hall(small_plan(), log, HandClock()), log)
    async with at_work(desk.run()):
        await Recorder(present, log, desk).record_settings()


def on_record(log: MemoryLog) -> list[SettingsChanged]:
    return [fact.event for fact in log.facts if isinstance(fact.event, SettingsChanged)]


async def test_settings_are_on_record_when_they_change_and_not_at_each_start() -> None:
    log = MemoryLog()
    before, after = settings(), settings(visit={"thanks_for": 7})
    for present in (before, before, after, after, before):
        await start(log, present)
    digests = [fact.digest for fact in on_record(log)]
    assert digests == [digest_of(before), digest_of(after), digest_of(before)]
    assert len(set(digests)) == 2
    assert {fact.program for fact in on_record(log)} == {__version__}
    assert log.facts[-1].by == SYSTEM


async def test_settings_that_could_not_be_written_down_are_told_later() -> None:
    log = MemoryLog()
    log.failures = 1
    with pytest.raises(LogUnavailable):
        await start(log, settings())
    await start(log, settings())
    assert len(on_record(log)) == 1
