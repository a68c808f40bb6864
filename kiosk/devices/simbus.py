"""A bus that isn't there, with LED displays and call pads: the far end of a serial line.

Hands press keys, pull plugs and disturb the line; each device shows what a person would see.
"""

from typing import Protocol

from kiosk.busframe import Expected, Frame, Values
from kiosk.counterports import Key
from kiosk.devices.simwire import FarEnd
from kiosk.devices.station import frame
from kiosk.settings.buses import (
    ADDRESS,
    ANSWER,
    EFFECT,
    KEY,
    LAMP,
    PICTURE,
    QUESTION,
    SEEN,
    SEQUENCE,
    CallpadTemplateSection,
    LedTemplateSection,
    PanelSection,
)

_MOST_KEPT = 512


class SimulatedStation(Protocol):
    """A device at the far end of a bus."""

    def heard(self, data: bytes) -> tuple[int, bytes] | None:
        """Where the first frame for it ends in the data, and its answer; None when there is none."""
        ...


class SimulatedPanel:
    """The part that LED displays and call pads have in common: something to read, a lamp, a chime."""

    def __init__(self, address: int, template: PanelSection) -> None:
        self.known = {ADDRESS: address}
        self.plugged = True
        self.text = ""
        self.blinking = False
        self.lamp = 0
        self.chimes = 0
        """How often it has sounded."""
        self._template = template
        self._show = self.expected(template.show, PICTURE)
        self._shown = frame(template.shown, ANSWER)
        self._chime = self.expected(template.chime, QUESTION)
        self._chimed = frame(template.chimed, ANSWER)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.known[ADDRESS]}: {self.text!r}>"

    def expected(self, template: str, names: frozenset[str]) -> Expected | None:
        """What it listens for; None when it doesn't know the frame."""
        heard = frame(template, names)
        return Expected(heard, self.known, self._template.cells) if heard else None

    def unplug(self) -> None:
        """Pull its plug: it is dark and deaf."""
        self.plugged = False
        self.text, self.blinking, self.lamp = "", False, 0

    def plug(self) -> None:
        """Put the plug in again: it has forgotten everything."""
        self.plugged = True

    def heard(self, data: bytes) -> tuple[int, bytes] | None:
        """See :class:`SimulatedStation`."""
        if not self.plugged:
            return None
        if self._chime and (rung := self._chime.search(data)):
            self.chimes += 1
            return rung.end, answer(self._chimed, self.known)
        if self._show and (shown := self._show.search(data)):
            self.text = shown.text.decode(self._template.encoding, "replace").rstrip()
            self.blinking = shown.values.get(EFFECT) == self._template.effect.blinking
            self.lamp = shown.values.get(LAMP, 0)
            return shown.end, answer(self._shown, self.known)
        return None


class SimulatedLed(SimulatedPanel):
    """An LED display."""

    def __init__(self, address: int, template: LedTemplateSection) -> None:
        super().__init__(address, template)
        self._poll = self.expected(template.poll, QUESTION)
        self._polled = frame(template.polled, ANSWER)

    def heard(self, data: bytes) -> tuple[int, bytes] | None:
        """See :class:`SimulatedStation`."""
        if self.plugged and self._poll and (asked := self._poll.search(data)):
            return asked.end, answer(self._polled, self.known)
        return super().heard(data)


class SimulatedPad(SimulatedPanel):
    """A call pad. A key that was pressed stays in it until the master has seen it."""

    def __init__(self, address: int, template: CallpadTemplateSection) -> None:
        super().__init__(address, template)
        self._codes = template.keys
        self._no_key = template.no_key
        self._poll = self.expected(template.poll, QUESTION)
        self._polled = frame(template.polled, ANSWER)
        self._acknowledge = self.expected(template.acknowledge, QUESTION)
        self._acknowledged = frame(template.acknowledged, ANSWER)
        self._counts = self._polled is not None and SEQUENCE in self._polled.names
        self._sequence = 0
        self._latched: list[int] = []
        self._held: int | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that it has."""
        return tuple(self._codes)

    def press(self, key: Key) -> None:
        """Press and let go. A key that nobody has seen yet keeps the next one out."""
        if not self._latched:
            self._latch(self._codes[key])

    def bounce(self, key: Key, times: int = 2) -> None:
        """Press a worn key: its contact closes that often."""
        for _ in range(times):
            self._latch(self._codes[key])

    def hold(self, key: Key) -> None:
        """Press and don't let go: it is told again and again."""
        self._held = self._codes[key]
        self._latch(self._held)

    def release(self) -> None:
        """Let go."""
        self._held = None

    def unplug(self) -> None:
        """Pull its plug."""
        super().unplug()
        self._latched.clear()
        self._held = None
        self._sequence = 0

    def heard(self, data: bytes) -> tuple[int, bytes] | None:
        """See :class:`SimulatedStation`."""
        if not self.plugged:
            return None
        if self._poll and (asked := self._poll.search(data)):
            self._saw(asked.values)
            return asked.end, self._tell()
        if self._acknowledge and (seen := self._acknowledge.search(data)):
            self._saw(seen.values)
            return seen.end, answer(self._acknowledged, self.known)
        return super().heard(data)

    def _latch(self, code: int) -> None:
        if not self._latched:
            self._sequence = self._sequence % 255 + 1
        self._latched.append(code)

    def _saw(self, values: Values) -> None:
        """The master says which press it has seen."""
        if not self._counts or values.get(SEEN) != self._sequence or not self._latched:
            return
        self._next()

    def _next(self) -> None:
        del self._latched[0]
        if not self._latched and self._held is not None:
            self._latched.append(self._held)
        if self._latched:
            self._sequence = self._sequence % 255 + 1

    def _tell(self) -> bytes:
        key = self._latched[0] if self._latched else self._no_key
        told = answer(self._polled, {**self.known, SEQUENCE: self._sequence, KEY: key})
        if not self._counts and self._latched:
            self._next()
        return told


class SimulatedBus:
    """The far end of a bus. :meth:`run` is its task."""

    def __init__(self, line: FarEnd) -> None:
        self.stations: list[SimulatedStation] = []
        self.echo = False
        """The adapter repeats to the master what the master says."""
        self.lost = 0
        """How many of the next answers get lost."""
        self.garbled = 0
        """How many of the next answers arrive with a wrong byte."""
        self._line = line

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self.stations)} devices on {self._line!r}>"

    def plug(self) -> None:
        """Put the adapter's plug in."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull the adapter's plug."""
        self._line.unplug()

    async def noise(self, data: bytes) -> None:
        """Bytes that nobody sent."""
        await self._line.write(data)

    async def run(self) -> None:
        """Hear and answer until cancelled."""
        heard = b""
        while True:
            data = await self._line.read(1)
            heard = (heard + data)[-_MOST_KEPT:] if data else b""
            if self.echo and data:
                await self._line.write(data)
            while heard and (found := self._first(heard)):
                end, told = found
                heard = heard[end:]
                await self._say(told)

    def _first(self, heard: bytes) -> tuple[int, bytes] | None:
        """What the devices answer to the first frame; two at one address talk at once."""
        for station in self.stations:
            if found := station.heard(heard):
                end, told = found
                others = (other.heard(heard[:end]) for other in self.stations if other != station)
                for other in others:
                    told = _collided(told, other[1]) if other else told
                return end, told
        return None

    async def _say(self, told: bytes) -> None:
        if not told:
            return
        if self.lost:
            self.lost -= 1
        elif self.garbled:
            self.garbled -= 1
            await self._line.write(bytes([told[0] ^ 0x55]) + told[1:])
        else:
            await self._line.write(told)


def answer(told: Frame | None, values: Values) -> bytes:
    """The bytes of an answer; bytes that don't matter are 0. Empty for a device that never answers."""
    if told is None:
        return b""
    return told.build({**dict.fromkeys(told.names, 0), **values})


def _collided(one: bytes, other: bytes) -> bytes:
    """What two transmitters make of a line at once."""
    size = max(len(one), len(other))
    pairs = zip(one.ljust(size, b"\xff"), other.ljust(size, b"\xff"), strict=True)
    return bytes(first & second for first, second in pairs) if one != other else one
