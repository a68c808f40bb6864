"""The link to a printer: one owner of the wire, questions with their answers, bytes with deadlines."""

import asyncio
from collections.abc import Callable

from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from kiosk.printer.replies import (
    AutomaticStatus,
    FlowControl,
    PrinterCondition,
    ProcessDone,
    RealTimeStatus,
    Reply,
    ReplyDemultiplexer,
    Transmitted,
    condition_of,
    condition_of_frame,
)

STATUS_QUESTIONS = bytes.fromhex("100401 100402 100403 100404")
ANSWER_WITHIN = 0.5
"""Seconds for all four answers to a preflight."""
WRITE_WITHIN = 3.0
FENCE = b"\x1dr\x01"
"""``GS r 1``: answered when everything before it has been worked off."""
AUTOMATIC_STATUS_ON = b"\x1da\x0e"
"""``GS a``: tell of every change of off-line, error and paper state."""


class PrinterLink:
    """Talks with one printer over one open wire. :meth:`listen` must run."""

    def __init__(self, device: DeviceId, wire: Wire) -> None:
        self._device = device
        self._wire = wire
        self._replies = ReplyDemultiplexer()
        self._answers: dict[int, int] = {}
        self._heard = asyncio.Event()
        self._done: set[bytes] = set()
        self._fences = 0
        self._lost = False
        self.changed: Callable[[PrinterCondition], None] = lambda condition: None
        """Called with what the printer tells of itself unasked."""

    async def listen(self) -> None:
        """Take replies until the line is lost. Raises DeviceError."""
        while True:
            for reply in self._replies.feed(await self._wire.read(60)):
                self._take(reply)

    def lose(self) -> None:
        """The line is gone: whoever waits for an answer is told at once."""
        self._lost = True
        self._heard.set()

    async def send(self, data: bytes, within: float = WRITE_WITHIN) -> None:
        """Raises DeviceError when the line is lost or the printer takes no more."""
        await self._wire.write(data, within)

    async def ask(self) -> PrinterCondition:
        """How the printer is now. Raises DeviceError(NO_ANSWER) when it leaves a question open."""
        self._replies.forget()
        self._answers.clear()
        self._replies.asked(1, 2, 3, 4)
        await self.send(STATUS_QUESTIONS)
        if not await self._until(lambda: len(self._answers) == 4, ANSWER_WITHIN):
            raise DeviceError(self._device, Fault.NO_ANSWER, f"{len(self._answers)} of 4 answers")
        return condition_of(self._answers)

    async def settle(self) -> bool:
        """Bring late answers of earlier jobs in, so that the next fence's answer is its own.

        False when the printer works nothing off: what was sent before is still inside it.
        """
        if not self._fences:
            return True
        await self.send(FENCE)
        open_before = self._fences = self._fences + 1
        while self._fences and await self._answered_since(self._fences):
            pass
        settled = self._fences < open_before
        self._fences = 0 if settled else self._fences
        return settled

    async def _answered_since(self, fences: int) -> bool:
        return await self._until(lambda: self._fences < fences, ANSWER_WITHIN)

    async def fenced(self, id_: bytes, within: float) -> bool:
        """Whether the printer says in time that all that was sent up to now is worked off."""
        self._fences += 1
        await self.send(_process_id(id_) + FENCE)
        return await self._until(lambda: id_ in self._done or self._fences == 0, within)

    def printed(self, id_: bytes) -> bool:
        """Whether the printer said of this process id that everything before it is on paper."""
        return id_ in self._done

    def _take(self, reply: Reply) -> None:
        match reply:
            case RealTimeStatus(n=n, bits=bits):
                self._answers[n] = bits
            case AutomaticStatus(frame=frame):
                self.changed(condition_of_frame(frame))
            case ProcessDone(id=id_):
                self._done.add(id_)
            case Transmitted():
                self._fences = max(0, self._fences - 1)
            case FlowControl():
                pass  # the serial driver of the system obeys it
        self._heard.set()

    async def _until(self, condition: Callable[[], bool], within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while not condition():
                    if self._lost:
                        raise DeviceError(self._device, Fault.CONNECTION_LOST)
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return condition()
        return True


def _process_id(id_: bytes) -> bytes:
    return b"\x1d(H\x06\x000" + b"0" + id_
