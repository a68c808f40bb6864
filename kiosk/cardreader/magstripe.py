"""Magnetic-stripe readers, on a serial line or typing like a keyboard."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from kiosk.cardreader.framing import SILENCE, Swipe, SwipeFraming
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.readings import Readings
from kiosk.cardreader.scheme import scheme_of
from kiosk.cardreader.token import card_token
from kiosk.cardreader.track import read_swipe
from kiosk.devices.supervision import DELAYS, Plug, supervise
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.ports import CardPresented, CardReading, CardUnreadable, ReportCondition, Unreadable

# A little longer than the silence, so that it is over when the wait is, whatever the rounding.
_BEGUN = SILENCE + 0.01
_NOTHING_BEGUN = 60.0


class Framing(Protocol):
    """Cuts what comes down a wire into swipes; see :class:`SwipeFraming`."""

    @property
    def busy(self) -> bool: ...

    def feed(self, data: bytes, now: float) -> list[Swipe | Unreadable]: ...

    def idle(self, now: float) -> list[Swipe | Unreadable]: ...

    def clear(self) -> None: ...


class MagstripeReader:
    """A :class:`~kiosk.ports.CardReader`: a magstripe reader at the wire that ``open_wire`` opens.

    ``framing`` is how it puts swipes on that wire. :meth:`run` is its task; nothing is read before
    it runs. Of each card a token under ``key`` and the scheme go out, a card that couldn't be
    understood goes out as unreadable, and the same card within 3 s is one reading.
    """

    def __init__(
        self,
        device: DeviceId,
        open_wire: Callable[[], Awaitable[Wire]],
        key: bytes,
        report: ReportCondition,
        *,
        framing: Callable[[], Framing] = SwipeFraming,
        monotonic: Callable[[], float] = time.monotonic,
        delays: Sequence[float] = DELAYS,
        plug: Plug | None = None,
    ) -> None:
        self._device = device
        self._open_wire = open_wire
        self._key = key
        self._report = report
        self._framing = framing
        self._monotonic = monotonic
        self._delays = delays
        self._plug = plug
        self._readings = Readings(monotonic)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._device}>"

    async def run(self) -> None:
        """Read cards until cancelled; a lost reader is reported and opened anew."""
        await supervise(
            self._device,
            DeviceKind.CARD_READER,
            self._session,
            self._report,
            delays=self._delays,
            plug=self._plug,
        )

    def readings(self) -> AsyncIterator[CardReading]:
        """Every reading from now on, for one taker."""
        return self._readings.from_now_on()

    async def _session(self, online: Callable[[], None]) -> None:
        wire = await self._open_wire()
        framing = self._framing()
        try:
            online()
            while True:
                data = await wire.read(_BEGUN if framing.busy else _NOTHING_BEGUN)
                now = self._monotonic()
                for found in framing.feed(data, now) if data else framing.idle(now):
                    self._take(found)
        finally:
            framing.clear()
            await wire.close()

    def _take(self, found: Swipe | Unreadable) -> None:
        result = read_swipe(found.tracks) if isinstance(found, Swipe) else found
        if isinstance(result, Pan):
            token = card_token(result, self._key)
            self._readings.present(CardPresented(self._device, token, scheme_of(result)))
        else:
            self._readings.hand_on(CardUnreadable(self._device, result))
