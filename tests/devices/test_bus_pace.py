"""Sixteen call pads and sixteen displays on one bus at 9,600 baud."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from kiosk.devices.bus import Bus
from kiosk.devices.callpad import CallPad
from kiosk.devices.led import LedDisplay
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import DeviceId
from tests.devices.bushall import LEDS, PADS, sign
from tests.flow.work import at_work
from tests.support.eventually import until
from tests.support.farbus import NEXT, FarBus, FarDevice
from tests.support.serialline import SerialLine
from tests.support.stopwatch import Stopwatch

DISPLAYS = range(1, 17)
PAD_ADDRESSES = range(17, 33)
SWEEP = 0.5


async def test_all_of_them_are_polled_within_half_a_second(tmp_path: Path) -> None:
    told: list[DeviceCondition] = []
    line = SerialLine(tmp_path, "bus")
    with line, FarBus(line, 9600) as far:
        far.devices |= {address: FarDevice() for address in DISPLAYS}
        far.devices |= {address: FarDevice(pad=True) for address in PAD_ADDRESSES}
        bus = Bus(str(line.port), 9600)
        leds = [_led(bus, address, told) for address in DISPLAYS]
        pads = [_pad(bus, address, told) for address in PAD_ADDRESSES]
        async with AsyncExitStack() as parts:
            parts.push_async_callback(bus.close)
            sweep = Stopwatch()
            for work in (*(led.run() for led in leds), *(pad.run() for pad in pads)):
                await parts.enter_async_context(at_work(work))
            await until(lambda: all(device.polled for device in far.devices.values()))
            assert sweep.seconds <= SWEEP
            await until(lambda: len(told) == 32)
            for led in leds:
                led.show(sign("A001"))
            pressed = asyncio.create_task(pads[15].pressed())
            await asyncio.sleep(0)
            far.devices[32].press(NEXT)
            press = Stopwatch()
            await asyncio.wait_for(pressed, 20)
            # Also while all displays are being drawn.
            assert press.seconds < 2 * SWEEP
            await until(lambda: all(far.devices[one].text == b"A001" for one in DISPLAYS))
    assert [one.fault for one in told] == [None] * 32


def _led(bus: Bus, address: int, told: list[DeviceCondition]) -> LedDisplay:
    return LedDisplay(DeviceId(f"led-{address}"), bus, address, LEDS["bar-xor"], told.append)


def _pad(bus: Bus, address: int, told: list[DeviceCondition]) -> CallPad:
    return CallPad(DeviceId(f"pad-{address}"), bus, address, PADS["pad-xor"], told.append)
