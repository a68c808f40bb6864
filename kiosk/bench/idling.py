"""P12: what a branch in which nothing happens takes of the processor."""

import asyncio
import time
from collections.abc import Sequence
from itertools import chain

from kiosk.bench.caller import Caller
from kiosk.bench.calling import staff_of
from kiosk.bench.devices import devices
from kiosk.bench.figure import Branch, Run
from kiosk.bench.processes import family, processor_time
from kiosk.bench.site import Site, ready, site, started
from kiosk.devices.simbus import SimulatedBus, SimulatedLed, SimulatedPad
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.settings.buses import shipped
from kiosk.tasks import end

BAUD = 9600
LEDS = range(1, 17)
PADS = range(17, 33)
SETTLING = 5.0
"""Seconds in which everything is found and drawn for the first time."""
SLICE = 1.0

_PANEL = """
[[{kind}]]
id = "{kind}-{address}"
counter = "{counter}"
template = "{template}"
port = "{port}"
baud = {baud}
address = {address}
"""


async def idle(branch: Branch, count: int) -> Run:
    """``kiosk run`` with two windows, a reader and a printer; their far ends are here.

    Each time is a second of the clock: how much of it the controller, its broker, its worker and
    its windows ran, all together.
    """
    with site() as place:
        return await _measured(place, count)


async def idle_with_polling(branch: Branch, count: int) -> Run:
    """The same with sixteen open counters, their displays and pads on one bus at 9,600 baud."""
    with site() as place, SimulatedSerialLine(place.folder, "bus", BAUD) as line:
        counters = place.with_counters(len(LEDS))
        place.equip(_panels(counters, line.port))
        bus = SimulatedBus(line)
        (led,) = (one for one in shipped().led_template if one.id == "bar-xor")
        (pad,) = (one for one in shipped().callpad_template if one.id == "pad-xor")
        bus.stations += [SimulatedLed(address, led) for address in LEDS]
        bus.stations += [SimulatedPad(address, pad) for address in PADS]
        answering = asyncio.create_task(bus.run(), name="bus")
        try:
            return await _measured(place, count, counters)
        finally:
            await end(answering)


def _panels(counters: Sequence[str], port: str) -> str:
    leds = (("led", "bar-xor", *one) for one in zip(counters, LEDS, strict=True))
    pads = (("callpad", "pad-xor", *one) for one in zip(counters, PADS, strict=True))
    return "".join(
        _PANEL.format(
            kind=kind, template=template, counter=counter, address=address, port=port, baud=BAUD
        )
        for kind, template, counter, address in chain(leds, pads)
    )


async def _measured(place: Site, count: int, counters: Sequence[str] = ()) -> Run:
    staff = staff_of(place, counters)
    async with devices(place), started(place, {"SDL_VIDEODRIVER": "dummy"}) as process:
        await ready(place)
        for counter, session in staff.items():
            async with Caller(place.http, session) as caller:
                await caller.post(f"/counters/{counter}/open")
        await asyncio.sleep(min(SETTLING, count))
        return Run([await _slice(process.pid) for _ in range(count)])


async def _slice(pid: int) -> float:
    """Seconds of a core in a second."""
    processes = family(pid)
    began, used = time.perf_counter(), processor_time(processes)
    await asyncio.sleep(SLICE)
    return (processor_time(processes) - used) / (time.perf_counter() - began)
