"""LED displays and call pads: which driver stands on which bus, and the simulated far ends."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk.devices.bus import Bus
from kiosk.devices.callpad import CallPad
from kiosk.devices.hotplug import DeviceNodes
from kiosk.devices.led import LedDisplay
from kiosk.devices.simbus import SimulatedBus, SimulatedLed, SimulatedPad
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.ids import CounterId, DeviceId, Language, QueueId
from kiosk.flow.callpads import CallPadPlan, CallPads
from kiosk.flow.countersigns import CounterDigits, CounterLed, CounterSigns
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed
from kiosk.flow.lending import LentButtons, LentDisplay
from kiosk.locale import complete_languages
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.settings.buses import CallpadSection, LedSection, shipped
from kiosk.settings.values import SIMULATED
from kiosk.web.pages.benchpads import BenchBus


@dataclass(slots=True)
class CallingHardware:
    """The buses of a branch with what is on them; for simulated ones the far ends too."""

    nodes: DeviceNodes
    buses: dict[str, Bus] = field(default_factory=dict)
    leds: dict[DeviceId, LedDisplay] = field(default_factory=dict)
    pads: dict[DeviceId, CallPad] = field(default_factory=dict)
    signs: list[CounterLed | CounterDigits] = field(default_factory=list)
    plans: list[CallPadPlan] = field(default_factory=list)
    places: dict[DeviceId, CounterId] = field(default_factory=dict)
    lent_leds: dict[DeviceId, LentDisplay] = field(default_factory=dict)
    """The displays as the hall sees them, while nobody tries one."""
    lent_pads: dict[DeviceId, LentButtons] = field(default_factory=dict)
    simulated_bus: SimulatedBus | None = None
    simulated_leds: dict[DeviceId, SimulatedLed] = field(default_factory=dict)
    simulated_pads: dict[DeviceId, SimulatedPad] = field(default_factory=dict)

    def work(self, desk: Desk, feed: Feed) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What has to run for counters to show and pads to call, by name."""
        if self.simulated_bus is not None:
            yield repr(self.simulated_bus), self.simulated_bus.run
        for led in self.leds.values():
            yield repr(led), led.run
        for pad in self.pads.values():
            yield repr(pad), pad.run
        if self.signs:
            yield "counter signs", CounterSigns(desk, feed, self.signs).run
        carrying_out = CallPads(desk)
        for plan in self.plans:
            buttons = self.lent_pads[plan.id]
            yield f"keys of {plan.id}", partial(carrying_out.run, plan, buttons)

    def bench(self) -> BenchBus:
        """What of it is simulated, for hands."""
        leds = {one: place for one, place in self.places.items() if one in self.simulated_leds}
        pads = {one: place for one, place in self.places.items() if one in self.simulated_pads}
        return BenchBus(
            self.simulated_bus, self.simulated_leds, self.simulated_pads, {**leds, **pads}
        )

    async def close(self) -> None:
        """Give the lines back."""
        for bus in self.buses.values():
            await bus.close()

    def unplug(self) -> None:
        """Pull the simulated bus's cable."""
        if self.simulated_bus is not None:
            self.simulated_bus.unplug()


def assemble_buses(
    settings: Settings, wires: Path, nodes: DeviceNodes, report: ReportCondition
) -> CallingHardware:
    """The displays and pads that the settings name; nothing is opened before they run."""
    calling = CallingHardware(nodes)
    for led in settings.led:
        _add_led(calling, led, settings, wires, report)
    for pad in settings.callpad:
        _add_pad(calling, pad, settings, wires, report)
    return calling


def _add_led(
    calling: CallingHardware,
    section: LedSection,
    settings: Settings,
    wires: Path,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    templates = (*shipped().led_template, *settings.led_template)
    template = next(one for one in templates if one.id == section.template)
    bus = _bus(calling, section.port, section.baud, wires)
    if section.port == SIMULATED and calling.simulated_bus is not None:
        far = calling.simulated_leds[device] = SimulatedLed(section.address, template)
        calling.simulated_bus.stations.append(far)
    led = calling.leds[device] = LedDisplay(device, bus, section.address, template, report)
    wanted = section.language or settings.branch.languages[0]
    language = wanted if wanted in complete_languages() else settings.fallback_language
    counter = calling.places[device] = CounterId(section.counter)
    lent = calling.lent_leds[device] = LentDisplay(led)
    calling.signs.append(CounterLed(lent, counter, Language(language)))


def _add_pad(
    calling: CallingHardware,
    section: CallpadSection,
    settings: Settings,
    wires: Path,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    counter = calling.places[device] = CounterId(section.counter)
    templates = (*shipped().callpad_template, *settings.callpad_template)
    template = next(one for one in templates if one.id == section.template)
    bus = _bus(calling, section.port, section.baud, wires)
    if section.port == SIMULATED and calling.simulated_bus is not None:
        far = calling.simulated_pads[device] = SimulatedPad(section.address, template)
        calling.simulated_bus.stations.append(far)
    pad = calling.pads[device] = CallPad(device, bus, section.address, template, report)
    target = QueueId(section.transfer_to) if section.transfer_to else None
    calling.plans.append(CallPadPlan(device, counter, target))
    lent = calling.lent_pads[device] = LentButtons(pad)
    calling.signs.append(CounterDigits(lent, counter))


def _bus(calling: CallingHardware, port: str, baud: int, wires: Path) -> Bus:
    """The one master of the devices at this port."""
    if port not in calling.buses:
        where = port
        if port == SIMULATED:
            line = SimulatedSerialLine(wires, ".bus")  # no device can be called so
            line.plug()
            calling.simulated_bus = SimulatedBus(line)
            where = line.port
        calling.buses[port] = Bus(where, baud, plug=partial(calling.nodes.plug, where))
    return calling.buses[port]
