"""A station: one address on a bus, whether it answers, and the panel on which it shows something."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from kiosk.busframe import Expected, Frame, Values
from kiosk.counterports import Sign
from kiosk.devices.bus import Bus, Missed, Question
from kiosk.devices.supervision import DELAYS, supervise
from kiosk.domain.counter import CounterState
from kiosk.domain.device import DeviceKind, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError, ReportCondition
from kiosk.settings.buses import (
    ADDRESS,
    ANSWER,
    EFFECT,
    LAMP,
    PICTURE,
    QUESTION,
    PanelSection,
)

MOST_MISSED = 4
"""Questions without an answer in a row after which a device is away."""


class Station:
    """One device on a bus, kept alive by itself: a neighbour that is away doesn't matter to it."""

    def __init__(
        self,
        device: DeviceId,
        bus: Bus,
        address: int,
        template: PanelSection,
        report: ReportCondition,
        *,
        kind: DeviceKind,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self.device = device
        self.known = {ADDRESS: address}
        self._kind = kind
        self._bus = bus
        self._template = template
        self._report = report
        self._delays = delays
        self._online: Callable[[], None] = _nothing
        self._missed = 0
        self.asked = 0
        """Questions since the start, and how many of them had an answer."""
        self.answered = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.device} at {self.known[ADDRESS]} of {self._bus!r}>"

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` until cancelled, beginning anew when the device or the whole bus was away."""

        async def session(online: Callable[[], None]) -> None:
            self._online = online
            self._missed = MOST_MISSED - 2  # one that is away is asked twice
            await work()

        await supervise(
            self.device,
            self._kind,
            session,
            self._report,
            delays=self._delays,
            plug=self._bus.plug(),
        )

    def expected(self, template: str) -> Expected | None:
        """The device's answer of this template; None when it gives none."""
        answer = frame(template, ANSWER)
        return Expected(answer, self.known) if answer else None

    async def ask(self, data: bytes, answer: Expected | None) -> Values | None:
        """The values of the answer; None when there is none this time.

        Raises ``DeviceError`` when the line is lost, or the device has missed four in a row.
        """
        template = self._template
        within = template.answer_within_ms / 1000
        found = await self._bus.ask(self.device, Question(data, answer, template.silence, within))
        self.asked += answer is not None
        if isinstance(found, Missed):
            self._missed += 1
            if self._missed >= MOST_MISSED:
                raise DeviceError(self.device, Fault.NO_ANSWER, str(found))
            return None
        self._missed = 0
        self.answered += answer is not None
        self._online()
        return found.values


class Panel:
    """What a station shows: the newest sign, drawn again when the device may have forgotten it."""

    def __init__(self, station: Station, template: PanelSection) -> None:
        self.changed = asyncio.Event()
        """There is something new to draw."""
        self._station = station
        self._template = template
        self._show = frame(template.show, PICTURE)
        self._shown = station.expected(template.shown)
        self._chime = frame(template.chime, QUESTION)
        self._chimed = station.expected(template.chimed)
        self._wanted: Sign | None = None
        self._drawn: Sign | None = None
        self._rings = False

    @property
    def state(self) -> CounterState | None:
        """Of the counter, as last told; None before that."""
        return self._wanted.state if self._wanted else None

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        """See :class:`~kiosk.counterports.CounterDisplay`."""
        self._rings = chime or (self._rings and sign == self._wanted)
        self._wanted = sign
        if chime or sign != self._drawn:
            self.changed.set()

    def begin(self) -> None:
        """The device was away: it shows nothing, and a call of that time isn't rung for any more."""
        self._drawn = None
        self._rings = False

    def forget(self) -> None:
        """The device may have lost what it showed."""
        self._drawn = None

    async def draw(self) -> bool:
        """Show what is new; whether the device has all of it now."""
        self.changed.clear()
        wanted = self._wanted
        if wanted is not None and wanted != self._drawn and self._show:
            if await self._station.ask(self._picture(wanted, self._show), self._shown) is None:
                return False
            self._drawn = wanted
        if self._rings and self._chime:
            self._rings = False
            await self._station.ask(self._chime.build(self._station.known), self._chimed)
        return True

    def _picture(self, sign: Sign, show: Frame) -> bytes:
        template = self._template
        effect = template.effect.blinking if sign.blinking else template.effect.steady
        lamp: int = getattr(template.lamp, sign.state.value)
        text = fitting(sign.texts, template.encoding, template.cells)
        if template.fill:
            text = text.ljust(template.cells)
        return show.build({**self._station.known, EFFECT: effect, LAMP: lamp}, text)


def fitting(texts: Sequence[str], encoding: str, cells: int) -> bytes:
    """The first text that has its letters in the encoding and fits; else what fits of the last one."""
    for text in texts:
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if len(data) <= cells:
            return data
    cut = b""
    for letter in texts[-1] if texts else "":
        data = letter.encode(encoding, "replace")
        if len(cut) + len(data) > cells:
            break
        cut += data
    return cut


def frame(template: str, names: frozenset[str]) -> Frame | None:
    """A frame of a template; None when the device has no such frame."""
    return Frame.parse(template, names) if template else None


def _nothing() -> None:
    """Before the first session nobody wants to know."""
