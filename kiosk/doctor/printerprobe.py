"""Asking whatever is at the end of a line whether it is an ESC/POS printer, and how it is.

Only questions are sent that print nothing (Epson ESC/POS command reference: DLE EOT, GS I).
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.devices.transport import Wire
from kiosk.printer.enquiry import QUESTIONS
from kiosk.printer.replies import (
    PrinterCondition,
    RealTimeStatus,
    ReplyDemultiplexer,
    condition_of,
)

ANSWER_WITHIN = 0.6
"""Seconds for an answer to begin and end."""
WRITE_WITHIN = 1.0
MOST_HEARD = 4096
_NAMES = (b"\x1dIB", b"\x1dIC", b"\x1dIA")
"""``GS I``: its maker, its model, its firmware."""
_NAME = re.compile(rb"_([\x20-\x7e]{1,60})\0")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back."""

    condition: PrinterCondition | None = None
    """Of a printer that answered all questions; None: it was none, or not understood."""
    noise: bool = False
    """Something came that is no printer's answer."""
    echo: bool = False
    """The question itself came back."""
    maker: str = ""
    model: str = ""
    firmware: str = ""

    @property
    def name(self) -> str:
        """How it calls itself; empty when it doesn't say."""
        return " ".join(word for word in (self.maker, self.model, self.firmware) if word)


async def ask_printer(wire: Wire) -> Heard:
    """Ask once. Raises DeviceError when the line is lost or takes no bytes."""
    await _listen(wire, 0, lambda _: False)  # what was said before, nobody asked for
    await wire.write(QUESTIONS, WRITE_WITHIN)
    heard = await _listen(wire, ANSWER_WITHIN, lambda said: len(_answers(said)) == 4)
    answers = _answers(heard)
    if heard.startswith(QUESTIONS):
        return Heard(noise=True, echo=True)
    if len(answers) < 4:
        return Heard(noise=bool(heard))
    return Heard(condition_of(answers))


async def ask_name(wire: Wire, heard: Heard) -> Heard:
    """Beside what was heard, who it is; only of a printer that is well. Raises DeviceError."""
    names: list[str] = []
    for question in _NAMES:
        await wire.write(question, WRITE_WITHIN)
        said = _NAME.search(await _listen(wire, ANSWER_WITHIN, lambda said: b"\0" in said))
        if said is None:
            break  # one that doesn't know this question isn't asked the others
        names.append(said[1].decode("ascii").strip())
    maker, model, firmware = (*names, "", "", "")[:3]
    return replace(heard, maker=maker, model=model, firmware=firmware)


def _answers(said: bytes) -> dict[int, int]:
    """The real-time answers in it (n → bits), in the order of the questions."""
    replies = ReplyDemultiplexer().feed(said)
    bits = (one.bits for one in replies if isinstance(one, RealTimeStatus))
    return dict(zip((1, 2, 3, 4), bits, strict=False))


async def _listen(wire: Wire, within: float, enough: Callable[[bytes], bool]) -> bytes:
    """What comes until it is enough, the time is over or no printer would say so much."""
    clock = asyncio.get_running_loop().time
    until, heard = clock() + within, b""
    while not enough(heard) and len(heard) < MOST_HEARD:
        data = await wire.read(max(0.0, until - clock()))
        if not data:
            break
        heard += data
    return heard
