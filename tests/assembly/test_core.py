"""The core of a branch on a machine whose clock is wrong from the start."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from kiosk.assembly.core import Core, keep_core
from kiosk.clock import WRITTEN
from kiosk.domain.alert import AlertKind
from kiosk.domain.branch import Branch
from kiosk.domain.device import Fault
from kiosk.flow.hallclock import CLOCK
from kiosk.settings import Settings
from tests.flow.clock import HandClock
from tests.support.eventually import until
from tests.web.conftest import settings


async def test_a_first_start_in_1970_opens_no_day_before_the_program_and_tells_staff(
    tmp_path: Path,
) -> None:
    old = HandClock(datetime(1970, 1, 1, tzinfo=UTC))
    async with AsyncExitStack() as ending:
        core = _core(settings(), tmp_path, ending, old)
        await until(lambda: CLOCK in core.hall.branch.devices)
        branch = core.hall.branch
        assert branch.day is not None
        assert branch.day >= WRITTEN.date()
        assert branch.devices[CLOCK].fault is Fault.CLOCK_SET
        assert _told(branch) == {"role/administrator", "role/lobby-manager"}


async def test_a_clock_that_is_right_is_the_halls(tmp_path: Path) -> None:
    later = HandClock(datetime(2031, 5, 6, 8, tzinfo=UTC))
    async with AsyncExitStack() as ending:
        core = _core(settings(), tmp_path, ending, later)
        await until(lambda: core.hall.branch.day is not None)
        assert core.clock.now() == later.now()
        assert core.clock.skew.total_seconds() == 0
        assert _told(core.hall.branch) == set()


def _core(configured: Settings, var: Path, ending: AsyncExitStack, clock: HandClock) -> Core:
    return keep_core(configured, var, lambda _: (), ending, clock)


def _told(branch: Branch) -> set[str]:
    return {one.recipient for one in branch.alerts.open.values() if one.kind is AlertKind.CLOCK}
