"""Card readers that aren't there, and cards that nobody ever issued.

A reader is the far end of a serial line: the real driver works at the near one. One that types like
a keyboard sends there the events that the kernel would make of its keys.
"""

from pathlib import Path
from typing import Self

from kiosk.cardreader.keys import CHARACTERS, EVENT, Code, Kind, Press
from kiosk.cardreader.pan import Pan, check_digit
from kiosk.cardreader.scheme import scheme_of
from kiosk.cardreader.token import card_token
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.ids import CardToken
from kiosk.identities import Scheme

_STX, _ETX = b"\x02", b"\x03"
_FILLING = "0123456789" * 2


class SampleCard:
    """A card for demonstrations. It goes by its label; its number doesn't show."""

    __slots__ = ("_pan", "label")

    def __init__(self, label: str, prefix: str, length: int) -> None:
        body = (prefix + _FILLING)[: length - 1]
        self._pan = Pan(body + check_digit(body))
        self.label = label

    def __repr__(self) -> str:
        return f"<SampleCard {self.label}>"

    @property
    def scheme(self) -> Scheme:
        """The scheme it belongs to."""
        return scheme_of(self._pan)

    def token(self, key: bytes) -> CardToken:
        """What a reader makes of it under this card key."""
        return card_token(self._pan, key)

    def tracks(self) -> tuple[str, str]:
        """Tracks 1 and 2 from start to end sentinel (ISO/IEC 7813)."""
        name = f"SAMPLE/{self.label.upper()}"
        number = self._pan.digits
        return f"%B{number}^{name}^4912201000000?", f";{number}=4912201000000?"


def sample_cards() -> dict[str, SampleCard]:
    """The cards of the demonstration by label. ``unknown`` is a card that no bank knows."""
    cards = (
        SampleCard("gold", "62001", 19),
        SampleCard("everyday", "62002", 16),
        SampleCard("visa", "40000", 16),
        SampleCard("mastercard", "55000", 16),
        SampleCard("mir", "22000", 16),
        SampleCard("unknown", "62009", 17),
    )
    return {card.label: card for card in cards}


class SimulatedReader:
    """A reader at the far end of a serial line; ``with`` plugs and unplugs it.

    ``port``, where the driver finds it, is a link in ``folder`` under the reader's name.
    """

    def __init__(self, folder: Path, name: str, baud: int | None = None) -> None:
        self._line = SimulatedSerialLine(folder, name, baud)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self._line!r}>"

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    @property
    def port(self) -> str:
        """What the driver opens."""
        return self._line.port

    def plug(self) -> None:
        """Put its plug in."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull its plug."""
        self._line.unplug()


class SimulatedCardReader(SimulatedReader):
    """A magstripe reader; it sends ``STX track 1 track 2 ETX LRC``."""

    async def swipe(self, card: SampleCard) -> None:
        """Swipe the card as one should."""
        await self._send("".join(card.tracks()))

    async def swipe_partial(self, card: SampleCard) -> None:
        """Stop in the middle of the number: no end sentinel."""
        await self._send(card.tracks()[1][:9])

    async def swipe_garbled(self, card: SampleCard) -> None:
        """Swipe a worn card: a character of each number is not what it was."""
        await self._send("".join(track.replace("0", "1", 1) for track in card.tracks()))

    async def swipe_twice_glued(self, first: SampleCard, second: SampleCard) -> None:
        """Swipe two cards so fast that both come in one piece."""
        await self._send("".join(first.tracks() + second.tracks()))

    async def swipe_error_form(self) -> None:
        """Swipe a card the wrong way round: the reader says that no track was readable."""
        await self._send("%E?;E?")

    async def _send(self, text: str) -> None:
        await self._line.write(_frame(text))


class SimulatedWedgeReader(SimulatedCardReader):
    """A magstripe reader that types: every character a key, with shift where it needs one, and
    Enter at the end."""

    async def swipe_too_fast(self, card: SampleCard) -> None:
        """Swipe while nobody takes the events, so that the kernel drops some in track 2."""
        first, second = card.tracks()
        await self._line.write(
            keystrokes(first) + _event(Kind.EV_SYN, Code.SYN_DROPPED) + keystrokes(second[9:])
        )

    async def _send(self, text: str) -> None:
        await self._line.write(keystrokes(f"{text}\r"))


def keystrokes(text: str) -> bytes:
    """What the kernel makes of a reader that types this (``struct input_event``, times left 0)."""
    return b"".join(_stroke(*_KEYS[character]) for character in text)


_KEYS = {
    character: key
    for key, character in reversed(CHARACTERS.items())
    if key[1] or not character.isalpha()
}
"""The key of a character, and whether shift is held; readers hold it for capitals."""


def _stroke(code: int, shifted: bool) -> bytes:
    keys = (Code.KEY_LEFTSHIFT, code) if shifted else (code,)
    presses = [_event(Kind.EV_KEY, key, Press.PRESSED) for key in keys]
    releases = [_event(Kind.EV_KEY, key, Press.RELEASED) for key in reversed(keys)]
    report = _event(Kind.EV_SYN, Code.SYN_REPORT)
    return b"".join(event + report for event in presses + releases)


def _event(kind: Kind, code: int, value: int = 0) -> bytes:
    return EVENT.pack(0, 0, kind, code, value)


def _frame(text: str) -> bytes:
    body = text.encode("ascii") + _ETX
    check = 0
    for byte in body:
        check ^= byte
    return _STX + body + bytes([check])
