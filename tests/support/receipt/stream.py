"""Received bytes, taken off one parameter at a time."""

from collections.abc import Container
from dataclasses import dataclass

from tests.support.receipt.paper import Refused


@dataclass(slots=True)
class Stream:
    """Received bytes and how far they are understood."""

    data: bytes
    offset: int = 0

    @property
    def at_end(self) -> bool:
        """Whether everything was taken."""
        return self.offset >= len(self.data)

    def peek(self, count: int) -> bytes:
        """The next bytes, or as many as there are."""
        return self.data[self.offset : self.offset + count]

    def take(self, count: int) -> bytes:
        """Exactly the next bytes."""
        taken = self.peek(count)
        if len(taken) < count:
            raise Refused(f"the data ends {count - len(taken)} bytes too early")
        self.offset += count
        return taken

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self.take(len(self.data) - self.offset)

    def until_nul(self) -> bytes:
        """The bytes before the next NUL, which is taken too."""
        length = self.data.find(0, self.offset) - self.offset
        if length < 0:
            raise Refused("the data ends before the closing NUL")
        return self.take(length + 1)[:-1]

    def byte(self) -> int:
        """A parameter of one byte."""
        return self.take(1)[0]

    def word(self) -> int:
        """A parameter of two bytes, the low one first (``nL nH``)."""
        return int.from_bytes(self.take(2), "little")

    def one_of(self, allowed: Container[int]) -> int:
        """A parameter of one byte that is defined for these values only."""
        value = self.byte()
        if value not in allowed:
            raise Refused(f"parameter {value} is not defined")
        return value

    def digit(self, count: int) -> int:
        """A parameter below ``count``, sent as a number or as its ASCII digit."""
        return self.one_of((*range(count), *range(0x30, 0x30 + count))) & 0x0F

    def block(self) -> "Stream":
        """The parameters of a command with their length in front (``pL pH``)."""
        return Stream(self.take(self.word()))

    def require(self, expected: bytes) -> None:
        """Parameters that can't be anything else."""
        found = self.take(len(expected))
        if found != expected:
            raise Refused(f"{found.hex(' ')} where only {expected.hex(' ')} is defined")

    def require_end(self) -> None:
        """Nothing may be left of a block."""
        if not self.at_end:
            raise Refused(f"{len(self.data) - self.offset} bytes too many in the block")
