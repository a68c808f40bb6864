"""Far ends of lines that answer what they are asked, wrongly set as installers leave them."""

import re
import termios
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.support.farprinter import WELL, Line
from tests.support.serialline import SerialLine

SPEEDS = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    115200: termios.B115200,
}


class FarEnd:
    """Answers each question that it hears with what belongs to it, in a thread of its own."""

    def __init__(self, line: Line, answers: Mapping[bytes, bytes]) -> None:
        self.heard = b""
        self._line = line
        self._answers = answers
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
        questions = re.compile(b"|".join(map(re.escape, self._answers)), re.DOTALL)
        while not self._ended.is_set():
            said = self._line.read(0.05)
            self.heard += said
            for asked in questions.findall(said):
                self._line.write(self._answers[asked])


def printer(model: str = "", **different: int) -> dict[bytes, bytes]:
    """What a printer answers; ``paper=0x72`` is another answer to DLE EOT 4."""
    numbers = {"printer": 1, "offline": 2, "error": 3, "paper": 4}
    bits = WELL | {numbers[name]: value for name, value in different.items()}
    answers = {b"\x10\x04" + bytes([n]): bytes([value]) for n, value in bits.items()}
    if model:
        names = {b"B": b"EPSON", b"C": model.encode(), b"A": b"1.02 ESC/POS"}
        answers |= {b"\x1dI" + n: b"_" + name + b"\0" for n, name in names.items()}
    return answers


class AtSpeed:
    """A serial line of a device that is set to one speed: at another one both hear rubbish."""

    def __init__(self, line: SerialLine, baud: int) -> None:
        self._line = line
        self._speed = SPEEDS[baud]

    def read(self, seconds: float) -> bytes:
        """What is understood of what the machine sent."""
        said = self._line.read(seconds)
        if said and self._line.speed != self._speed:
            self._line.write(b"\xfe\x00\xf8")
            return b""
        return said

    def write(self, data: bytes) -> None:
        """Send to the machine."""
        self._line.write(data)
