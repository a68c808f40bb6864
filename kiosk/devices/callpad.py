"""Call pads: a few keys and digits at a counter, polled over a bus."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from kiosk.busframe import Values
from kiosk.counterports import Key, Sign
from kiosk.devices.bus import Bus
from kiosk.devices.station import Panel, Station, frame
from kiosk.devices.supervision import DELAYS
from kiosk.domain.counter import CounterState
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.ports import ReportCondition
from kiosk.settings.buses import (
    KEY,
    QUESTION,
    SEEN,
    SEQUENCE,
    CallpadTemplateSection,
)

POLL_EVERY = 0.48
"""Seconds: a key isn't felt to be slow, and sixteen pads leave the processor alone."""
POLL_CLOSED_EVERY = 1.0
"""Seconds, while the counter is closed: nothing comes of a key then."""
REDRAW_EVERY = 15.0
"""Seconds: a pad that was off for a moment shows the right digits again by then."""
LOCKOUT = 1.0
"""Seconds for which the same key, told again, is the same press: it was held, or it bounced."""

_log = logging.getLogger(__name__)


class Presses:
    """What is told of a pad's keys, turned into presses: each press once, whatever gets lost."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._fresh = True
        self.seen = 0
        """The number of the latest press that was heard of, for the pad to know."""
        self._held: int | None = None
        self._latest: tuple[int, float] | None = None

    def begin(self) -> None:
        """The pad was away: what is pressed now may have been pressed long ago."""
        self._fresh = True

    def take(self, key: int | None, sequence: int | None) -> int | None:
        """The key code of a press that is new. ``sequence`` is None for a pad that counts none."""
        now = self._monotonic()
        stale, self._fresh = self._fresh, False
        known = key == self._held if sequence is None else sequence == self.seen
        self._held = key
        self.seen = sequence or 0
        if key is None:
            return None
        bounced = self._latest is not None and (
            self._latest[0] == key and now - self._latest[1] < LOCKOUT
        )
        if sequence is None or not known:
            self._latest = (key, now)
        return None if stale or known or bounced else key


class CallPad:
    """A :class:`~kiosk.counterports.Buttons`: a call pad at an address of a bus. :meth:`run` is its task."""

    def __init__(
        self,
        device: DeviceId,
        bus: Bus,
        address: int,
        template: CallpadTemplateSection,
        report: ReportCondition,
        *,
        delays: Sequence[float] = DELAYS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._station = Station(
            device, bus, address, template, report, kind=DeviceKind.CALL_PAD, delays=delays
        )
        self._panel = Panel(self._station, template)
        self._poll = frame(template.poll, QUESTION)
        self._polled = self._station.expected(template.polled)
        self._acknowledge = frame(template.acknowledge, QUESTION)
        self._acknowledged = self._station.expected(template.acknowledged)
        self._no_key = template.no_key
        self._keys = {code: key for key, code in template.keys.items()}
        self._question = lru_cache(maxsize=1)(self._asking)
        self._presses = Presses(monotonic)
        self._waiting: asyncio.Future[Key] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._station!r}>"

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        """See :class:`~kiosk.counterports.CounterDisplay`."""
        self._panel.show(sign, chime=chime)

    @property
    def health(self) -> tuple[int, int]:
        """How many questions it was asked since the start, and how many it answered."""
        return self._station.asked, self._station.answered

    async def pressed(self) -> Key:
        """See :class:`~kiosk.counterports.Buttons`."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    async def run(self) -> None:
        """Poll until cancelled."""
        await self._station.run(self._work)

    async def _work(self) -> None:
        clock = asyncio.get_running_loop().time
        drawn_at = clock()
        self._panel.begin()
        self._presses.begin()
        while True:
            begun = clock()
            well = await self._look()
            if begun - drawn_at >= REDRAW_EVERY:
                self._panel.forget()
                drawn_at = begun
            well = await self._panel.draw() and well
            if well:
                closed = self._panel.state is CounterState.CLOSED
                every = POLL_CLOSED_EVERY if closed else POLL_EVERY
                await self._until_changed(begun + every - clock())

    def _asking(self, seen: int) -> bytes:
        assert self._poll is not None  # settings want it
        return self._poll.build({**self._station.known, SEEN: seen})

    async def _look(self) -> bool:
        """Ask for a key; whether the pad answered."""
        found = await self._station.ask(self._question(self._presses.seen), self._polled)
        if found is None:
            return False
        await self._take(found)
        return True

    async def _take(self, found: Values) -> None:
        code = None if found[KEY] == self._no_key else found[KEY]
        press = self._presses.take(code, found.get(SEQUENCE))
        if press is not None:
            self._hand_on(press)
        if code is not None and self._acknowledge:
            values = {**self._station.known, SEEN: self._presses.seen}
            await self._station.ask(self._acknowledge.build(values), self._acknowledged)

    def _hand_on(self, code: int) -> None:
        if code not in self._keys:
            _log.warning("%s: its template has no key %#04x", self._station.device, code)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._keys[code])

    async def _until_changed(self, seconds: float) -> None:
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._panel.changed.wait()
        except TimeoutError:
            return
