"""The link to a printer: one owner of the wire, questions with their answers, bytes with deadlines."""

import asyncio
from collections.abc import Callable

from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from kiosk.printer.profile import Confirmation
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
PROCESS_ID = b"\x1d(H\x06\x0000"
"""``GS ( H`` function 48: with four characters behind it, told back when all before it is printed."""
AUTOMATIC_STATUS_ON = b"\x1da\x0e"
"""``GS a``: tell of every change of off-line, error and paper state."""


class PrinterLink:
    """Talks with one printer over one open wire. :meth:`listen` must run."""

    def __init__(self, device: DeviceId, wire: Wire, open_fences: int = 0) -> None:
        """``open_fences`` are those of an earlier link: their answers may still come."""
        self._device = device
        self._wire = wire
        self._replies = ReplyDemultiplexer()
        self._answers: dict[int, int] = {}
        self._heard = asyncio.Event()
        self._unasked: PrinterCondition | None = None
        self._done: bytes | None = None
        self._jammed = False
        self._confirms = Confirmation.EITHER
        self.broke_off = open_fences > 0
        """A slip was given up on its way, by the line or by clearing: half of it may be on paper."""
        self.open_fences = open_fences
        """How many fences were sent and not answered."""
        self.lost = False
        self.changed: Callable[[PrinterCondition], None] = lambda condition: None
        """Called with what the printer tells of itself unasked."""

    async def listen(self) -> None:
        """Take replies until the line is lost. Raises DeviceError."""
        while True:
            for reply in self._replies.feed(await self._wire.read(60)):
                self._take(reply)

    def lose(self) -> None:
        """The line is gone: whoever waits for an answer is told at once."""
        self.lost = True
        self._heard.set()

    async def send(self, data: bytes) -> None:
        """Raises DeviceError when the line is lost or the printer takes no more."""
        await self._wire.write(data, WRITE_WITHIN)

    async def ask(self) -> PrinterCondition:
        """How the printer is now; asked once more when it leaves a question open.

        Raises DeviceError(NO_ANSWER) when it leaves one open again.
        """
        if await self._answered() or await self._answered():
            return self._condition()
        raise DeviceError(self._device, Fault.NO_ANSWER, f"{len(self._answers)} of 4 answers")

    async def _answered(self) -> bool:
        self._replies.forget()
        self._answers.clear()
        self._unasked = None
        self._replies.asked(1, 2, 3, 4)
        await self.send(STATUS_QUESTIONS)
        return await self._until(lambda: len(self._answers) == 4, ANSWER_WITHIN)

    def _condition(self) -> PrinterCondition:
        # The answers may be older than what changed while they came in.
        return self._unasked or condition_of(self._answers)

    async def settle(self, within: float) -> bool:
        """Bring late answers of earlier jobs in, so that the next fence's answer is its own.

        False when the printer works nothing off ``within`` seconds: what was sent before, perhaps
        only half of it, is still inside it. One fence more is sent; when that one is answered,
        nothing older ever will be. Raises DeviceError.
        """
        if not self.open_fences:
            return True
        await self.send(FENCE)
        before = self.open_fences = self.open_fences + 1
        if not await self._answered_since(before, within):
            return False
        while await self._answered_since(self.open_fences, ANSWER_WITHIN):
            pass
        self.open_fences = 0
        return True

    async def _answered_since(self, fences: int, within: float) -> bool:
        return fences > 0 and await self._until(lambda: self.open_fences < fences, within)

    async def clear(self, command: bytes) -> None:
        """Have the printer forget what it hasn't printed; it has heard so. Raises DeviceError."""
        await self.send(command)
        await self.ask()

    async def send_slip(
        self, body: bytes, id_: bytes, confirms: Confirmation, within: float
    ) -> None:
        """Send a slip with what makes the printer confirm it. Raises DeviceError.

        A clone that doesn't know process ids may print the question: it isn't asked.
        """
        self._done = None
        self._jammed = False
        self._confirms = confirms
        self.open_fences += 1
        question = b"" if confirms is Confirmation.FENCE else PROCESS_ID + id_
        await self._wire.write(body + question + FENCE, within)

    async def worked_off(self, id_: bytes, within: float) -> bool:
        """Whether the printer says in time that it has nothing more to do for the slip.

        A slip that hangs in the cutter counts, too: the cut is the last of it. Raises DeviceError.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + within
        if not await self._until(lambda: self._over(id_), within):
            return False
        if self.printed(id_) or self._jammed:
            return True
        # A byte of noise looks like a fence's answer. Of two fences, one sent after the other's
        # answer, at least one answer is the printer's, and both come behind the cut.
        self.open_fences += 1
        await self.send(FENCE)
        return await self._until(lambda: self._over(id_), until - clock())

    def _over(self, id_: bytes) -> bool:
        by_fence = self._confirms is not Confirmation.PROCESS_ID and self.open_fences == 0
        return self.printed(id_) or by_fence or self._jammed

    def printed(self, id_: bytes) -> bool:
        """Whether the printer said of this process id that everything before it is on paper."""
        return self._done == id_

    def _take(self, reply: Reply) -> None:
        match reply:
            case RealTimeStatus(n=n, bits=bits):
                self._answers[n] = bits
            case AutomaticStatus(frame=frame):
                condition = condition_of_frame(frame)
                self._unasked = condition
                self._jammed = condition.fault is Fault.CUTTER
                self.changed(condition)
            case ProcessDone(id=id_):
                self._done = id_
            case Transmitted():
                self.open_fences = max(0, self.open_fences - 1)
            case FlowControl():
                pass  # the serial driver of the system obeys it
        self._heard.set()

    async def _until(self, condition: Callable[[], bool], within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while not condition():
                    if self.lost:
                        raise DeviceError(self._device, Fault.CONNECTION_LOST)
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return condition()
        return True
