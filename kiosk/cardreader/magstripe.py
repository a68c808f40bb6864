"""Magnetic-stripe readers, on a serial line or typing like a keyboard."""

from kiosk.cardreader.framing import Swipe, SwipeFraming
from kiosk.cardreader.linereader import LineReader
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import card_presented
from kiosk.cardreader.track import read_swipe
from kiosk.domain.device import DeviceKind
from kiosk.identities import CardUnreadable, Unreadable
from kiosk.keys.changing import KeyNow


class MagstripeReader(LineReader[Swipe, KeyNow]):
    """Of each card a token under ``key`` and the scheme go out, a card that couldn't be understood
    goes out as unreadable, and the same card within 3 s is one reading.
    """

    kind = DeviceKind.CARD_READER
    usual_framing = SwipeFraming

    def _take(self, found: Swipe | Unreadable) -> None:
        result = read_swipe(found.tracks) if isinstance(found, Swipe) else found
        if isinstance(result, Pan):
            self._readings.present(card_presented(self._device, result, self._key()))
        else:
            self._readings.hand_on(CardUnreadable(self._device, result))
