"""What a printer says, told apart: real-time status, automatic status, process ids, flow control.

Sources: Epson ESC/POS command reference (DLE EOT, GS r, GS a, GS ( H, GS I). Everything arrives on
one line without frames; the first byte's fixed bits say what it begins.
"""

from collections import deque
from dataclasses import dataclass

from kiosk.domain.device import Fault

XON, XOFF = 0x11, 0x13
PRINTED_HEADER = 0x37
_BLOCK_HEADERS = frozenset({0x3D, 0x5F, 0x53})
_LONGEST_BLOCK = 80
_PROCESS_ID_REPLY = 7


@dataclass(frozen=True, slots=True)
class RealTimeStatus:
    """The answer to ``DLE EOT n``."""

    n: int
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
class FlowControl:
    """XON or XOFF."""

    may_send: bool


Reply = RealTimeStatus | AutomaticStatus | ProcessDone | Transmitted | FlowControl


class ReplyDemultiplexer:
    """Bytes from a printer, in whatever pieces they come, to replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._asked: deque[int] = deque()

    def asked(self, *numbers: int) -> None:
        """``DLE EOT n`` was sent with these n, in this order."""
        self._asked.extend(numbers)

    def forget(self) -> None:
        """Nothing that was asked before will be answered any more; half replies are dropped."""
        self._buffer.clear()
        self._asked.clear()

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete with this data. What is nobody's reply is passed over."""
        self._buffer += data
        replies = []
        while self._buffer:
            size, reply = self._first()
            if size == 0:
                break
            del self._buffer[:size]
            if reply is not None:
                replies.append(reply)
        return replies

    def _first(self) -> tuple[int, Reply | None]:
        """How many bytes the first reply has and what it is; 0: it isn't complete."""
        first = self._buffer[0]
        if first in (XON, XOFF):
            return 1, FlowControl(first == XON)
        if first == PRINTED_HEADER:
            return self._process_id()
        if first in _BLOCK_HEADERS:
            return self._block()
        if first & 0x93 == 0x10:
            return self._automatic_status()
        if first & 0x93 == 0x12:
            return 1, RealTimeStatus(self._asked.popleft(), first) if self._asked else None
        if first & 0x90 == 0x00:
            return 1, Transmitted(first)
        return 1, None

    def _process_id(self) -> tuple[int, Reply | None]:
        head = self._buffer[:_PROCESS_ID_REPLY]
        if len(head) > 1 and head[1] != 0x22:
            return 1, None
        if len(head) < _PROCESS_ID_REPLY:
            return 0, None
        if head[-1] != 0 or not all(0x20 <= byte <= 0x7E for byte in head[2:-1]):
            return 1, None
        return _PROCESS_ID_REPLY, ProcessDone(bytes(head[2:-1]))

    def _block(self) -> tuple[int, Reply | None]:
        """An information block up to its NUL; one without an end is no block."""
        end = self._buffer.find(0, 0, _LONGEST_BLOCK)
        if end >= 0:
            return end + 1, None
        return (1, None) if len(self._buffer) >= _LONGEST_BLOCK else (0, None)

    def _automatic_status(self) -> tuple[int, Reply | None]:
        frame = bytes(self._buffer[:4])
        if any(byte & 0x90 for byte in frame[1:]):
            return 1, None
        return (4, AutomaticStatus(frame)) if len(frame) == 4 else (0, None)


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
