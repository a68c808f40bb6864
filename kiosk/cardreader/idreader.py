"""Readers of resident identity cards, on a serial line with the SDT protocol."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from kiosk.cardreader.idcard import IdCard
from kiosk.cardreader.readings import Readings
from kiosk.cardreader.sdtline import SdtLine
from kiosk.devices.supervision import DELAYS, Plug, supervise
from kiosk.devices.transport import Wire
from kiosk.documents import document_tokens
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardReading, CardUnreadable, DocumentPresented, Unreadable
from kiosk.keys.changing import KeyNow
from kiosk.ports import ReportCondition

POLL = 0.3
"""Seconds between two questions for a card."""
ATTEMPTS = 3
"""How often a card is tried before it counts as unreadable."""


class IdCardReader:
    """A :class:`~kiosk.ports.CardReader`: an SDT reader at the wire that ``open_wire`` opens.

    :meth:`run` is its task. Of each card a token under the document ``key`` goes out, the first
    character of the name and the number's ends. A card is read once and has to be lifted before the
    next one; one that can't be read goes out as unreadable, also once.
    """

    def __init__(
        self,
        device: DeviceId,
        open_wire: Callable[[], Awaitable[Wire]],
        key: KeyNow,
        report: ReportCondition,
        *,
        baud: int = 115200,
        poll: float = POLL,
        delays: Sequence[float] = DELAYS,
        plug: Plug | None = None,
    ) -> None:
        self._device = device
        self._open_wire = open_wire
        self._key = key
        self._report = report
        self._baud = baud
        self._poll = poll
        self._delays = delays
        self._plug = plug
        self._readings = Readings()

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
        line = SdtLine(self._device, await self._open_wire(), self._baud)
        place = _Place()
        try:
            await line.greet()
            online()
            while True:
                await self._look(line, place)
                await asyncio.sleep(self._poll)
        finally:
            await line.close()

    async def _look(self, line: SdtLine, place: "_Place") -> None:
        match await line.card_found():
            case True if not place.settled:
                card = await line.card()
                if card is not None or place.given_up():
                    place.settled = True
                    self._tell(card or Unreadable.INVALID)
            case False if place.lifted_too_early():
                self._tell(Unreadable.PARTIAL)
            case _:
                pass

    def _tell(self, card: IdCard | Unreadable) -> None:
        if isinstance(card, IdCard):
            token = document_tokens(card.number.text, self._key())
            self._readings.present(
                DocumentPresented(self._device, token, card.initial, card.number.masked)
            )
        else:
            self._readings.hand_on(CardUnreadable(self._device, card))


class _Place:
    """What is known of the card that lies on the reader."""

    def __init__(self) -> None:
        self.settled = False
        """It was read or given up, and has to be lifted now."""
        self._attempts = 0

    def given_up(self) -> bool:
        """It couldn't be read once more; whether that is enough."""
        self._attempts += 1
        return self._attempts >= ATTEMPTS

    def lifted_too_early(self) -> bool:
        """There is no card; whether one was taken away that was still being tried."""
        too_early = self._attempts > 0 and not self.settled
        self.settled = False
        self._attempts = 0
        return too_early
