"""R8: the clock of a machine at work is set an hour forwards, back, and to a wrong date."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.events import DayOpened, DeviceFailed, DeviceRecovered, TicketCalled, TicketIssued
from kiosk.soak.steppedclock import SteppedClock, compiler
from kiosk.store.log import SqliteLog
from tests.support.runningbranch import Client, RunningBranch
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(not compiler(), reason="there is no C compiler here")

HOUR = 3600


def skew(well: Client) -> str | None:
    """What /health tells of the clock."""
    told = well.get("/health").get("degradations", ())
    return next((one["detail"] for one in told if one["device"] == "clock"), None)


def waits(state: dict[str, Any]) -> list[int]:
    """How long those wait who are next, in minutes."""
    following = [counter["next"] for counter in state["counters"] if counter["next"]]
    return [one["why"]["wait"] for one in following]


@pytest.mark.timeout(120)
def test_r8_a_clock_that_is_set_at_work_is_told_and_harms_nobody(tmp_path: Path) -> None:
    clock = SteppedClock(tmp_path)
    clock.set(-60)
    branch = RunningBranch(tmp_path, environment=clock.environment)
    tokens = {role: branch.token(role, role) for role in ("terminal", "monitoring")}
    numbers: list[str] = []
    with branch:
        machine, well = branch.client(tokens["terminal"]), branch.client(tokens["monitoring"])
        teller = branch.teller("zhang")
        teller.post("/counters/1/open")
        assert skew(well) is None
        for ahead in (0, -HOUR, 0, -26 * HOUR, 0):
            clock.set(ahead)
            if ahead:
                until(lambda: skew(well) is not None, "word of the clock")
            else:
                until(lambda: skew(well) is None, "word that the clock is right")
            for _ in range(2):
                numbers.append(machine.post("/tickets", {"service": "cash"})["number"])
            state = teller.get("/state")
            assert abs(state["branch"]["clock_offset"] - ahead) < 60
            assert waits(state) == [0, 0]
            assert all(one["tickets"] for one in state["queues"] if one["id"] == "A")
        called = [teller.post("/counters/1/next")["ticket"]["number"]]
    log = SqliteLog(branch.var / "log.db")
    facts = log.read(0, 10_000)
    log.close()
    assert numbers == [f"A{nth:03}" for nth in range(1, 11)]
    assert called == ["A001"]
    assert len({fact.day for fact in facts}) == 1
    assert [fact.time for fact in facts] == sorted(fact.time for fact in facts)
    assert sum(isinstance(fact.event, DayOpened) for fact in facts) == 1
    about = [
        type(fact.event)
        for fact in facts
        if isinstance(fact.event, DeviceFailed | DeviceRecovered)
        and fact.event.condition.device == "clock"
    ]
    assert about == [DeviceFailed, DeviceRecovered] * 2
    kinds = [type(fact.event) for fact in facts]
    assert (kinds.count(TicketIssued), kinds.count(TicketCalled)) == (10, 1)
