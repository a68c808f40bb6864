"""A receipt printer at the far end of a line or socket, that knows nothing of the product.

It answers as Epson's command reference says and keeps every slip's bytes for the decoder.
"""

import re
import select
import socket
import threading
from types import TracebackType
from typing import Protocol, Self

from tests.support.waiting import until

WELL = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
"""DLE EOT answers of a printer that is on-line with the cover closed and paper in."""

_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])", re.DOTALL)
_AUTOMATIC_STATUS = re.compile(rb"(?:\x1b@)?\x1da.", re.DOTALL)
_TRANSMIT_STATUS = re.compile(rb"\x1dr[\x01\x31]", re.DOTALL)
_WHO_ARE_YOU = re.compile(rb"\x1dI.", re.DOTALL)
_PROCESS_ID = re.compile(rb"\x1d\(H\x06\x0000(.{4})", re.DOTALL)


class Line(Protocol):
    """The printer's end of a wire."""

    def read(self, seconds: float) -> bytes: ...

    def write(self, data: bytes) -> None: ...


class FarPrinter:
    """Prints whatever comes over ``line`` in a thread of its own."""

    def __init__(self, line: Line) -> None:
        self.slips: list[bytes] = []
        """Each from its first byte to the request for its process id."""
        self.initialised = threading.Event()
        """The machine has found it well and set it up."""
        self._line = line
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._print)

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

    def slip(self, number: int = 1) -> bytes:
        """The bytes of the first, second … slip, as soon as it is printed."""
        until(lambda: len(self.slips) >= number, f"slip {number}")
        return self.slips[number - 1]

    def _print(self) -> None:
        rest = b""
        while not self._ended.is_set():
            rest += self._line.read(0.05)
            while (left := self._work_off(rest)) != rest:
                rest = left

    def _work_off(self, data: bytes) -> bytes:
        """Obey what ``data`` begins with; what is left, all of it when more has to come."""
        if asked := _REAL_TIME.match(data):
            self._line.write(bytes([WELL[asked[1][0]]]))
            return data[asked.end() :]
        if asked := _AUTOMATIC_STATUS.match(data):
            self._line.write(b"\x10\0\0\0")
            self.initialised.set()
            return data[asked.end() :]
        if asked := _TRANSMIT_STATUS.match(data):
            self._line.write(b"\0")
            return data[asked.end() :]
        if asked := _WHO_ARE_YOU.match(data):
            return data[asked.end() :]  # it doesn't say
        if asked := _PROCESS_ID.search(data):
            self.slips.append(data[: asked.end()])
            self._line.write(b"7\x22" + asked[1] + b"\0")
            return data[asked.end() :]
        return data


class Network:
    """A network printer's end: it listens on loopback and serves one client at a time."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._client: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._hang_up()
        self._listener.close()

    def write(self, data: bytes) -> None:
        """Send to the machine."""
        assert self._client is not None
        self._client.sendall(data)

    def read(self, seconds: float) -> bytes:
        """What the machine sent; empty after ``seconds`` without anything."""
        waiting = self._client or self._listener
        if not select.select([waiting], [], [], seconds)[0]:
            return b""
        if self._client is None:
            self._client, _ = self._listener.accept()
            return b""
        data = self._client.recv(65536)
        if not data:
            self._hang_up()
        return data

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
