"""A plug that is pulled, put in again or loose, and the session at its end."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from kiosk.devices.supervision import HASTES, Plug, Session, Unseen, supervise
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from tests.flow.work import at_work
from tests.support.eventually import until

SWIPE = DeviceId("swipe")


class PulledPlug(Unseen):
    """A plug for a hand to pull."""

    def __init__(self, *, is_out: bool = False) -> None:
        self.pull = asyncio.Event()
        self._is_out = is_out

    async def pulled(self) -> None:
        await self.pull.wait()

    async def is_out(self) -> bool:
        return self._is_out


@asynccontextmanager
async def supervised(session: Session, plug: Plug) -> AsyncIterator[list[DeviceCondition]]:
    told: list[DeviceCondition] = []
    work = supervise(SWIPE, DeviceKind.CARD_READER, session, told.append, delays=[60], plug=plug)
    async with at_work(work):
        yield told


class LooseContact(Unseen):
    """A plug that is moved all the time."""

    moved = 0

    async def rest(self, seconds: float) -> bool:
        self.moved += 1
        return True


async def test_a_loose_contact_is_begun_with_so_often_and_then_waited_for() -> None:
    plug, begun = LooseContact(), 0

    async def session(online: Callable[[], None]) -> None:
        nonlocal begun
        begun += 1
        raise DeviceError(SWIPE, Fault.CONNECTION_LOST, "loose")

    async with supervised(session, plug):
        await until(lambda: begun > HASTES)
        for _ in range(100):
            await asyncio.sleep(0)
        assert (begun, plug.moved) == (HASTES + 1, HASTES)


async def test_a_session_ends_when_its_plug_is_pulled_though_nothing_is_read_or_written() -> None:
    plug, closed = PulledPlug(), asyncio.Event()

    async def session(online: Callable[[], None]) -> None:
        online()
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with supervised(session, plug) as told:
        await until(lambda: told)
        plug.pull.set()
        await until(lambda: len(told) == 2)
        assert closed.is_set()
    assert (told[1].status, told[1].fault) == (DeviceStatus.NO_DEVICE, Fault.NOT_FOUND)
    assert told[1].detail == "unplugged"


@pytest.mark.parametrize(
    ("is_out", "fault"), [(True, Fault.NOT_FOUND), (False, Fault.CONNECTION_LOST)]
)
async def test_a_line_that_is_lost_is_told_by_whether_the_plug_is_out(
    is_out: bool, fault: Fault
) -> None:
    async def session(online: Callable[[], None]) -> None:
        raise DeviceError(SWIPE, Fault.CONNECTION_LOST)

    async with supervised(session, PulledPlug(is_out=is_out)) as told:
        await until(lambda: told)
    assert [one.fault for one in told] == [fault]


async def test_a_line_that_is_lost_with_its_plug_is_told_once_and_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plug = PulledPlug()

    async def session(online: Callable[[], None]) -> None:
        await plug.pull.wait()
        raise DeviceError(SWIPE, Fault.CONNECTION_LOST)

    async with supervised(session, plug) as told:
        await asyncio.sleep(0)
        plug.pull.set()
        await until(lambda: told)
        gc.collect()  # of a failure that nobody saw the event loop tells then
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == [
        "swipe: notFound: unplugged"
    ]


async def test_a_defect_in_a_session_whose_plug_is_pulled_is_told_as_one() -> None:
    plug = PulledPlug()

    async def session(online: Callable[[], None]) -> None:
        await plug.pull.wait()
        raise ZeroDivisionError

    async with supervised(session, plug) as told:
        await asyncio.sleep(0)
        plug.pull.set()
        await until(lambda: told)
    assert [one.fault for one in told] == [Fault.INTERNAL]
