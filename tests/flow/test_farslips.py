"""Slips that terminals print have an outcome each, whether the terminal tells it or not."""

import pytest

from kiosk.domain.commands import RecordSlipOutcome, RecordSlipSent
from kiosk.domain.device import Fault, at_terminal
from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipState
from kiosk.flow import farslips
from kiosk.flow.desk import Desk
from kiosk.flow.farslips import FarSlips
from tests.flow.memorylog import MemoryLog
from tests.flow.slipjobs import job, outcome, with_slip
from tests.flow.work import at_work

THERE = at_terminal("kiosk-2", "slip")


@pytest.mark.parametrize("sent", [True, False])
async def test_of_which_nobody_tells_is_unknown(desk: Desk, sent: bool) -> None:
    far = FarSlips(desk, patience=0.05)
    desk.listen(far.take)
    async with at_work(far.run()):
        await desk.submit(with_slip("t1", THERE))
        if sent:
            await desk.submit(RecordSlipSent(JobId("j-t1"), None))
        done = await outcome(desk, "t1")
    assert (done.state, done.fault) == (SlipState.UNKNOWN, Fault.NO_ANSWER)


async def test_what_was_told_stays(desk: Desk) -> None:
    far = FarSlips(desk, patience=0.05)
    desk.listen(far.take)
    async with at_work(far.run()):
        await desk.submit(with_slip("t1", THERE))
        await desk.submit(RecordSlipOutcome(JobId("j-t1"), SlipState.PRINTED))
        await desk.submit(with_slip("t2", THERE))
        assert (await outcome(desk, "t2")).state is SlipState.UNKNOWN
        assert (await job(desk, "t1")).state is SlipState.PRINTED


async def test_slips_of_the_branchs_own_printers_are_left_alone(desk: Desk) -> None:
    far = FarSlips(desk, patience=0.05)
    desk.listen(far.take)
    async with at_work(far.run()):
        await desk.submit(with_slip("t1"))
        await desk.submit(with_slip("t2", THERE))
        await outcome(desk, "t2")
        assert (await job(desk, "t1")).state is SlipState.PREPARED


async def test_what_a_restart_finds_is_waited_for_too(desk: Desk) -> None:
    await desk.submit(with_slip("t1", THERE))
    far = FarSlips(desk, patience=0.05)
    async with at_work(far.run()):
        assert (await outcome(desk, "t1")).state is SlipState.UNKNOWN


async def test_while_nothing_can_be_written_it_waits(
    desk: Desk, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(farslips, "RETRY_AFTER", 0.05)
    far = FarSlips(desk, patience=0.05)
    desk.listen(far.take)
    await desk.submit(with_slip("t1", THERE))
    log.failures = 2
    async with at_work(far.run()):
        assert (await outcome(desk, "t1")).state is SlipState.UNKNOWN
    assert log.failures == 0
