"""What a teller is asked before some verbs: a reason, a target, a ticket, a number, a break."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.ids import CounterId, ServiceId
from kiosk.domain.rules import NOT_READY, ReasonFor
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.state import named
from kiosk.locale import say, say_count
from kiosk.shapes import instant
from kiosk.web.pages.verbs import Step, at_counter, on_ticket

DIGITS = "1234567890"
TICKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LISTED = 10
"""Tickets among which a teller chooses: as many as there are digits."""
PARKED_FOR = (5, 10, 20, 30)
"""Minutes after which a parked ticket may return by itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: the commands that it gives."""

    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """What may be said besides: put into the body of whichever answer is given."""

    label: str
    field: str
    value: str
    kind: str = "list"
    """``list``: one of several values; ``flag``: true; ``minutes``: at most one, a span from now."""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a verb."""

    verb: str
    text: str
    answers: tuple[Choice, ...] = ()
    ticks: tuple[Tick, ...] = ()
    more: str = ""
    """What the ticks are about."""
    number: Step | None = None
    """The answer is a number that is typed, and this is done with it."""
    nothing: str = ""
    """Said when there is no answer to be given."""

    @property
    def numbered(self) -> Iterator[tuple[str, Choice]]:
        """The answers with their digits; those beyond the last digit are reached by arrow keys."""
        return zip_keys(DIGITS, self.answers)

    @property
    def lettered(self) -> Iterator[tuple[str, Tick]]:
        """The ticks with their letters."""
        return zip_keys(TICKS, self.ticks)


def zip_keys[T](keys: str, things: Iterable[T]) -> Iterator[tuple[str, T]]:
    """Each with its key; empty for those that come after the last key."""
    for number, one in enumerate(things):
        yield keys[number : number + 1], one
