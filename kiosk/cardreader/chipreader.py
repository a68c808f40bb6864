"""Readers of chip cards, put in or held to them, through PC/SC."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from kiosk.cardreader.emv import card_number
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.readings import Readings
from kiosk.cardreader.token import card_presented
from kiosk.devices.cardslot import CardLost, CardSlot, CardTrouble
from kiosk.devices.supervision import supervise
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardReading, CardUnreadable, Unreadable
from kiosk.keys.changing import KeyNow
from kiosk.ports import ReportCondition

DELAYS = (1.0, 2.0, 5.0)
"""Seconds between attempts: asking a program of this machine costs next to nothing."""
MOST_COMMANDS = 100
"""Of one card; the longest honest dialog takes about forty."""
CARD_WITHIN = 4.0
"""Seconds that a card may take for all of them."""
ATTEMPTS = 3
"""How often a card is tried that stays and is lost all the same."""

_STEADIES_WITHIN = 0.1


class ChipReader:
    """A :class:`~kiosk.ports.CardReader`: a chip-card reader whose slot ``open_slot`` opens.

    :meth:`run` is its task. Of each card a token under ``key`` and the scheme go out; one that
    couldn't be understood goes out as unreadable. A card is read once and has to be taken away
    before the next one; one that is in when the slot is opened isn't read.
    """

    def __init__(
        self,
        device: DeviceId,
        open_slot: Callable[[], Awaitable[CardSlot]],
        key: KeyNow,
        report: ReportCondition,
        *,
        within: float = CARD_WITHIN,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._device = device
        self._open_slot = open_slot
        self._key = key
        self._report = report
        self._within = within
        self._delays = delays
        self._readings = Readings()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._device}>"

    async def run(self) -> None:
        """Read cards until cancelled; a lost reader is reported and opened anew."""
        await supervise(
            self._device, DeviceKind.CARD_READER, self._session, self._report, delays=self._delays
        )

    def readings(self) -> AsyncIterator[CardReading]:
        """Every reading from now on, for one taker."""
        return self._readings.from_now_on()

    async def _session(self, online: Callable[[], None]) -> None:
        slot = await self._open_slot()
        try:
            online()
            while True:
                await slot.card_out()
                await slot.card_in()
                self._tell(await self._read(slot))
        finally:
            await slot.close()

    async def _read(self, slot: CardSlot) -> Pan | Unreadable:
        """The card that is in; one that is lost and there all the same was only held badly."""
        attempts = 0
        while True:
            attempts += 1
            try:
                return await self._attempt(slot)
            except CardLost as lost:
                if attempts == ATTEMPTS or not await slot.has_card():
                    gone = lost.trouble is CardTrouble.GONE
                    return Unreadable.PARTIAL if gone else Unreadable.NO_DATA
            await asyncio.sleep(_STEADIES_WITHIN)

    async def _attempt(self, slot: CardSlot) -> Pan | Unreadable:
        try:
            async with asyncio.timeout(self._within):
                await slot.power_up()
                return await _number(slot)
        except TimeoutError:
            return Unreadable.INVALID
        finally:
            await slot.power_down()

    def _tell(self, result: Pan | Unreadable) -> None:
        if isinstance(result, Pan):
            self._readings.present(card_presented(self._device, result, self._key()))
        else:
            self._readings.hand_on(CardUnreadable(self._device, result))


async def _number(slot: CardSlot) -> Pan | Unreadable:
    dialog = card_number()
    command = next(dialog)
    for _ in range(MOST_COMMANDS):
        answer = await slot.transmit(command)
        try:
            command = dialog.send(answer)
        except StopIteration as end:
            result: Pan | Unreadable = end.value
            return result
    return Unreadable.INVALID
