"""Call pads and counter displays on the hardware bench: keys to press, and what is to be read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from kiosk.counterports import Key
from kiosk.devices.simbus import SimulatedBus, SimulatedLed, SimulatedPad
from kiosk.domain.branch import Branch
from kiosk.domain.ids import CounterId, DeviceId
from kiosk.flow.state import counter_name
from kiosk.locale import say
from kiosk.web.pages.templates import draw

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BenchBus:
    """The far ends of a simulated bus, and at which counter each device is."""

    bus: SimulatedBus | None = None
    leds: Mapping[DeviceId, SimulatedLed] = field(default_factory=dict)
    pads: Mapping[DeviceId, SimulatedPad] = field(default_factory=dict)
    places: Mapping[DeviceId, CounterId] = field(default_factory=dict)

    def mark(self) -> Hashable:
        """Changes with whatever a person would see."""
        leds = tuple((one.text, one.blinking, one.plugged) for one in self.leds.values())
        return leds, tuple((one.text, one.plugged) for one in self.pads.values())


def pads(branch: Branch, bench: BenchBus, language: str) -> str:
    """The part of the page."""
    counters = [_counter(branch, bench, counter, language) for counter in branch.plan.counters]
    shown = [one for one in counters if one["leds"] or one["pads"]]
    return draw("bench_pads.html", language, counters=shown)


def key_name(key: Key, language: str) -> str:
    """What stands on a key."""
    match key:
        case Key.NEXT:
            return say(language, "Next")
        case Key.RECALL:
            return say(language, "Recall")
        case Key.START:
            return say(language, "Start")
        case Key.FINISH:
            return say(language, "Finish")
        case Key.NO_SHOW:
            return say(language, "No-show")
        case Key.PAUSE:
            return say(language, "Pause")
        case Key.OPEN:
            return say(language, "Open")
        case Key.CLOSE:
            return say(language, "Close")
        case Key.TRANSFER:
            return say(language, "Transfer")
    assert_never(key)


def _counter(branch: Branch, bench: BenchBus, counter: CounterId, language: str) -> Json:
    here = {device for device, place in bench.places.items() if place == counter}
    return {
        "name": counter_name(branch, counter, language),
        "leds": [
            {"id": name, "text": led.text, "blinking": led.blinking, "plugged": led.plugged}
            for name, led in bench.leds.items()
            if name in here
        ],
        "pads": [
            {
                "id": name,
                "text": pad.text,
                "plugged": pad.plugged,
                "buttons": [{"key": key, "label": key_name(key, language)} for key in pad.keys],
            }
            for name, pad in bench.pads.items()
            if name in here
        ],
    }
