"""From the bytes of a serial reader to swipes.

Readers send ``STX ... ETX [LRC]``, or tracks that end with CR, LF, both or silence. MagTek readers
put an ESC behind STX and a status digit and a CR before ETX, and tell an insertion by
``STX ESC 1 CR ETX``.
"""

from kiosk.cardreader.track import END_SENTINEL, START_SENTINELS, Track, swipes_in, tracks_in
from kiosk.identities import Unreadable

SILENCE = 0.5
"""Seconds after which a swipe without an end is over."""
LONGEST = 260
"""Characters of one swipe."""

_LRC_PATIENCE = 0.1
_STX, _ETX, _LF, _CR, _ESC = 0x02, 0x03, 0x0A, 0x0D, 0x1B
_STARTS = frozenset(START_SENTINELS.encode("ascii"))


class Swipe:
    """The tracks of one card, each with its end. It doesn't show their content."""

    __slots__ = ("tracks",)

    def __init__(self, tracks: list[Track]) -> None:
        self.tracks = tracks

    def __repr__(self) -> str:
        return f"<Swipe of {len(self.tracks)} tracks>"


class SwipeFraming:
    """Cuts a stream of bytes into swipes. Times are seconds of any clock that doesn't go back."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._open = False
        """Whether a swipe has begun."""
        self._framed = False
        """Whether it began with STX, so that only ETX ends it."""
        self._overlong = False
        """Whether everything up to an end is dropped."""
        self._lrc: int | None = None
        self._heard = 0.0

    def __repr__(self) -> str:
        return f"<SwipeFraming with {len(self._buffer)} bytes>"

    @property
    def busy(self) -> bool:
        """Whether a swipe has begun, so that silence would end it."""
        return self._open or self._overlong

    def feed(self, data: bytes, now: float) -> list[Swipe | Unreadable]:
        """The swipes that these bytes complete."""
        found = self.idle(now)
        if now - self._heard > _LRC_PATIENCE:
            self._lrc = None
        self._heard = now
        for byte in data:
            found += self._next(byte)
        return found

    def idle(self, now: float) -> list[Swipe | Unreadable]:
        """The swipe that silence has completed, if one has."""
        if not self.busy or now - self._heard < SILENCE:
            return []
        self._overlong = False
        return self._finish()

    def clear(self) -> None:
        """Forget what has begun."""
        self._buffer[:] = bytes(len(self._buffer))
        self._buffer.clear()
        self._open = self._framed = self._overlong = False
        self._lrc = None

    def _next(self, byte: int) -> list[Swipe | Unreadable]:
        lrc, self._lrc = self._lrc, None
        if byte == _STX and lrc != _STX:
            return self._begin()
        if self._overlong:
            self._overlong = byte not in (_ETX, _CR, _LF)
            return []
        if not self._open:
            self._open = byte in _STARTS and byte != lrc
            return self._keep(byte) if self._open else []
        if byte == _ETX or (not self._framed and byte in (_CR, _LF)):
            return self._complete(byte)
        return self._keep(byte)

    def _begin(self) -> list[Swipe | Unreadable]:
        cut_off = self._finish() if self._buffer else []
        self.clear()
        self._open = self._framed = True
        return cut_off

    def _keep(self, byte: int) -> list[Swipe | Unreadable]:
        self._buffer.append(byte)
        if len(self._buffer) <= LONGEST:
            return []
        self.clear()
        self._overlong = True
        return [Unreadable.INVALID]

    def _complete(self, end: int) -> list[Swipe | Unreadable]:
        lrc = end
        for byte in self._buffer:
            lrc ^= byte
        found: list[Swipe | Unreadable] = self._finish() if self._buffer else [Unreadable.NO_DATA]
        self.clear()
        # The frame's LRC comes after its end. It is not waited for, only passed over: the tracks
        # have checks of their own.
        self._lrc = lrc if end == _ETX else None
        return found

    def _finish(self) -> list[Swipe | Unreadable]:
        text = self._buffer.decode("latin-1")
        self.clear()
        return _swipes(text) if text else []


def _swipes(text: str) -> list[Swipe | Unreadable]:
    if text.startswith(chr(_ESC)):
        text = _without_status(text)
        if text.isdecimal():
            return []
    return [_swipe(tracks) for tracks in swipes_in(tracks_in(text))] or [Unreadable.INVALID]


def _without_status(text: str) -> str:
    """MagTek: what is between ESC and the status behind the last track; a notice is all status."""
    tracks = text.strip("\x1b\r\n ").rstrip("0123456789 ")
    return tracks if tracks.endswith(END_SENTINEL) else text.strip("\x1b\r\n ")


def _swipe(tracks: list[Track]) -> Swipe | Unreadable:
    return Swipe(tracks) if all(track.ended for track in tracks) else Unreadable.PARTIAL
