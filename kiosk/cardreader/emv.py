"""How the number of a payment card is read from its chip (EMV 4.3; EMV Contactless 2.6).

Directory → application → GET PROCESSING OPTIONS → READ RECORD, up to the first record with the
number. No other data is asked for by intent or looked at, no cryptogram asked for, nothing written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from kiosk.cardreader.apdu import Answer, Dialog, ask, read_record, select
from kiosk.cardreader.pan import Pan, pan_of
from kiosk.cardreader.tlv import BrokenTlv, find, find_all, wanted
from kiosk.identities import Unreadable

CONTACTLESS_DIRECTORY = b"2PAY.SYS.DDF01"
CONTACT_DIRECTORY = b"1PAY.SYS.DDF01"
SCHEMES = tuple(
    bytes.fromhex(rid) for rid in ("A000000333", "A000000003", "A000000004", "A000000658")
)
"""Registered identifiers of UnionPay, Visa, Mastercard and Mir: how their applications begin."""
APPLICATIONS = tuple(
    bytes.fromhex(name)
    for name in (
        *("A000000333010101", "A000000333010102", "A000000333010103", "A000000333010106"),
        *("A0000000031010", "A0000000041010", "A0000000043060", "A0000006581010"),
    )
)
"""What is tried on a card without a directory."""

_MOST_APPLICATIONS = 8
_MOST_RECORDS = 16
_LONGEST_OPTIONS = 252
_TERMINAL_QUALIFIERS = bytes.fromhex("26000000")
_TRACK_2 = re.compile("([0-9]{12,19})D[0-9]{7}[0-9]*F?")


class Tag(IntEnum):
    """Data objects (EMV 4.3, book 3, annex B)."""

    AID = 0x4F
    TRACK_2 = 0x57
    PAN = 0x5A
    ENTRY = 0x61
    RESPONSE_1 = 0x80
    PRIORITY = 0x87
    DIRECTORY_FILE = 0x88
    AFL = 0x94
    TERMINAL_QUALIFIERS = 0x9F66
    PDOL = 0x9F38


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """Records of one file, from first to last."""

    file: int
    first: int
    last: int


def card_number() -> Dialog[Pan | Unreadable]:
    """Ask a card for its number.

    ``NO_DATA`` when it has no application of a known scheme, ``INVALID`` when none of those gives a
    number that is right, ``CONFLICT`` when one gives two.
    """
    applications = yield from _applications()
    result: Pan | Unreadable = Unreadable.NO_DATA
    for name in applications[:_MOST_APPLICATIONS]:
        answer = yield from ask(select(name))
        if not answer.done:
            continue
        result = (yield from _number_of(answer)) or Unreadable.INVALID
        if result is not Unreadable.INVALID:
            break
    return result


def _applications() -> Dialog[list[bytes]]:
    """Names of applications to try, the card's favourite first."""
    entries = yield from _contactless_directory()
    if not entries:
        entries = yield from _contact_directory()
    names = [name for name in _by_priority(entries) if name.startswith(SCHEMES)]
    return names or list(APPLICATIONS)


def _contactless_directory() -> Dialog[list[bytes]]:
    answer = yield from ask(select(CONTACTLESS_DIRECTORY))
    return _entries(answer)


def _contact_directory() -> Dialog[list[bytes]]:
    answer = yield from ask(select(CONTACT_DIRECTORY))
    file = _found(Tag.DIRECTORY_FILE, answer)
    entries: list[bytes] = []
    if file is None or len(file) != 1 or file[0] not in range(1, 31):
        return entries
    for record in range(1, _MOST_APPLICATIONS + 1):
        answer = yield from ask(read_record(file[0], record))
        if not answer.done:
            break
        entries += _entries(answer)
    return entries


def _number_of(application: Answer) -> Dialog[Pan | Unreadable | None]:
    """What the selected application gives as number; None when it gives none."""
    options = _options(_found(Tag.PDOL, application) or b"")
    if options is None:
        return None
    answer = yield from ask(options)
    if number := _number_in(answer):
        return number
    for span in _records(answer):
        for record in range(span.first, span.last + 1):
            answer = yield from ask(read_record(span.file, record))
            if number := _number_in(answer):
                return number
    return None


def _options(pdol: bytes) -> bytes | None:
    """GET PROCESSING OPTIONS with what the card wants to know: nothing, but that we are a terminal."""
    data = b""
    try:
        for tag, length in wanted(pdol):
            value = _TERMINAL_QUALIFIERS if tag == Tag.TERMINAL_QUALIFIERS else b""
            data += value[:length].ljust(length, b"\0")
            if len(data) > _LONGEST_OPTIONS:
                return None
    except BrokenTlv:
        return None
    short = len(data) < 0x80
    template = b"\x83" + (bytes([len(data)]) if short else bytes([0x81, len(data)])) + data
    return b"\x80\xa8\0\0" + bytes([len(template)]) + template + b"\0"


def _records(options: Answer) -> list[RecordSpan]:
    """The application file locator (EMV 4.3, book 3, 10.2), as far as it is one."""
    simple = _found(Tag.RESPONSE_1, options)
    locator = simple[2:] if simple else _found(Tag.AFL, options) or b""
    spans: list[RecordSpan] = []
    left = _MOST_RECORDS
    for place in range(0, len(locator) - 3, 4):
        file, first, last = locator[place] >> 3, locator[place + 1], locator[place + 2]
        if file in range(1, 31) and 1 <= first <= last and left:
            last = min(last, first + left - 1)
            left -= last - first + 1
            spans.append(RecordSpan(file, first, last))
    return spans


def _number_in(answer: Answer) -> Pan | Unreadable | None:
    """The number in an answer, when it holds one: of track 2, else by itself."""
    given = {_of_track_2(data) for data in _all(Tag.TRACK_2, answer)}
    given |= {_of_digits(data) for data in _all(Tag.PAN, answer)}
    if not given:
        return None
    if len(given) > 1:
        return Unreadable.CONFLICT
    return given.pop()


def _of_track_2(data: bytes) -> Pan | Unreadable:
    layout = _TRACK_2.fullmatch(data.hex().upper())
    return _checked(layout[1]) if layout else Unreadable.INVALID


def _of_digits(data: bytes) -> Pan | Unreadable:
    return _checked(data.hex().upper().rstrip("F"))


def _checked(digits: str) -> Pan | Unreadable:
    number = pan_of(digits)
    return number if isinstance(number, Pan) else Unreadable.INVALID


def _by_priority(entries: list[bytes]) -> Iterator[bytes]:
    """Names of directory entries; without a priority last (EMV 4.3, book 1, 12.2.3)."""

    def rank(entry: bytes) -> int:
        priority = (find(Tag.PRIORITY, entry) or b"\0")[:1]
        return (int.from_bytes(priority) & 0x0F) or 0x10

    for entry in sorted(entries, key=rank):
        name = find(Tag.AID, entry) or b""
        if len(name) in range(5, 17):
            yield name


def _entries(answer: Answer) -> list[bytes]:
    return [entry for entry in _all(Tag.ENTRY, answer) if _is_sound(entry)]


def _is_sound(entry: bytes) -> bool:
    try:
        find(Tag.AID, entry)
        find(Tag.PRIORITY, entry)
    except BrokenTlv:
        return False
    return True


def _found(tag: Tag, answer: Answer) -> bytes | None:
    return next(iter(_all(tag, answer)), None)


def _all(tag: Tag, answer: Answer) -> list[bytes]:
    """The values under a tag in a sound answer; none when it isn't one."""
    if not answer.done:
        return []
    try:
        return list(find_all(tag, answer.data))
    except BrokenTlv:
        return []
