"""Fences: questions that a printer answers when everything before them has been worked off.

``GS r 1`` is answered with one byte, ``GS ( H`` with the four characters that stood in it.
"""

import asyncio
import hashlib
import secrets

from kiosk.domain.device import Fault
from kiosk.domain.ids import JobId
from kiosk.printer.link import PrinterLink
from kiosk.printer.profile import Confirmation
from kiosk.printer.replies import (
    AutomaticStatus,
    ProcessDone,
    Reply,
    Transmitted,
    condition_of_frame,
)

FENCE = b"\x1dr\x01"
"""``GS r 1``"""
PROCESS_ID = b"\x1d(H\x06\x0000"
"""``GS ( H`` function 48: with four characters behind it, told back when all before it is printed."""
_ANSWER_WITHIN = 0.5
_CHARACTERS = 94
"""From 21h on: what stands in a process id. A space begins one that confirms no slip."""


def process_id(job: JobId) -> bytes:
    """Four printable characters of the job (``GS ( H`` allows 20h to 7Eh)."""
    number = int.from_bytes(hashlib.sha256(job.encode()).digest()[:8])
    digits = []
    for _ in range(4):
        number, digit = divmod(number, _CHARACTERS)
        digits.append(0x21 + digit)
    return bytes(digits)


def _nobodys_id() -> bytes:
    return bytes([0x20, *(0x21 + secrets.randbelow(_CHARACTERS) for _ in range(3))])


class Fences:
    """The fences on one link: which are open, and what their answers say of a slip."""

    def __init__(self, link: PrinterLink, confirms: Confirmation, open_: int = 0) -> None:
        """``open_`` are those of an earlier link: their answers may still come."""
        self._link = link
        self._confirms = confirms
        self._done: set[bytes] = set()
        self._jammed = False
        self.open = open_
        """How many ``GS r`` were sent and not answered."""
        link.listeners.append(self._take)

    async def settle(self, within: float) -> bool:
        """Bring late answers of earlier jobs in, so that the next fence's answer is its own.

        False when the printer works nothing off ``within`` seconds: what was sent before, perhaps
        only half of it, is still inside it. Raises DeviceError.
        """
        if self._confirms is Confirmation.PROCESS_ID:
            return await self._settle_by_id(within)
        await self._fence()
        if not await self._answered_since(self.open, within):
            return False
        while await self._answered_since(self.open, _ANSWER_WITHIN):
            pass
        self.open = 0
        return True

    async def _settle_by_id(self, within: float) -> bool:
        id_ = _nobodys_id()
        await self._link.send(PROCESS_ID + id_)
        if not await self._link.until(lambda: self.printed(id_), within):
            return False
        self.open = 0
        return True

    async def _fence(self) -> None:
        self.open += 1
        await self._link.send(FENCE)

    async def _answered_since(self, fences: int, within: float) -> bool:
        return fences > 0 and await self._link.until(lambda: self.open < fences, within)

    async def send_slip(self, body: bytes, id_: bytes, within: float) -> None:
        """Send a slip with what makes the printer confirm it. Raises DeviceError.

        A clone that doesn't know process ids may print the question: it isn't asked.
        """
        self._done.clear()
        self._jammed = False
        self.open += 1
        question = b"" if self._confirms is Confirmation.FENCE else PROCESS_ID + id_
        await self._link.send(body + question + FENCE, within)

    async def worked_off(self, id_: bytes, within: float) -> bool:
        """Whether the printer says in time that it has nothing more to do for the slip.

        A slip that hangs in the cutter counts, too: the cut is the last of it. Raises DeviceError.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + within
        if not await self._link.until(lambda: self._over(id_), within):
            return False
        if self.printed(id_) or self._jammed:
            return True
        # A byte of noise looks like a fence's answer. Of two fences, one sent after the other's
        # answer, at least one answer is the printer's, and both come behind the cut.
        await self._fence()
        return await self._link.until(lambda: self._over(id_), until - clock())

    def _over(self, id_: bytes) -> bool:
        by_fence = self._confirms is not Confirmation.PROCESS_ID and self.open == 0
        return self.printed(id_) or by_fence or self._jammed

    def printed(self, id_: bytes) -> bool:
        """Whether the printer said of this process id that everything before it is on paper."""
        return id_ in self._done

    def _take(self, reply: Reply) -> None:
        match reply:
            case ProcessDone(id=id_):
                self._done.add(id_)
            case Transmitted():
                self.open = max(0, self.open - 1)
            case AutomaticStatus(frame=frame):
                self._jammed = condition_of_frame(frame).fault is Fault.CUTTER
            case _:
                pass
