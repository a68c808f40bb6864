"""The edges at a counter: what is to be read there and what is pressed. The others are in ports.py."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.domain.counter import CounterState


@dataclass(frozen=True, slots=True)
class Sign:
    """What is to be read at a counter: the same thing at length and shorter. The first that fits is shown."""

    texts: tuple[str, ...]
    state: CounterState
    """For the lamp, where there is one."""
    blinking: bool = False


class CounterDisplay(Protocol):
    """An LED display above a counter, or the digits of a call pad."""

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        """Show this from now on, also after the display was away; returns at once.

        With ``chime`` it sounds once, where it can.
        """
        ...


class Key(StrEnum):
    """A key of a call pad: a verb that needs nothing else to be told."""

    NEXT = "next"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no-show"
    PAUSE = "pause"
    OPEN = "open"
    CLOSE = "close"
    TRANSFER = "transfer"


class Buttons(CounterDisplay, Protocol):
    """A call pad: keys, and digits that answer."""

    async def pressed(self) -> Key:
        """The next key that is pressed; what is pressed while nobody waits here is dropped.

        A key is told once however long it's held, however it bounces, whatever replies are lost.
        """
        ...
