"""What a teller can do at a counter now: every button of the console, with its key."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.domain.alerting import open_call
from kiosk.domain.branch import Branch
from kiosk.domain.calling import cool_down
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.ids import CounterId, TicketId
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.locale import say
from kiosk.shapes.writing import instant


@dataclass(frozen=True, slots=True)
class Step:
    """One command over HTTP: its address under ``/api/v1/`` and its body."""

    path: str
    body: Mapping[str, Any] = field(default_factory=dict)


def commands(steps: Iterable[Step]) -> str:
    """As the page takes them: JSON pairs of address and body."""
    return json.dumps([[one.path, dict(one.body)] for one in steps])


def at_counter(counter: CounterId, verb: str, body: Mapping[str, Any] | None = None) -> Step:
    """A verb of the counter."""
    return Step(f"counters/{counter}/{verb}", body or {})


def on_ticket(ticket: TicketId, verb: str, body: Mapping[str, Any] | None = None) -> Step:
    """A verb on a ticket."""
    return Step(f"tickets/{ticket}/{verb}", body or {})


@dataclass(frozen=True, slots=True)
class Verb:
    """A button: ``verb`` names it, ``key`` is the letter that presses it."""

    verb: str
    key: str
    label: str
    enabled: bool
    steps: tuple[Step, ...] = ()
    """Carried out one after the other; none: something is asked first, see choices.py."""
    first: bool = False
    until: str | None = None
    """It will be refused until then; counted down on the button."""
    done: str = ""
    """Said once it is carried out, where one wouldn't see it; ``{number}`` is the ticket's."""


def verbs(branch: Branch, counter: Counter, mine: bool, language: str) -> tuple[Verb, ...]:
    """Every button of the console; enabled where the desk would carry it out."""
    ticket = branch.open_ticket(counter.id) if mine else None
    return (
        *_calling(branch, counter, ticket, mine, language),
        *_asking(branch, counter, ticket, mine, language),
        *_standing(counter, ticket, mine, language),
    )


def _calling(
    branch: Branch, counter: Counter, ticket: Ticket | None, mine: bool, language: str
) -> tuple[Verb, ...]:
    """What one key alone says about the ticket."""
    called = ticket is not None and ticket.state is TicketState.CALLED
    working = mine and counter.state in (CounterState.OPEN, CounterState.SERVING)
    following = say(language, "Finish and call next") if ticket else say(language, "Call next")
    rules, recalls = branch.plan.calling, ticket.recalls if ticket else 0
    again = called and recalls < rules.recall_limit
    in_vain = called and recalls >= rules.recalls_minimum
    cool = _cool(branch, ticket) if ticket and (again or in_vain) else None

    def plain(verb: str) -> tuple[Step, ...]:
        return (at_counter(counter.id, verb),)

    return (
        Verb("next", "N", following, working, plain("next"), first=True),
        Verb("recall", "R", say(language, "Call again"), again, plain("recall"), until=cool),
        Verb("start", "S", say(language, "Start serving"), called, plain("start")),
        Verb("finish", "F", say(language, "Finish"), ticket is not None, plain("finish")),
        Verb("result", "E", say(language, "Finish with a result"), ticket is not None),
        Verb("no-show", "X", say(language, "Nobody came"), in_vain, plain("no-show"), until=cool),
        Verb("return", "B", say(language, "Back to the queue"), called, plain("return")),
    )


def _asking(
    branch: Branch, counter: Counter, ticket: Ticket | None, mine: bool, language: str
) -> tuple[Verb, ...]:
    """What needs to be told more, and people who come otherwise than in turn."""
    here = ticket is not None
    free = mine and counter.state is CounterState.OPEN
    there = mine and counter.state is not CounterState.CLOSED
    copy = (on_ticket(ticket.id, "reprint"),) if ticket else ()
    again, copied = say(language, "Print the slip again"), say(language, "A copy is being printed.")
    without = (at_counter(counter.id, "serve"),)
    return (
        Verb("park", "K", say(language, "Park"), here),
        Verb("transfer", "T", say(language, "Transfer"), here),
        Verb("visit", "V", say(language, "Further service"), here),
        Verb("reprint", "D", again, here, copy, done=copied),
        Verb("choose", "I", say(language, "Call a certain number"), free),
        Verb("aside", "A", say(language, "Parked and missed"), there),
        Verb("paper", "U", say(language, "Paper number"), free),
        Verb("serve", "W", say(language, "Serve without a number"), free, without),
        _help(branch, counter, there, language),
    )


def _help(branch: Branch, counter: Counter, there: bool, language: str) -> Verb:
    """Calling the lobby manager (LOB-59); one call is enough until somebody comes."""
    label = say(language, "Call the lobby manager")
    called = say(language, "The manager was called")
    if there and open_call(branch, counter.id):
        return Verb("manager", "M", called, enabled=False)
    return Verb("manager", "M", label, there, (Step("alerts"),))


def _standing(
    counter: Counter, ticket: Ticket | None, mine: bool, language: str
) -> tuple[Verb, ...]:
    """Whether the teller is there."""
    resting = counter.pausing or counter.state is CounterState.PAUSED
    working = mine and counter.state in (CounterState.OPEN, CounterState.SERVING)
    there = mine and counter.state is not CounterState.CLOSED
    opening = mine and (resting or not there)
    opens = say(language, "Continue") if resting else say(language, "Open")
    pausing, leaving = working and not counter.pausing, there and ticket is None

    def plain(verb: str) -> tuple[Step, ...]:
        return (at_counter(counter.id, verb),)

    return (
        Verb("open", "O", opens, opening, plain("open")),
        Verb("pause", "P", say(language, "Pause"), pausing, plain("pause")),
        Verb("status", "L", say(language, "Break"), there),
        Verb("close", "C", say(language, "Close"), leaving, plain("close")),
    )


def _cool(branch: Branch, ticket: Ticket) -> str | None:
    """Until when the person has time to come after the latest call."""
    latest: datetime | None = ticket.last_called_at or ticket.called_at
    if latest is None:
        return None
    left = cool_down(ticket, branch.plan.calling, latest)
    return instant(latest + left) if left else None
