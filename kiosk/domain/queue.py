"""Queues and the numbers they give."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.ids import ClassId, Language, QueueId

REGULAR = ClassId("regular")
VIP = ClassId("vip")
APPOINTMENT = ClassId("appointment")

PAPER = "paper"
"""The series of the paper roll. Series of queues are capital letters, so none is like it."""
WITHOUT_NUMBER = "without"
"""The series of those who are served without a number; nobody is told it."""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers of one queue within one business day: letter, first, step, last, width.

    The width is a minimum. After the last number the series grows by one digit, ``A999`` →
    ``A1000``: a number never wraps round within a day.
    """

    letter: str
    first: int = 1
    width: int = 3
    step: int = 1
    last: int | None = None
    """None: the largest number of the width."""

    @property
    def end(self) -> int:
        """The last number of its proper length."""
        return self.last if self.last is not None else int(10**self.width) - 1

    def following(self, number: int | None) -> int:
        """The number after this one; the first when there is none yet."""
        if number is None:
            return self.first
        plain = number + self.step
        return plain if number > self.end or plain <= self.end else self._grown()

    def _grown(self) -> int:
        return max(int(10 ** max(self.width, len(str(self.end)))), self.end + 1)

    def label(self, number: int) -> str:
        """What stands on the slip and is called in the hall: ``A001``."""
        return f"{self.letter}{number:0{self.width}d}"


@dataclass(frozen=True, slots=True)
class Queue:
    """A line of waiting tickets with a number series of its own."""

    id: QueueId
    names: Mapping[Language, str]
    series: NumberSeries


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """How soon a ticket should be called. All three figures are minutes."""

    id: ClassId
    target_wait: float
    max_wait: float
    """A ticket that waits longer is escalated: it goes before every one that isn't."""
    credit: float = 0
    """A head start."""


DEFAULT_CLASSES = (
    PriorityClass(REGULAR, target_wait=15, max_wait=40),
    PriorityClass(VIP, target_wait=3, max_wait=12),
    PriorityClass(APPOINTMENT, target_wait=3, max_wait=20),
)
"""The classes that exist without being written in the settings."""
