"""From the bytes of a scanner to scanned texts."""

from kiosk.cardreader.framing import SILENCE
from kiosk.domain.visitcode import LONGEST
from kiosk.identities import Unreadable

# What scanners are set to put round a text: STX, ETX, TAB, CR, LF.
_ENDS = frozenset(b"\x02\x03\t\r\n")


class Scan:
    """A scanned text. It doesn't show what it says: people hold up all kinds of things."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<Scan of {len(self.text)} characters>"


class ScanFraming:
    """Cuts a stream of bytes into scans, which end with CR, LF, TAB, ETX or with silence.

    Times are seconds of any clock that doesn't go back. A text of more than 256 characters is
    ``INVALID``, whatever it ends with.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._overlong = False
        """Whether everything up to an end is dropped."""
        self._heard = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self._buffer)} bytes>"

    @property
    def busy(self) -> bool:
        """Whether a text has begun, so that silence would end it."""
        return bool(self._buffer) or self._overlong

    def feed(self, data: bytes, now: float) -> list[Scan | Unreadable]:
        """The scans that these bytes complete."""
        found = self.idle(now)
        self._heard = now
        for byte in data:
            found += self._next(byte)
        return found

    def idle(self, now: float) -> list[Scan | Unreadable]:
        """The scan that silence has completed, if one has."""
        if not self.busy or now - self._heard < SILENCE:
            return []
        return self._finish()

    def clear(self) -> None:
        """Forget what has begun."""
        self._buffer[:] = bytes(len(self._buffer))
        self._buffer.clear()
        self._overlong = False

    def _next(self, byte: int) -> list[Scan | Unreadable]:
        if byte in _ENDS:
            return self._finish()
        if not self._overlong:
            self._buffer.append(byte)
        if len(self._buffer) <= LONGEST:
            return []
        self.clear()
        self._overlong = True
        return [Unreadable.INVALID]

    def _finish(self) -> list[Scan | Unreadable]:
        text = self._buffer.decode("latin-1").strip()
        self.clear()
        return [Scan(text)] if text else []
