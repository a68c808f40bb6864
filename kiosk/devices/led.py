"""LED displays above counters, on a bus."""

import asyncio
from collections.abc import Sequence

from kiosk.counterports import Sign
from kiosk.devices.bus import Bus
from kiosk.devices.station import Panel, Station, frame
from kiosk.devices.supervision import DELAYS
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.ports import ReportCondition
from kiosk.settings.buses import QUESTION, LedTemplateSection

POLL_EVERY = 4.0
"""Seconds after which it is asked whether it is still there."""
REDRAW_EVERY = 15.0
"""Seconds: one that was off for a moment is right again by then, also one that never answers."""


class LedDisplay:
    """A :class:`~kiosk.counterports.CounterDisplay`: an LED display at an address of a bus.

    :meth:`run` is its task. After the display or the bus was away everything is drawn anew.
    """

    def __init__(
        self,
        device: DeviceId,
        bus: Bus,
        address: int,
        template: LedTemplateSection,
        report: ReportCondition,
        *,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._station = Station(
            device, bus, address, template, report, kind=DeviceKind.LED, delays=delays
        )
        self._panel = Panel(self._station, template)
        poll = frame(template.poll, QUESTION)
        self._poll = poll.build(self._station.known) if poll else b""
        self._polled = self._station.expected(template.polled)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._station!r}>"

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        """See :class:`~kiosk.counterports.CounterDisplay`."""
        self._panel.show(sign, chime=chime)

    @property
    def health(self) -> tuple[int, int]:
        """How many questions it was asked since the start, and how many it answered."""
        return self._station.asked, self._station.answered

    async def run(self) -> None:
        """Show signs until cancelled."""
        await self._station.run(self._work)

    async def _work(self) -> None:
        clock = asyncio.get_running_loop().time
        drawn_at = clock()
        self._panel.begin()
        while True:
            if clock() - drawn_at >= REDRAW_EVERY:
                self._panel.forget()
                drawn_at = clock()
            well = await self._panel.draw()
            if well and self._poll:
                well = await self._station.ask(self._poll, self._polled) is not None
            if well:
                await self._until_changed()

    async def _until_changed(self) -> None:
        try:
            async with asyncio.timeout(POLL_EVERY):
                await self._panel.changed.wait()
        except TimeoutError:
            return
