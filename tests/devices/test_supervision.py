"""Faults are told once when they begin and once when they end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from kiosk.devices.supervision import Unseen, status_of, supervise
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

SWIPE = DeviceId("swipe")


Step = Callable[["Run", Callable[[], None]], Awaitable[None]]


class Run(Unseen):
    """A supervised device that follows a script, and its plug; time passes only where the script says."""

    def __init__(self, *, replugged_after: int = 0) -> None:
        """``replugged_after`` so many attempts the plug is moved; 0: never."""
        self.told: list[DeviceCondition] = []
        self.rested: list[float] = []
        self.clock = 0.0
        self._left = 0
        self._replugged_after = replugged_after

    async def rest(self, seconds: float) -> bool:
        self.rested.append(seconds)
        if len(self.rested) == self._left:
            raise asyncio.CancelledError
        return len(self.rested) == self._replugged_after

    async def through(self, *script: Step) -> None:
        self._left = len(script)
        steps = iter(script)

        async def session(online: Callable[[], None]) -> None:
            await next(steps)(self, online)

        with pytest.raises(asyncio.CancelledError):
            await supervise(
                SWIPE,
                DeviceKind.CARD_READER,
                session,
                self.told.append,
                plug=self,
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
    assert run.rested == [1, 2, 5, 10, 30, 30, 30, 1, 2]


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


async def test_a_device_that_is_plugged_in_is_begun_with_at_once_and_tells_another_fault() -> None:
    run = Run(replugged_after=3)
    await run.through(
        *[fails(Fault.NOT_FOUND)] * 3,
        fails(Fault.NO_ANSWER),
        fails(Fault.NOT_FOUND),
        works_then_fails(1, Fault.NO_ANSWER),
    )
    assert run.rested == [1, 2, 5, 1, 2, 5]
    assert run.faults == [Fault.NOT_FOUND, Fault.NO_ANSWER, None, Fault.NO_ANSWER]


async def test_a_session_whose_line_breaks_while_it_is_told_to_end_ends() -> None:
    """Of a task group that fails in that moment the cancellation is lost (Python 3.11)."""
    begun = asyncio.Event()

    async def breaks() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise DeviceError(SWIPE, Fault.CONNECTION_LOST) from None

    async def session(online: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(breaks())
                await asyncio.Event().wait()
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    told: list[DeviceCondition] = []
    work = supervise(SWIPE, DeviceKind.CARD_READER, session, told.append)
    task = asyncio.create_task(work)
    await begun.wait()
    task.cancel()
    await asyncio.wait_for(asyncio.wait([task]), 5)
    assert task.cancelled()
    assert told == []


WORKS_ON = {
    Fault.PAPER_LOW,
    Fault.NOT_TAKEN,
    Fault.CERTIFICATE_ENDS,
    Fault.CERTIFICATE_ENDS_SOON,
}


@pytest.mark.parametrize("fault", Fault)
def test_only_what_a_printer_prints_on_with_leaves_it_online(fault: Fault) -> None:
    assert (status_of(fault) is DeviceStatus.ONLINE) == (fault in WORKS_ON)
