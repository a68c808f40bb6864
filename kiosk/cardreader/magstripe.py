"""Magnetic-stripe readers, on a serial line or typing like a keyboard."""

import time
from collections.abc import Awaitable, Callable, Sequence

from kiosk.cardreader.framing import Swipe, SwipeFraming
from kiosk.cardreader.linereader import Framing, LineReader
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import card_presented
from kiosk.cardreader.track import read_swipe
from kiosk.changingkey import KeyNow
from kiosk.devices.supervision import DELAYS, Plug
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardUnreadable, Unreadable
from kiosk.ports import ReportCondition


class MagstripeReader(LineReader[Swipe]):
    """Of each card a token under ``key`` and the scheme go out, a card that couldn't be understood
    goes out as unreadable, and the same card within 3 s is one reading.
    """

    kind = DeviceKind.CARD_READER

    def __init__(
        self,
        device: DeviceId,
        open_wire: Callable[[], Awaitable[Wire]],
        key: KeyNow,
        report: ReportCondition,
        *,
        framing: Callable[[], Framing[Swipe]] = SwipeFraming,
        monotonic: Callable[[], float] = time.monotonic,
        delays: Sequence[float] = DELAYS,
        plug: Plug | None = None,
    ) -> None:
        super().__init__(
            device,
            open_wire,
            report,
            framing=framing,
            monotonic=monotonic,
            delays=delays,
            plug=plug,
        )
        self._key = key

    def _take(self, found: Swipe | Unreadable) -> None:
        result = read_swipe(found.tracks) if isinstance(found, Swipe) else found
        if isinstance(result, Pan):
            self._readings.present(card_presented(self._device, result, self._key()))
        else:
            self._readings.hand_on(CardUnreadable(self._device, result))
