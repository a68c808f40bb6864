"""Frames of the serial protocol of resident-identity readers (SDT, also SAM_V).

::

    AA AA AA 96 69 | length, high byte first | command 2, or status 3 and data | check

The length counts what follows it. The check is all bytes from the length on, exclusive-or.
"""

from enum import Enum, StrEnum

from kiosk.checksum import Check, checked

PREAMBLE = bytes.fromhex("AA AA AA 96 69")
_LENGTH = 2
_STATUS = 3
_CHECK = 1
LONGEST = 2400
"""What a length may say: a card with photo and fingerprints has 2,312."""


class Question(Enum):
    """What the machine asks: command and parameter."""

    STATUS = bytes.fromhex("11 FF")
    FIND = bytes.fromhex("20 01")
    """Is there a card?"""
    SELECT = bytes.fromhex("20 02")
    READ = bytes.fromhex("30 01")
    """Text and photo."""


class Status(Enum):
    """The last byte of a reply's status; the two before it are the card's own."""

    OTHER = -1
    """One that makes no difference here, as those of a card that refuses itself."""
    CHECK_WRONG = 0x10
    LENGTH_WRONG = 0x11
    COMMAND_WRONG = 0x21
    READ_FAILED = 0x41
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    DONE = 0x90
    FOUND = 0x9F


_STATUSES = {status.value: status for status in Status}


class Spoilt(StrEnum):
    """What is wrong with a frame."""

    LENGTH = "wrong length"
    CHECK = "wrong check"


class Reply:
    """A frame from the reader. It doesn't show its data."""

    __slots__ = ("data", "status")

    def __init__(self, status: Status, data: bytes) -> None:
        self.status = status
        self.data = data

    def __repr__(self) -> str:
        return f"<Reply {self.status.name} with {len(self.data)} bytes>"


def request(question: Question) -> bytes:
    """The frame that asks this."""
    return frame(question.value)


def frame(body: bytes) -> bytes:
    """A frame with this between length and check."""
    counted = (len(body) + _CHECK).to_bytes(_LENGTH, "big") + body
    return PREAMBLE + counted + checked(Check.XOR, counted)


class SdtFraming:
    """Cuts what comes down the line into replies; what is in no frame is passed over."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self._buffer)} bytes>"

    def feed(self, data: bytes) -> list[Reply | Spoilt]:
        """The replies that these bytes complete, in order."""
        self._buffer += data
        found: list[Reply | Spoilt] = []
        while (one := self._next()) is not None:
            found.append(one)
        return found

    def clear(self) -> None:
        """Forget what has begun."""
        self._drop(len(self._buffer))

    def _next(self) -> Reply | Spoilt | None:
        self._drop_noise()
        body = len(PREAMBLE) + _LENGTH
        if len(self._buffer) < body:
            return None
        length = int.from_bytes(self._buffer[len(PREAMBLE) : body], "big")
        if not _STATUS + _CHECK <= length <= LONGEST:
            # Only the preamble is passed over: what looks like its frame may hold the next one.
            self._drop(len(PREAMBLE))
            return Spoilt.LENGTH
        if len(self._buffer) < body + length:
            return None
        return self._take(body, length)

    def _take(self, body: int, length: int) -> Reply | Spoilt:
        counted = bytes(self._buffer[len(PREAMBLE) : body + length])
        if checked(Check.XOR, counted) != b"\0":
            self._drop(len(PREAMBLE))
            return Spoilt.CHECK
        self._drop(body + length)
        said = counted[_LENGTH:-_CHECK]
        return Reply(_STATUSES.get(said[_STATUS - 1], Status.OTHER), said[_STATUS:])

    def _drop_noise(self) -> None:
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            # A preamble may have begun.
            start = max(0, len(self._buffer) - len(PREAMBLE) + 1)
        self._drop(start)

    def _drop(self, count: int) -> None:
        self._buffer[:count] = bytes(count)
        del self._buffer[:count]
