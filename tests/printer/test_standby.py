"""The second printer takes what the first can't, and never what it may have had."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import Slip, SlipState
from kiosk.ports import PrintResult
from kiosk.printer.standby import WithStandby
from tests.printer.atwork import PRINTED
from tests.printer.slips import slip

NO_PAPER = PrintResult(SlipState.FAILED, Fault.PAPER_OUT)
LOST = PrintResult(SlipState.FAILED, Fault.CONNECTION_LOST)
UNKNOWN = PrintResult(SlipState.UNKNOWN, Fault.PAPER_OUT)


@dataclass
class Printer:
    """Does what it is told to do with every slip."""

    result: PrintResult
    announces: bool
    status: DeviceStatus = DeviceStatus.ONLINE
    slips: int = 0

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        self.slips += 1
        if self.announces:
            await about_to_send("digest")
        return self.result


@pytest.mark.parametrize(
    ("first", "announced", "result", "standby_slips"),
    [
        (PRINTED, True, PRINTED, 0),
        (NO_PAPER, False, PRINTED, 1),
        (UNKNOWN, True, UNKNOWN, 0),
        (LOST, True, LOST, 0),  # the line went between the announcement and the first byte
    ],
)
async def test_a_slip_goes_to_the_stand_by_only_before_anything_was_announced(
    first: PrintResult, announced: bool, result: PrintResult, standby_slips: int
) -> None:
    sent: list[str] = []

    async def about_to_send(digest: str) -> None:
        sent.append(digest)

    standby = Printer(PRINTED, announces=True)
    both = WithStandby(Printer(first, announced), standby)
    assert await both.print(slip(), about_to_send) == result
    assert standby.slips == standby_slips
    assert sent == ["digest"]


async def test_when_neither_can_the_stand_bys_reason_is_told() -> None:
    async def about_to_send(digest: str) -> None:
        raise AssertionError("nothing is sent")

    away = PrintResult(SlipState.FAILED, Fault.NOT_FOUND)
    both = WithStandby(Printer(NO_PAPER, announces=False), Printer(away, announces=False))
    assert await both.print(slip(), about_to_send) == away


@pytest.mark.parametrize(
    ("first", "standby", "status"),
    [
        (DeviceStatus.ONLINE, DeviceStatus.OFFLINE, DeviceStatus.ONLINE),
        (DeviceStatus.USER_ERROR, DeviceStatus.ONLINE, DeviceStatus.ONLINE),
        (DeviceStatus.USER_ERROR, DeviceStatus.OFFLINE, DeviceStatus.OFFLINE),
    ],
)
def test_it_is_well_while_one_of_them_is(
    first: DeviceStatus, standby: DeviceStatus, status: DeviceStatus
) -> None:
    both = WithStandby(Printer(PRINTED, True, first), Printer(PRINTED, True, standby))
    assert both.status is status
