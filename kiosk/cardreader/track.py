"""The tracks of a magnetic stripe, as readers give them in ASCII (ISO/IEC 7811-2, 7813, ISO 4909).

::

    track 1   %B PAN ^ NAME ^ YYMM SVC DISC ? [LRC]      up to 79 characters, LRC included
    track 2   ;  PAN = YYMM SVC DISC ? [LRC]             up to 40
    track 3   ; or +  FC PAN = ... ? [LRC]               up to 107, FC two digits
"""

import re
from enum import IntEnum

from kiosk.cardreader.pan import Pan, PanFault, pan_of
from kiosk.identities import Unreadable

START_SENTINELS = "%;+"
END_SENTINEL = "?"
_LINE_ENDS = "\r\n"


class Stripe(IntEnum):
    """Which of the three tracks."""

    TRACK_1 = 1
    TRACK_2 = 2
    TRACK_3 = 3


_MOST = {Stripe.TRACK_1: 79, Stripe.TRACK_2: 40, Stripe.TRACK_3: 107}
_LEAST_TRACK_3 = 60
_FORMAT = "(?:01|59|99)"
"""Codes of formats that begin with the number: of ISO 4909, and UnionPay's. Were any two digits taken,
a track 2 with a wrong sentinel would be the number without its first two: "62" changes no check digit."""
# The separator stands in its own place where expiry or service code is absent.
_LAYOUT = {
    Stripe.TRACK_1: re.compile(
        r"%B([0-9]{12,19})\^[ -$&->@-\]_]{2,26}\^(?:[0-9]{4}|\^)(?:[0-9]{3}|\^)[ -$&->@-\]_]*\?"
    ),
    Stripe.TRACK_2: re.compile(r";([0-9]{12,19})=(?:[0-9]{4}|=)(?:[0-9]{3}|=)[0-9:<=>]*\?"),
    Stripe.TRACK_3: re.compile(rf"[;+]{_FORMAT}([0-9]{{12,19}})=[0-9:<=>]*\?"),
}
_TRACK_3_OF = re.compile(rf";{_FORMAT}([0-9]+)=")
_NUMBER = re.compile(r";([0-9]+)=")


class Track:
    """One track as it was read, from start to end sentinel. It doesn't show its content."""

    __slots__ = ("ended", "sound", "text")

    def __init__(self, text: str, *, ended: bool = True, sound: bool = True) -> None:
        self.text = text
        self.ended = ended
        """Whether the end sentinel is there."""
        self.sound = sound
        """Whether nothing follows but the LRC that belongs there or the end of a line."""

    def __repr__(self) -> str:
        return f"<Track of {len(self.text)} characters>"


def tracks_in(text: str) -> list[Track]:
    """The tracks in what a reader sent; what stands before the first one is passed over."""
    tracks: list[Track] = []
    place = _next_start(text, 0)
    while place < len(text):
        end = _end(text, place)
        if text[end - 1] != END_SENTINEL:
            tracks.append(Track(text[place:end], ended=False))
            place = end
            continue
        behind = end + 1 if _is_lrc(text, place, end) else end
        after = _next_start(text, behind)
        sound = text[behind:after].strip(_LINE_ENDS) == ""
        tracks.append(Track(text[place:end], sound=sound))
        place = after
    return tracks


def swipes_in(tracks: list[Track]) -> list[list[Track]]:
    """The tracks of each card on its own, when two swipes came in one piece.

    Within a swipe the tracks come in order. A ``;`` after track 2 is track 3 when it carries the
    same number behind a format code, or is too long for a track 2; else it is the next card.
    """
    swipes: list[list[Track]] = []
    last: Stripe | None = None
    for track in tracks:
        before = swipes[-1][-1] if last is Stripe.TRACK_2 else None
        stripe = _stripe(track, before)
        if last is None or stripe <= last:
            swipes.append([])
        swipes[-1].append(track)
        last = stripe
    return swipes


def read_swipe(swipe: list[Track]) -> Pan | Unreadable:
    """The number on a card, from any track that can be read, when all that can be read agree."""
    if not all(track.ended for track in swipe):
        return Unreadable.PARTIAL
    if all(track.text[1:-1] == "" for track in swipe):
        return Unreadable.NO_DATA
    numbers: set[Pan] = set()
    before: Track | None = None
    for track in swipe:
        number = _read(track, _stripe(track, before))
        if isinstance(number, Pan):
            numbers.add(number)
        before = track if track.text[0] == ";" else None
    match len(numbers):
        case 0:
            return Unreadable.INVALID
        case 1:
            return numbers.pop()
        case _:
            return Unreadable.CONFLICT


def lrc(track: str) -> str:
    """The longitudinal redundancy check character of a track from start to end sentinel.

    Even parity over the data bits of all characters (ISO/IEC 7811-2, 11.2), in the track's own set:
    six bits from 0x20 on track 1, four bits from 0x30 on the others.
    """
    origin, mask = (0x20, 0x3F) if track[0] == "%" else (0x30, 0x0F)
    total = 0
    for character in track:
        total ^= ord(character) - origin & mask
    return chr(origin + total)


def _read(track: Track, stripe: Stripe) -> Pan | PanFault | None:
    """None when it is an error form (``%E?``) or the layout, length or LRC is wrong."""
    layout = _LAYOUT[stripe].fullmatch(track.text)
    if layout is None or not track.sound or len(track.text) + 1 > _MOST[stripe]:
        return None
    # A track 2 with something stuck to it must not be taken for a track 3, its number without the
    # first two digits.
    if stripe is Stripe.TRACK_3 and track.text[0] == ";" and len(track.text) < _LEAST_TRACK_3:
        return None
    return pan_of(layout[1])


def _stripe(track: Track, track_2: Track | None) -> Stripe:
    match track.text[0]:
        case "%":
            return Stripe.TRACK_1
        case "+":
            return Stripe.TRACK_3
        case _:
            too_long = len(track.text) + 1 > _MOST[Stripe.TRACK_2]
            repeats = track_2 is not None and _repeats(track, track_2)
            return Stripe.TRACK_3 if too_long or repeats else Stripe.TRACK_2


def _repeats(track_3: Track, track_2: Track) -> bool:
    third, second = _TRACK_3_OF.match(track_3.text), _NUMBER.match(track_2.text)
    return third is not None and second is not None and third[1] == second[1]


def _end(text: str, start: int) -> int:
    """Where the track from ``start`` ends: behind its end sentinel or where the next begins."""
    for place in range(start + 1, len(text)):
        if text[place] == END_SENTINEL:
            return place + 1
        if text[place] in "%;":
            return place
    return len(text)


def _is_lrc(text: str, start: int, end: int) -> bool:
    """Whether the character at ``end`` is the LRC. It may look like a start sentinel."""
    follows = text[end + 1 : end + 2]
    return text[end : end + 1] == lrc(text[start:end]) and (
        not follows or follows in START_SENTINELS + _LINE_ENDS
    )


def _next_start(text: str, place: int) -> int:
    while place < len(text) and text[place] not in START_SENTINELS:
        place += 1
    return place
