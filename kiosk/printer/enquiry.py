"""Asking a printer how it is (``DLE EOT 1`` to ``4``), and knowing which answer is to which question.

An answer is one byte that doesn't tell what it answers, so answers are taken in the order of the
questions. That holds until one is late or lost: from then on the order is in doubt.
"""

from collections import deque

from kiosk.domain.device import Fault
from kiosk.ports import DeviceError
from kiosk.printer.link import PrinterLink
from kiosk.printer.replies import (
    AutomaticStatus,
    PrinterCondition,
    RealTimeStatus,
    Reply,
    condition_of,
    condition_of_frame,
)

QUESTIONS = bytes.fromhex("100401 100402 100403 100404")
_NUMBERS = (1, 2, 3, 4)
ANSWER_WITHIN = 0.5
"""Seconds for all four answers."""
SILENCE = 0.5
"""Seconds without an answer after which those that are missing are given up."""
_CHATTER = 4
"""Answers to nothing in a row, after which a line isn't waited for to fall silent."""


class StatusEnquiry:
    """The questions about a printer's condition over one link."""

    def __init__(self, link: PrinterLink, in_doubt: bool = False) -> None:
        """``in_doubt``: answers to questions of an earlier link may still come."""
        self._link = link
        self._asked: deque[int] = deque()
        self._answers: dict[int, int] = {}
        self._strays = 0
        self._unasked: PrinterCondition | None = None
        self.in_doubt = in_doubt
        """An answer that comes may be another question's. A fence behind it ends that."""
        link.listeners.append(self._take)

    async def ask(self) -> PrinterCondition:
        """How the printer is now; asked once more when it leaves a question open.

        While the order is in doubt nothing is asked before the line is silent, and an answer too
        many makes all of them worth nothing. Raises DeviceError(NO_ANSWER).
        """
        if self.in_doubt:
            if not await self._silent():
                raise self._unanswered("it answers what nobody asked")
        elif await self._answered():
            return self._condition()
        else:
            await self._wait_for_late_ones()
        if not await self._answered():
            self.in_doubt = True
            raise self._unanswered(f"{len(self._answers)} of {len(_NUMBERS)} answers")
        if self.in_doubt and await self._stray():
            raise self._unanswered("more answers than questions")
        return self._condition()

    def fenced(self) -> None:
        """What was asked until now is answered, or never will be: a fence behind it was."""
        self._asked.clear()
        self.in_doubt = False

    async def _answered(self) -> bool:
        self._answers.clear()
        self._unasked = None
        self._asked = deque(_NUMBERS)
        await self._link.send(QUESTIONS)
        return await self._link.until(lambda: not self._asked, ANSWER_WITHIN)

    async def _wait_for_late_ones(self) -> None:
        """When all of them come, none was lost, and their order still holds."""
        while self._asked:
            if not await self._fewer_missing(len(self._asked)):
                self._asked.clear()
                self.in_doubt = True

    async def _fewer_missing(self, than: int) -> bool:
        return await self._link.until(lambda: len(self._asked) < than, SILENCE)

    async def _silent(self) -> bool:
        for _ in range(_CHATTER):
            if not await self._stray():
                return True
        return False

    async def _stray(self) -> bool:
        """Whether an answer comes that no question waits for."""
        before = self._strays
        return await self._link.until(lambda: self._strays > before, SILENCE)

    def _condition(self) -> PrinterCondition:
        # The answers may be older than what changed while they came in.
        return self._unasked or condition_of(self._answers)

    def _unanswered(self, detail: str) -> DeviceError:
        return DeviceError(self._link.device, Fault.NO_ANSWER, detail)

    def _take(self, reply: Reply) -> None:
        match reply:
            case RealTimeStatus(bits=bits) if self._asked:
                self._answers[self._asked.popleft()] = bits
            case RealTimeStatus():
                self._strays += 1
                self.in_doubt = True
            case AutomaticStatus(frame=frame):
                self._unasked = condition_of_frame(frame)
            case _:
                pass
