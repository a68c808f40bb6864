"""What a printer says, told apart: real-time status, automatic status, process ids.

Sources: Epson ESC/POS command reference (DLE EOT, GS r, GS a, GS ( H, GS I). Everything arrives on
one line without frames; the first byte's fixed bits say what it begins.
"""

import re
from dataclasses import dataclass

from kiosk.domain.device import Fault

XON, XOFF = 0x11, 0x13
_BLOCK_HEADERS = frozenset({0x37, 0x3D, 0x5F, 0x53})
"""Process ids, and the three kinds of printer information (``GS I``)."""
_LONGEST_BLOCK = 80
_PROCESS_ID = re.compile(rb"\x37\x22([\x20-\x7e]{4})\0")
_FRAME = 4
"""Bytes of an automatic status."""
_FULL_STATUS = 6
_FULL_STATUS_HEAD = b"\x10\x0f"
"""No automatic status begins so: two bits of its second byte are always off."""


@dataclass(frozen=True, slots=True)
class RealTimeStatus:
    """The answer to a ``DLE EOT n``. It doesn't say which."""

    bits: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Four bytes of Automatic Status Back."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class ProcessDone:
    """All data before this process id (``GS ( H``) is printed."""

    id: bytes


@dataclass(frozen=True, slots=True)
class Transmitted:
    """The answer to ``GS r``: the buffer was worked off up to there."""

    bits: int


@dataclass(frozen=True, slots=True)
class FullStatus:
    """The answer to ``DLE EOT 20`` of a printer with a presenter (CUSTOM): ``10 0F`` and four bytes."""

    paper: int

    @property
    def ticket_in_mouth(self) -> bool:
        """Whether a slip hangs at the output."""
        return bool(self.paper & 0x20)


Reply = FullStatus | RealTimeStatus | AutomaticStatus | ProcessDone | Transmitted


class ReplyDemultiplexer:
    """Bytes from a printer, in whatever pieces they come, to replies.

    Real-time answers, and XON and XOFF, may come in the middle of what is longer. A reply that got
    damaged on the wire is lost whole: its rest is never taken for a shorter one.
    """

    def __init__(self) -> None:
        self._block = bytearray()
        self._frame = bytearray()
        self._full = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete with this data. What is nobody's reply is passed over."""
        replies = (self._next(byte) for byte in data)
        return [reply for reply in replies if reply is not None]

    def _next(self, byte: int) -> Reply | None:
        if self._full:
            return self._in_full_status(byte)
        if byte in (XON, XOFF):
            return None  # the line's own affair
        if self._block and (byte == 0 or byte >= 0x20):
            return self._in_block(byte)
        self._block.clear()
        if byte & 0x93 == 0x12:
            return RealTimeStatus(byte)
        if byte in _BLOCK_HEADERS:
            self._frame.clear()
            self._block.append(byte)
            return None
        if byte & 0x93 == 0x10:
            self._frame = bytearray([byte])
            return None
        return self._in_frame(byte) if byte & 0x90 == 0x00 else None

    def _in_block(self, byte: int) -> Reply | None:
        """A block goes up to its NUL; one that gets too long never was one."""
        self._block.append(byte)
        if byte != 0 and len(self._block) < _LONGEST_BLOCK:
            return None
        block = bytes(self._block)
        self._block.clear()
        done = _PROCESS_ID.fullmatch(block)
        return ProcessDone(done[1]) if done else None

    def _in_full_status(self, byte: int) -> Reply | None:
        """Its bytes may have any value."""
        self._full.append(byte)
        if len(self._full) < _FULL_STATUS:
            return None
        paper = self._full[2]
        self._full.clear()
        return FullStatus(paper)

    def _in_frame(self, byte: int) -> Reply | None:
        if not self._frame:
            return Transmitted(byte)
        self._frame.append(byte)
        if self._frame == _FULL_STATUS_HEAD:
            self._full, self._frame = self._frame, bytearray()
            return None
        if len(self._frame) < _FRAME:
            return None
        frame = bytes(self._frame)
        self._frame.clear()
        return AutomaticStatus(frame)


@dataclass(frozen=True, slots=True)
class PrinterCondition:
    """What a status says: the fault that stops printing, if any, and whether paper is running low."""

    fault: Fault | None = None
    paper_low: bool = False


def condition_of(answers: dict[int, int]) -> PrinterCondition:
    """Of the four real-time answers (n → bits)."""
    offline, cause, error, paper = (answers[n] for n in (1, 2, 3, 4))
    faults = [
        (cause & 0x04, Fault.COVER_OPEN),
        (cause & 0x20 or paper & 0x60, Fault.PAPER_OUT),
        (error & 0x08, Fault.CUTTER),
        (error & 0x24 or cause & 0x40, Fault.PAPER_JAMMED),
        (offline & 0x08, Fault.OFFLINE),
    ]
    fault = next((fault for bits, fault in faults if bits), None)
    return PrinterCondition(fault, bool(paper & 0x0C))


def condition_of_frame(frame: bytes) -> PrinterCondition:
    """Of an automatic status frame."""
    first, second, third, _ = frame
    faults = [
        (first & 0x20, Fault.COVER_OPEN),
        (third & 0x0C, Fault.PAPER_OUT),
        (second & 0x08, Fault.CUTTER),
        (second & 0x24, Fault.PAPER_JAMMED),
        (first & 0x08, Fault.OFFLINE),
    ]
    fault = next((fault for bits, fault in faults if bits), None)
    return PrinterCondition(fault, bool(third & 0x03))
