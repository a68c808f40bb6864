"""Counter signs: LED displays and the digits of call pads follow the hall's facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from kiosk.counterports import CounterDisplay, Sign
from kiosk.domain.branch import Branch
from kiosk.domain.counter import CounterState
from kiosk.domain.events import Fact, TicketCalled, TicketRecalled
from kiosk.domain.ids import CounterId, Language
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed
from kiosk.flow.state import counter_name
from kiosk.locale import say

LOOK_EVERY = 20.0
"""Seconds after which signs are set right even if no fact told of a change."""


@dataclass(frozen=True, slots=True)
class CounterLed:
    """An LED display, and whom it speaks to."""

    display: CounterDisplay
    counter: CounterId
    language: Language

    def sign(self, branch: Branch) -> Sign:
        """What it shows now."""
        return led_sign(branch, self.counter, self.language)


@dataclass(frozen=True, slots=True)
class CounterDigits:
    """The digits of a call pad."""

    display: CounterDisplay
    counter: CounterId

    def sign(self, branch: Branch) -> Sign:
        """What they show now."""
        return pad_sign(branch, self.counter)


class CounterSigns:
    """Shows at each counter what goes on there; rings when somebody is called."""

    def __init__(self, desk: Desk, feed: Feed, signs: Sequence[CounterLed | CounterDigits]) -> None:
        self._desk = desk
        self._feed = feed
        self._signs = signs
        self._shown: dict[int, Sign] = {}

    async def run(self) -> None:
        """Follow the hall until cancelled."""
        with self._feed.follow() as follower:
            self._draw(await self._desk.shown(), [])
            while True:
                facts = await follower.next(LOOK_EVERY)
                follower.missed = False  # a sign is drawn from the hall itself
                self._draw(await self._desk.shown(), facts)

    def _draw(self, branch: Branch, facts: Sequence[Fact]) -> None:
        called = set(_called_to(facts))
        for number, one in enumerate(self._signs):
            sign, chime = one.sign(branch), one.counter in called
            if chime or sign != self._shown.get(number):
                self._shown[number] = sign
                one.display.show(sign, chime=chime)


def led_sign(branch: Branch, at: CounterId, language: str) -> Sign:
    """For customers: the number that is called, blinking when called once more; else the counter's state."""
    counter = branch.counter(at)
    ticket = branch.open_ticket(at)
    if ticket is not None:
        recalled = ticket.state is TicketState.CALLED and ticket.recalls > 0
        return Sign((*_about(ticket, language), ticket.number), counter.state, recalled)
    return Sign(_idle(counter.state, counter_name(branch, at, language), language), counter.state)


def pad_sign(branch: Branch, at: CounterId) -> Sign:
    """For the teller: the number at the counter and how many wait for it; seven segments can show it."""
    counter = branch.counter(at)
    ticket = branch.open_ticket(at)
    waiting = sum(branch.lines.count(queue) for queue in branch.plan.counters[at].profile.queues)
    match counter.state:
        case CounterState.CLOSED:
            texts: tuple[str, ...] = ("----", "-")
        case CounterState.PAUSED:
            texts = (f"PAUS {waiting:3}", "PAUS", "P")
        case CounterState.OPEN | CounterState.SERVING if ticket is not None:
            digits = ticket.number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            texts = (f"{ticket.number} {waiting:3}", ticket.number, digits, digits[-3:])
        case CounterState.OPEN | CounterState.SERVING:
            texts = (f"{waiting:8}", f"{waiting:4}", f"{waiting}")
        case _:
            assert_never(counter.state)
    return Sign(texts, counter.state)


def _about(ticket: Ticket, language: str) -> Iterator[str]:
    if ticket.state is TicketState.CALLED:
        yield say(language, "{number}, please", number=ticket.number)
    else:
        yield say(language, "Serving {number}", number=ticket.number)


def _idle(state: CounterState, name: str, language: str) -> tuple[str, ...]:
    match state:
        case CounterState.CLOSED:
            return say(language, "This counter is closed"), say(language, "Closed")
        case CounterState.PAUSED:
            return say(language, "Back in a moment"), say(language, "Paused")
        case CounterState.OPEN | CounterState.SERVING:
            return (name,)
    assert_never(state)


def _called_to(facts: Sequence[Fact]) -> Iterator[CounterId]:
    for fact in facts:
        match fact.event:
            case TicketCalled(ticket=ticket) | TicketRecalled(ticket=ticket):
                if ticket.counter is not None:
                    yield ticket.counter
