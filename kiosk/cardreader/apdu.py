"""Commands to a chip card and its answers (ISO/IEC 7816-4), sent and fetched piece by piece.

A dialog is a generator: it yields commands, is sent answers, and returns what it was for. Nothing
here knows how bytes travel.
"""

from collections.abc import Generator
from enum import IntEnum
from typing import TypeVar

_T = TypeVar("_T")
Dialog = Generator[bytes, bytes, _T]

_STATUS = 2
_PIECES = 16
_LONGEST = 4096


class StatusWord(IntEnum):
    """What a card says of a command, where it makes a difference."""

    DONE = 0x9000
    MORE = 0x61
    """The first byte alone: the second tells how many bytes wait."""
    LENGTH = 0x6C
    """The same, how many there would have been."""


class Answer:
    """Data and status word. It doesn't show its data."""

    __slots__ = ("data", "status")

    def __init__(self, data: bytes, status: int) -> None:
        self.data = data
        self.status = status

    def __repr__(self) -> str:
        return f"<Answer {self.status:04X} with {len(self.data)} bytes>"

    @property
    def done(self) -> bool:
        """Whether the card did what it was told."""
        return self.status == StatusWord.DONE


def select(name: bytes) -> bytes:
    """SELECT by name (7.1.1)."""
    return bytes([0x00, 0xA4, 0x04, 0x00, len(name)]) + name + b"\0"


def read_record(file: int, record: int) -> bytes:
    """READ RECORD of a file by its short identifier (7.3.3)."""
    return bytes([0x00, 0xB2, record, file << 3 | 0b100, 0x00])


def ask(command: bytes) -> Dialog[Answer]:
    """The whole answer to a command, also when the card gives it in pieces.

    A card that never comes to an end, or says nothing at all, has answered with status 0.
    """
    data = b""
    for _ in range(_PIECES):
        said = yield command
        if len(said) < _STATUS:
            return Answer(b"", 0)
        data += said[:-_STATUS]
        first, second = said[-_STATUS:]
        if len(data) > _LONGEST:
            return Answer(b"", 0)
        if first == StatusWord.MORE:
            command = bytes([0x00, 0xC0, 0x00, 0x00, second])
        elif first == StatusWord.LENGTH:
            command = command[:-1] + bytes([second])
        else:
            return Answer(data, first << 8 | second)
    return Answer(b"", 0)
