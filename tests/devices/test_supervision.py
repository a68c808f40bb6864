"""Faults are told once when they begin and once when they end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from kiosk.devices.supervision import status_of, supervise
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

SWIPE = DeviceId("swipe")
Step = Callable[["Run", Callable[[], None]], Awaitable[None]]


class Run:
    """A supervised device that follows a script; time passes only where the script says."""

    def __init__(self) -> None:
        self.told: list[DeviceCondition] = []
        self.slept: list[float] = []
        self.clock = 0.0

    async def through(self, *script: Step) -> None:
        steps = iter(script)

        async def session(online: Callable[[], None]) -> None:
            step = next(steps, None)
            if step is None:
                raise asyncio.CancelledError
            await step(self, online)

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        with pytest.raises(asyncio.CancelledError):
            await supervise(
                SWIPE,
                DeviceKind.CARD_READER,
                session,
                self.told.append,
                sleep=sleep,
                monotonic=lambda: self.clock,
            )

    @property
    def faults(self) -> list[Fault | None]:
        return [condition.fault for condition in self.told]


def fails(fault: Fault) -> Step:
    async def step(run: Run, online: Callable[[], None]) -> None:
        raise DeviceError(SWIPE, fault, "detail")

    return step


def works_then_fails(seconds: float, fault: Fault) -> Step:
    async def step(run: Run, online: Callable[[], None]) -> None:
        online()
        online()
        run.clock += seconds
        raise DeviceError(SWIPE, fault)

    return step


async def breaks(run: Run, online: Callable[[], None]) -> None:
    raise ZeroDivisionError("the secret")


async def returns(run: Run, online: Callable[[], None]) -> None:
    online()


async def test_an_outage_is_told_at_its_begin_and_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    run = Run()
    await run.through(
        fails(Fault.NOT_FOUND),
        fails(Fault.NOT_FOUND),
        fails(Fault.NO_ANSWER),
        works_then_fails(60, Fault.CONNECTION_LOST),
    )
    assert run.told == [
        DeviceCondition(
            SWIPE, DeviceKind.CARD_READER, DeviceStatus.NO_DEVICE, Fault.NOT_FOUND, "detail"
        ),
        DeviceCondition(SWIPE, DeviceKind.CARD_READER, DeviceStatus.ONLINE),
        DeviceCondition(SWIPE, DeviceKind.CARD_READER, DeviceStatus.OFFLINE, Fault.CONNECTION_LOST),
    ]
    assert [record.levelno for record in caplog.records] == [
        logging.WARNING,
        logging.INFO,
        logging.WARNING,
    ]


async def test_a_device_that_is_well_from_the_start_says_so_once() -> None:
    run = Run()
    await run.through(works_then_fails(60, Fault.CONNECTION_LOST))
    assert run.faults == [None, Fault.CONNECTION_LOST]


async def test_waiting_grows_and_starts_over_after_a_lasting_session() -> None:
    run = Run()
    await run.through(
        *[fails(Fault.NOT_FOUND)] * 6,
        works_then_fails(9, Fault.CONNECTION_LOST),
        works_then_fails(10, Fault.CONNECTION_LOST),
        fails(Fault.NOT_FOUND),
    )
    assert run.slept == [1, 2, 5, 10, 30, 30, 30, 1, 2]


async def test_a_defect_is_told_with_its_traceback_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = Run()
    await run.through(breaks, breaks, works_then_fails(1, Fault.NO_ANSWER))
    assert run.faults == [Fault.INTERNAL, None, Fault.NO_ANSWER]
    assert run.told[0].detail == "ZeroDivisionError"
    defects = [record for record in caplog.records if record.exc_info]
    assert len(defects) == 1


async def test_a_defect_during_another_fault_is_told() -> None:
    run = Run()
    await run.through(fails(Fault.NOT_FOUND), breaks, fails(Fault.NOT_FOUND))
    assert run.faults == [Fault.NOT_FOUND, Fault.INTERNAL]


async def test_a_session_that_just_ends_counts_as_lost() -> None:
    run = Run()
    await run.through(returns, returns)
    assert run.faults == [None, Fault.CONNECTION_LOST, None, Fault.CONNECTION_LOST]


@pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.PAPER_LOW])
def test_no_fault_leaves_a_device_online_but_paper_that_runs_low(fault: Fault) -> None:
    assert status_of(fault) is not DeviceStatus.ONLINE
