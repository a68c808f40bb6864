"""A printer that holds slips out: taken, left, taken back, let fall (XFS media states)."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import SlipMedia
from kiosk.printer.presenter import NotTaken, Patience
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import PRINTED, AtWork, Line, at_work
from tests.support.eventually import until

PRESENTS = PrinterProfile(presenter=True)
BRIEF = Patience(after=1.5, then=NotTaken.RETRACT, remind_after=0.3)


@pytest.fixture
def far(line: Line) -> SimulatedPrinter:
    return SimulatedPrinter(line, PRESENTS)


@pytest.fixture
async def desk(
    request: pytest.FixtureRequest, line: Line, far: SimulatedPrinter
) -> AsyncIterator[AtWork]:
    patience = getattr(request, "param", BRIEF)
    async with at_work(line, far.run(), presenter=patience) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        yield desk


def patience(then: NotTaken) -> pytest.MarkDecorator:
    brief = Patience(after=0.6, then=then, remind_after=0.2)
    return pytest.mark.parametrize("desk", [brief], indirect=True)


async def test_a_slip_that_is_taken_at_once_is_nobodys_business(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print("job-1") == PRINTED
    assert far.mouth.occupied
    far.mouth.take()
    assert await desk.print("job-2") == PRINTED
    await desk.media_is(("job-2", SlipMedia.LEFT))


async def test_one_that_was_left_and_is_taken_then_is_told_as_taken(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print("job-1") == PRINTED
    await desk.media_is(("job-1", SlipMedia.LEFT))
    far.mouth.take()
    await desk.media_is(("job-1", SlipMedia.LEFT), ("job-1", SlipMedia.TAKEN))
    assert far.mouth.retracted == 0


@patience(NotTaken.RETRACT)
async def test_one_that_nobody_takes_is_taken_back(desk: AtWork, far: SimulatedPrinter) -> None:
    assert await desk.print("job-1") == PRINTED
    await desk.media_is(("job-1", SlipMedia.LEFT), ("job-1", SlipMedia.RETRACTED))
    await until(lambda: far.mouth.retracted == 1, "the slip taken back")
    assert not far.mouth.occupied


@patience(NotTaken.DROP)
async def test_or_let_fall(desk: AtWork, far: SimulatedPrinter) -> None:
    assert await desk.print("job-1") == PRINTED
    await desk.media_is(("job-1", SlipMedia.LEFT), ("job-1", SlipMedia.DROPPED))
    await until(lambda: not far.mouth.occupied, "the mouth empty")
    assert far.mouth.retracted == 0


@patience(NotTaken.LEAVE)
async def test_or_left_until_the_next_one_pushes_it_out(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print("job-1") == PRINTED
    await desk.media_is(("job-1", SlipMedia.LEFT))
    assert await desk.print("job-2") == PRINTED
    await desk.media_is(
        ("job-1", SlipMedia.LEFT), ("job-1", SlipMedia.DROPPED), ("job-2", SlipMedia.LEFT)
    )


@patience(NotTaken.RETRACT)
async def test_staff_are_told_when_it_repeats_and_when_one_is_taken_again(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    desk.told.clear()
    for number in range(1, 4):
        assert desk.faults == []
        assert await desk.print(f"job-{number}") == PRINTED
        await until(partial(_taken_back, far, number), "taken back")
    await until(lambda: desk.faults, "a report")
    assert desk.told[0].fault is Fault.NOT_TAKEN
    assert desk.told[0].status is DeviceStatus.ONLINE
    assert await desk.print("job-4") == PRINTED
    await desk.media_has(("job-4", SlipMedia.LEFT))
    far.mouth.take()
    await until(lambda: desk.faults[-1] is None, "the end")
    assert desk.faults == [Fault.NOT_TAKEN, None]


def _taken_back(far: SimulatedPrinter, times: int) -> bool:
    return far.mouth.retracted == times


async def test_what_hangs_there_is_still_watched_when_the_line_is_back(
    desk: AtWork, far: SimulatedPrinter
) -> None:
    assert await desk.print("job-1") == PRINTED
    far.pull_cable()
    await desk.is_now(DeviceStatus.OFFLINE)
    far.plug()
    await desk.media_is(("job-1", SlipMedia.LEFT), ("job-1", SlipMedia.RETRACTED))


async def test_a_printer_without_a_presenter_is_never_asked(line: Line) -> None:
    far = SimulatedPrinter(line)
    async with at_work(line, far.run()) as desk:
        await desk.is_now(DeviceStatus.ONLINE)
        assert await desk.print("job-1") == PRINTED
        assert not far.mouth.occupied
        assert desk.media == []
