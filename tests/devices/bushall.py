"""A simulated bus with displays and pads at work, their drivers at the near end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.counterports import Key, Sign
from kiosk.devices.bus import Bus
from kiosk.devices.callpad import CallPad
from kiosk.devices.led import LedDisplay
from kiosk.devices.simbus import SimulatedBus, SimulatedLed, SimulatedPad
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.counter import CounterState
from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.ids import DeviceId
from kiosk.settings.buses import CallpadTemplateSection, LedTemplateSection, shipped
from tests.flow.work import at_work
from tests.support.eventually import until

LEDS: dict[str, LedTemplateSection] = {one.id: one for one in shipped().led_template}
PADS: dict[str, CallpadTemplateSection] = {one.id: one for one in shipped().callpad_template}
QUICK = (0.05,)
"""Seconds between attempts."""


def sign(*texts: str, blinking: bool = False) -> Sign:
    return Sign(texts, CounterState.SERVING, blinking)


@dataclass
class Hall:
    """Displays from address 1 on, pads after them."""

    bus: SimulatedBus
    leds: list[LedDisplay] = field(default_factory=list)
    far_leds: list[SimulatedLed] = field(default_factory=list)
    pads: list[CallPad] = field(default_factory=list)
    far_pads: list[SimulatedPad] = field(default_factory=list)
    presses: list[list[Key]] = field(default_factory=list)
    told: list[DeviceCondition] = field(default_factory=list)

    def faults(self, device: str) -> list[Fault | None]:
        """What was told of a device, in order."""
        return [one.fault for one in self.told if one.device == device]

    async def well(self) -> None:
        """Every device has been found well."""
        names = {f"led-{n}" for n in range(len(self.leds))}
        names |= {f"pad-{n}" for n in range(len(self.pads))}
        await until(lambda: {one.device for one in self.told if one.fault is None} >= names)


@asynccontextmanager
async def hall(
    folder: Path,
    leds: Sequence[str] = (),
    pads: Sequence[str] = (),
    *,
    baud: int | None = None,
    delays: Sequence[float] = QUICK,
) -> AsyncIterator[Hall]:
    """Devices of these templates, at work."""
    line = SimulatedSerialLine(folder, ".bus", baud)
    there = Hall(SimulatedBus(line))
    async with AsyncExitStack() as parts:
        parts.enter_context(line)
        near = Bus(line.port, baud or 9600)
        parts.push_async_callback(near.close)
        await parts.enter_async_context(at_work(there.bus.run()))
        for number, name in enumerate(leds):
            far = SimulatedLed(number + 1, LEDS[name])
            device = DeviceId(f"led-{number}")
            led = LedDisplay(device, near, number + 1, LEDS[name], there.told.append, delays=delays)
            there.bus.stations.append(far)
            there.far_leds.append(far)
            there.leds.append(led)
        for number, name in enumerate(pads):
            address = len(leds) + number + 1
            far_pad = SimulatedPad(address, PADS[name])
            device = DeviceId(f"pad-{number}")
            pad = CallPad(device, near, address, PADS[name], there.told.append, delays=delays)
            there.bus.stations.append(far_pad)
            there.far_pads.append(far_pad)
            there.pads.append(pad)
            there.presses.append([])
        for one in there.leds:
            await parts.enter_async_context(at_work(one.run()))
        for pad, presses in zip(there.pads, there.presses, strict=True):
            await parts.enter_async_context(at_work(_take(pad, presses)))
            await parts.enter_async_context(at_work(pad.run()))
        yield there


async def _take(pad: CallPad, presses: list[Key]) -> None:
    while True:
        presses.append(await pad.pressed())
