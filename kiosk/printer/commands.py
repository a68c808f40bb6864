"""A byte stream to ESC/POS commands: the simulated printer's ear (Epson ESC/POS command reference)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
LINE_FEED = 0x0A

_ESC_ARGUMENTS = {b"@": 0, b"2": 0, b"i": 0, b"m": 0, b"D": None, b"$": 2, b"\\": 2, b"p": 3}
_FS_ARGUMENTS = {b"&": 0, b".": 0, b"S": 2}
_GS_ARGUMENTS = {b"L": 2, b"W": 2, b"P": 2, b"$": 2, b"\\": 2}
_DLE_ARGUMENTS = {b"\x04": 1, b"\x05": 1}
_AT_ONCE = re.compile(rb"\x10\x04[\x01-\x04\x14]|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
"""``DLE EOT n``, and ``DLE DC4 8``: clear the buffers."""
_LONGEST_AT_ONCE = 10
_CUT_WITH_FEED = frozenset({65, 66, 97, 98, 103, 104})


@dataclass(frozen=True, slots=True)
class Command:
    """One command: ``name`` without its parameters (``GS v``), or ``text`` with the characters."""

    name: str
    data: bytes = b""
    """The parameters, or the characters."""
    raw: bytes = b""
    """All of its bytes."""


class CommandReader:
    """Takes bytes in any pieces and gives the commands that are complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._looked_through = 0

    def feed(self, data: bytes) -> Iterator[Command]:
        """The commands that end with this data, in order."""
        self._buffer += data
        while self._buffer:
            size, command = _first(bytes(self._buffer))
            if size == 0:
                held = len(self._buffer)
                yield from self._at_once()
                if len(self._buffer) == held:
                    return
                continue
            raw = bytes(self._buffer[:size])
            del self._buffer[:size]
            self._looked_through = 0
            yield replace(command, raw=raw)

    def forget(self) -> None:
        """Half a command is lost with the power."""
        self._buffer.clear()
        self._looked_through = 0

    def _at_once(self) -> Iterator[Command]:
        """Real-time commands are obeyed in the middle of another one's data, as real printers do."""
        while found := _AT_ONCE.search(self._buffer, self._looked_through):
            self._looked_through = found.end()
            size, command = _real_time(found[0])
            yield replace(command, raw=found[0][:size])
            if command.name == "DLE DC4":
                del self._buffer[: found.end()]
                self._looked_through = 0
                return
        self._looked_through = max(self._looked_through, len(self._buffer) - _LONGEST_AT_ONCE)


_INCOMPLETE = (0, Command(""))


def _first(data: bytes) -> tuple[int, Command]:
    """How many bytes the first command has, and it; 0: it isn't complete."""
    match data[0]:
        case 0x1B:
            return _fixed("ESC", data, _ESC_ARGUMENTS)
        case 0x1C:
            return _sized(data, "FS") if data[1:2] == b"(" else _fixed("FS", data, _FS_ARGUMENTS)
        case 0x1D:
            return _group(data)
        case 0x10:
            return _real_time(data)
        case first if first < 0x20:
            return 1, Command("LF" if first == LINE_FEED else f"control {first:02X}")
        case _:
            # Only what ends a line tells that no character was torn apart on the wire.
            end = next((place for place, byte in enumerate(data) if byte < 0x20), 0)
            return end, Command("text", data[:end])


def _fixed(group: str, data: bytes, arguments: Mapping[bytes, int | None]) -> tuple[int, Command]:
    """Commands with a fixed number of parameters: one unless the table says otherwise."""
    letter = data[1:2]
    if not letter:
        return _INCOMPLETE
    count = arguments.get(letter, 1)
    if count is None:  # up to a NUL
        end = data.find(0, 2)
        return (
            (end + 1, Command(f"{group} {letter.decode()}", data[2:end]))
            if end > 0
            else _INCOMPLETE
        )
    if len(data) < 2 + count:
        return _INCOMPLETE
    return 2 + count, Command(f"{group} {letter.decode('latin-1')}", data[2 : 2 + count])


def _group(data: bytes) -> tuple[int, Command]:
    letter = data[1:2]
    if letter == b"(":
        return _sized(data, "GS")
    if letter == b"v":
        return _raster(data)
    if letter == b"V":
        if len(data) < 3:
            return _INCOMPLETE
        size = 4 if data[2] in _CUT_WITH_FEED else 3
        return (size, Command("GS V", data[2:size])) if len(data) >= size else _INCOMPLETE
    return _fixed("GS", data, _GS_ARGUMENTS)


def _sized(data: bytes, group: str) -> tuple[int, Command]:
    """``GS ( x pL pH …``"""
    if len(data) < 5:
        return _INCOMPLETE
    size = 5 + int.from_bytes(data[3:5], "little")
    return (
        (size, Command(f"{group} ( {chr(data[2])}", data[5:size]))
        if len(data) >= size
        else _INCOMPLETE
    )


def _raster(data: bytes) -> tuple[int, Command]:
    """``GS v 0 m xL xH yL yH …``; the data begin with m and the four size bytes."""
    if len(data) < 8:
        return _INCOMPLETE
    wide, high = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
    size = 8 + wide * high
    return (size, Command("GS v", data[3:size])) if len(data) >= size else _INCOMPLETE


def _real_time(data: bytes) -> tuple[int, Command]:
    if len(data) > 1 and data[1:2] == b"\x14":
        return (10, Command("DLE DC4", data[2:10])) if len(data) >= 10 else _INCOMPLETE
    size, command = _fixed("DLE", data, _DLE_ARGUMENTS)
    names = {"DLE \x04": "DLE EOT", "DLE \x05": "DLE ENQ"}
    return size, Command(names.get(command.name, command.name), command.data)
