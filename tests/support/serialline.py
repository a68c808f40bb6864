"""A serial line of a test: a pseudo-terminal whose far end is in the test's hand."""

import os
import select
import termios
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class SerialLine:
    """``port`` is what the machine opens; :meth:`write` and :meth:`read` are the device's end.

    It can be plugged in late: until :meth:`plug` there is nothing at ``port``.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.port = folder / name
        self._far = self._near = -1

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.unplug()

    def plug(self) -> None:
        """Put the plug in."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)  # a fresh terminal echoes
        self.port.symlink_to(os.ttyname(self._near))

    def unplug(self) -> None:
        """Pull the plug; twice does nothing."""
        if self._far < 0:
            return
        self.port.unlink()
        os.close(self._far)
        os.close(self._near)
        self._far = self._near = -1

    @property
    def speed(self) -> int:
        """At which the machine has the line open: a constant of termios."""
        return int(termios.tcgetattr(self._far)[5])

    def write(self, data: bytes) -> None:
        """Send to the machine."""
        while data:
            data = data[os.write(self._far, data) :]

    def read(self, seconds: float) -> bytes:
        """What the machine sent; empty after ``seconds`` without anything."""
        readable, _, _ = select.select([self._far], [], [], seconds)
        return os.read(self._far, 65536) if readable else b""
