"""From the key events of a reader that types like a keyboard ("keyboard wedge") to what it read."""

from collections.abc import Sequence
from typing import Generic

from kiosk.cardreader.framing import SILENCE, Swipe, SwipeFraming
from kiosk.cardreader.keys import KeyDecoder
from kiosk.cardreader.linereader import Found, Framing
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.identities import Unreadable


class WedgeFraming(Generic[Found]):
    """Cuts a stream of ``struct input_event`` as ``typed`` cuts the characters.

    Silence is measured by the kernel's times of the events, so that a machine that was busy for a
    moment neither cuts a swipe in two nor takes two for one. Where events were lost nothing can be
    trusted up to the next silence: that is ``PARTIAL``.
    """

    def __init__(self, typed: Framing[Found]) -> None:
        self._keys = KeyDecoder()
        self._typed = typed
        self._broken = False
        """Whether events were lost and no silence has come since."""
        self._pressed = 0.0
        """The kernel's time of the latest key."""
        self._time = 0.0
        """The same, counted from the first one on, whatever the kernel's clock is set to."""
        self._heard = 0.0
        """When the latest events were taken."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} around {self._typed}>"

    @property
    def busy(self) -> bool:
        """Whether something has begun, so that silence would end it."""
        return self._broken or self._typed.busy

    def feed(self, data: bytes, now: float) -> Sequence[Found | Unreadable]:
        """What these events complete."""
        found: list[Found | Unreadable] = []
        for stroke in self._keys.feed(data):
            found += self._pass(stroke.at - self._pressed)
            self._pressed = stroke.at
            if stroke.character is None:
                self._broken = True
                self._typed.clear()
            elif not self._broken:
                found += self._typed.feed(stroke.character.encode("ascii"), self._time)
        self._heard = now
        return found

    def idle(self, now: float) -> Sequence[Found | Unreadable]:
        """What silence has completed, if it has."""
        return self._silent_until(self._time + now - self._heard)

    def clear(self) -> None:
        """Forget what has begun."""
        self._keys.clear()
        self._typed.clear()
        self._broken = False

    def _pass(self, seconds: float) -> Sequence[Found | Unreadable]:
        """Time goes on to the next key, and no further than to a silence."""
        at = self._time + min(max(seconds, 0.0), 2 * SILENCE)
        found = self._silent_until(at)
        self._time = at
        return found

    def _silent_until(self, at: float) -> Sequence[Found | Unreadable]:
        if not self._broken:
            return self._typed.idle(at)
        if at - self._time < SILENCE:
            return []
        self._broken = False
        return [Unreadable.PARTIAL]


def keys_of_swipes() -> WedgeFraming[Swipe]:
    """How card readers type."""
    return WedgeFraming(SwipeFraming())


def keys_of_scans() -> WedgeFraming[Scan]:
    """How scanners type."""
    return WedgeFraming(ScanFraming())
