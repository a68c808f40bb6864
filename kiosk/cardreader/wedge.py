"""From the key events of a reader that types like a keyboard ("keyboard wedge") to swipes."""

from kiosk.cardreader.framing import SILENCE, Swipe, SwipeFraming
from kiosk.cardreader.keys import KeyDecoder
from kiosk.ports import Unreadable


class WedgeFraming:
    """Cuts a stream of ``struct input_event`` into swipes, which end with Enter or with silence.

    Where events were lost nothing can be trusted up to the next silence: that swipe is partial.
    """

    def __init__(self) -> None:
        self._keys = KeyDecoder()
        self._swipes = SwipeFraming()
        self._broken = False
        """Whether events were lost and no silence has come since."""
        self._heard = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} around {self._swipes}>"

    @property
    def busy(self) -> bool:
        """Whether a swipe has begun, so that silence would end it."""
        return self._broken or self._swipes.busy

    def feed(self, data: bytes, now: float) -> list[Swipe | Unreadable]:
        """The swipes that these events complete."""
        found = self.idle(now)
        self._heard = now
        for character in self._keys.feed(data):
            if character is None:
                self._broken = True
                self._swipes.clear()
            elif not self._broken:
                found += self._swipes.feed(character.encode("ascii"), now)
        return found

    def idle(self, now: float) -> list[Swipe | Unreadable]:
        """The swipe that silence has completed, if one has."""
        if not self._broken:
            return self._swipes.idle(now)
        if now - self._heard < SILENCE:
            return []
        self._broken = False
        return [Unreadable.PARTIAL]

    def clear(self) -> None:
        """Forget what has begun."""
        self._keys.clear()
        self._swipes.clear()
        self._broken = False
