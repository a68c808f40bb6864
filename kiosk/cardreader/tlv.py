"""Data objects in BER-TLV (ISO/IEC 7816-4, 5.2.2; ISO/IEC 8825-1), as far as payment cards use them."""

from collections.abc import Iterator

_MORE_TAG = 0x1F
_CONSTRUCTED = 0x20
_LONGEST_TAG = 3
_LENGTH_BYTES = {0x81: 1, 0x82: 2}
_FILLING = (0x00, 0xFF)
_DEEPEST = 4


class BrokenTlv(ValueError):
    """Bytes that are no row of data objects. The text doesn't show them."""


def objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each data object in a row. Raises BrokenTlv where one isn't whole."""
    place = 0
    while place < len(data):
        if data[place] in _FILLING:
            place += 1
            continue
        tag, place = _tag(data, place)
        length, place = _length(data, place)
        if place + length > len(data):
            raise BrokenTlv("a value is cut off")
        yield tag, data[place : place + length]
        place += length


def find_all(tag: int, data: bytes, depth: int = _DEEPEST) -> Iterator[bytes]:
    """The values of every object with this tag, also inside others. Raises BrokenTlv."""
    for found, value in objects(data):
        if found == tag:
            yield value
        elif _is_constructed(found) and depth > 1:
            yield from find_all(tag, value, depth - 1)


def find(tag: int, data: bytes) -> bytes | None:
    """The value of the first object with this tag, also inside others. Raises BrokenTlv."""
    return next(find_all(tag, data), None)


def wanted(dol: bytes) -> Iterator[tuple[int, int]]:
    """Tag and length of each element of a data object list (EMV 4.3, book 3, 5.4).

    Raises BrokenTlv.
    """
    place = 0
    while place < len(dol):
        tag, place = _tag(dol, place)
        length, place = _length(dol, place)
        yield tag, length


def encode(tag: int, value: bytes) -> bytes:
    """One data object."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    elif size <= 0xFF:
        length = bytes([0x81, size])
    else:
        length = b"\x82" + size.to_bytes(2, "big")
    return encoded_tag(tag) + length + value


def encoded_tag(tag: int) -> bytes:
    """A tag as it stands before its length."""
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big")


def _tag(data: bytes, place: int) -> tuple[int, int]:
    """A tag, whose number is that of its bytes, and the place behind it."""
    end = place + 1
    if data[place] & _MORE_TAG == _MORE_TAG:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - place > _LONGEST_TAG:
        raise BrokenTlv("a tag is cut off or too long")
    return int.from_bytes(data[place:end], "big"), end


def _length(data: bytes, place: int) -> tuple[int, int]:
    if place >= len(data):
        raise BrokenTlv("a length is missing")
    first = data[place]
    if first < 0x80:
        return first, place + 1
    size = _LENGTH_BYTES.get(first)
    if size is None or place + 1 + size > len(data):
        raise BrokenTlv("a length is cut off, indefinite or too long")
    return int.from_bytes(data[place + 1 : place + 1 + size], "big"), place + 1 + size


def _is_constructed(tag: int) -> bool:
    return bool(encoded_tag(tag)[0] & _CONSTRUCTED)
