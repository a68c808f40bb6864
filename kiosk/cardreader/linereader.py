"""Readers that send what they have read by themselves: magnetic stripes and codes."""

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from kiosk.cardreader.framing import SILENCE
from kiosk.cardreader.readings import Readings
from kiosk.devices.supervision import DELAYS, Plug, supervise
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardReading, Unreadable
from kiosk.ports import ReportCondition

Found = TypeVar("Found")
Key = TypeVar("Key")
_Found_co = TypeVar("_Found_co", covariant=True)

# A little longer than the silence, so that it is over when the wait is, whatever the rounding.
_BEGUN = SILENCE + 0.01
_NOTHING_BEGUN = 60.0


class Framing(Protocol[_Found_co]):
    """Cuts what comes down a wire into what was read at once: swipes, scans.

    Times are seconds of any clock that doesn't go back.
    """

    @property
    def busy(self) -> bool:
        """Whether something has begun, so that silence would end it."""
        ...

    def feed(self, data: bytes, now: float) -> Sequence[_Found_co | Unreadable]:
        """What these bytes complete."""
        ...

    def idle(self, now: float) -> Sequence[_Found_co | Unreadable]:
        """What silence has completed, if it has."""
        ...

    def clear(self) -> None:
        """Forget what has begun."""
        ...


class LineReader(ABC, Generic[Found, Key]):
    """A :class:`~kiosk.ports.CardReader` at the wire that ``open_wire`` opens.

    ``framing`` is how it puts what it reads on that wire, unless it does so as usual; ``key`` is
    what it knows the bank's own by. :meth:`run` is its task; nothing is read before it runs.
    """

    kind: DeviceKind
    usual_framing: Callable[[], Framing[Found]]

    def __init__(
        self,
        device: DeviceId,
        open_wire: Callable[[], Awaitable[Wire]],
        key: Key,
        report: ReportCondition,
        *,
        framing: Callable[[], Framing[Found]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        delays: Sequence[float] = DELAYS,
        plug: Plug | None = None,
    ) -> None:
        self._device = device
        self._open_wire = open_wire
        self._report = report
        self._key = key
        self._framing = framing or self.usual_framing
        self._monotonic = monotonic
        self._delays = delays
        self._plug = plug
        self._readings = Readings(monotonic)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._device}>"

    async def run(self) -> None:
        """Read until cancelled; a lost reader is reported and opened anew."""
        await supervise(
            self._device,
            self.kind,
            self._session,
            self._report,
            delays=self._delays,
            plug=self._plug,
        )

    def readings(self) -> AsyncIterator[CardReading]:
        """Every reading from now on, for one taker."""
        return self._readings.from_now_on()

    @abstractmethod
    def _take(self, found: Found | Unreadable) -> None:
        """Hand on what is to be known of it."""

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
