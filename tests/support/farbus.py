"""Displays and call pads at the far end of a bus, that know nothing of the product.

They understand the frames of the templates ``bar-xor`` and ``pad-xor`` as their description says,
hear and speak at the pace of the line, and answer 1 ms after the last byte.
"""

import threading
import time
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from types import TracebackType
from typing import Self

from tests.support.farprinter import Line

ENQ, ACK, STX, ETX = 0x05, 0x06, 0x02, 0x03
SHOW, BELL, TAKEN = 0x44, 0x42, 0x4B
NEXT, RECALL, FINISH = 1, 2, 4
TURNAROUND = 0.001


@dataclass
class FarDevice:
    """What is at one address. ``pad`` is how its polls are told from a display's."""

    pad: bool = False
    text: bytes = b""
    effect: int = 0
    bells: int = 0
    key: int = 0
    sequence: int = 0
    polled: list[float] = field(default_factory=list)

    def press(self, key: int) -> None:
        """Press a key; it stays until the master has seen it."""
        self.sequence, self.key = self.sequence % 255 + 1, key


class FarBus:
    """Answers for the devices at these addresses, in a thread of its own."""

    def __init__(self, line: Line, baud: int | None = None) -> None:
        self.devices: dict[int, FarDevice] = {}
        self._line = line
        self._character = 10 / baud if baud else 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._answer)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join(5)

    def _answer(self) -> None:
        heard = b""
        while not self._ended.is_set():
            data = self._line.read(0.1)
            begun = time.perf_counter()
            heard = heard + data if data else b""
            while heard and (size := self._size(heard)) and len(heard) >= size:
                frame, heard = heard[:size], heard[size:]
                # The last of its bytes arrives when the line has carried them all.
                begun = self._carry(begun, size)
                if reduce(xor, frame) == 0:
                    self._say(self._taken(frame), begun + TURNAROUND)

    def _size(self, heard: bytes) -> int:
        """Of the frame that begins here; a byte that begins none is skipped."""
        if heard[0] == STX and len(heard) > 2:
            return heard[1] + 4
        if heard[0] == ENQ and len(heard) > 1:
            device = self.devices.get(heard[1])
            return 4 if device is not None and device.pad else 3
        return 0 if heard[0] in (STX, ENQ) else 1

    def _taken(self, frame: bytes) -> bytes:
        address = frame[1] if frame[0] == ENQ else frame[2]
        device = self.devices.get(address)
        if device is None:
            return b""
        if frame[0] == STX:
            return self._told(device, address, frame)
        device.polled.append(time.perf_counter())
        if not device.pad:
            return bytes([ACK, address])
        if frame[2] == device.sequence:
            device.key = 0
        return bytes([ACK, address, device.sequence, device.key])

    @staticmethod
    def _told(device: FarDevice, address: int, frame: bytes) -> bytes:
        assert frame[-2] == ETX
        if frame[3] == BELL:
            device.bells += 1
        elif device.pad:
            device.text = frame[5:-2]
        else:
            device.effect, device.text = frame[5], frame[6:-2]
        return bytes([TAKEN, address])

    def _say(self, told: bytes, begin: float) -> None:
        if told:
            for byte in told + bytes([reduce(xor, told)]):
                begin = self._carry(begin, 1)
                self._line.write(bytes([byte]))

    def _carry(self, begin: float, characters: int) -> float:
        """When the line has carried them; waits for it."""
        over = begin + characters * self._character
        time.sleep(max(0.0, over - time.perf_counter()))
        return over
