"""How it goes with a ticket, in words for whoever holds it. Pure; nothing personal in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.rules import ReasonFor
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.state import counter_name, named
from kiosk.locale import say, say_count

Foretold = Mapping[str, Any] | None
"""``estimated_wait`` of a waiting ticket (interfaces.md); None while nothing is known."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a ticket's own page says. Equal ones look the same."""

    state: str
    """Of the ticket; ``gone`` and ``busy`` of pages without one."""
    number: str | None
    """The number to listen for: after a move the new one."""
    headline: str
    title: str
    """Of the browser's tab."""
    notes: tuple[str, ...] = ()
    wait: tuple[str, str | None] | None = None
    """The range of the wait to expect, and what of it is most likely."""
    calls: int = 0
    """How often it was called: a phone shakes whenever this grows."""
    lasting: bool = False
    """Nothing will change any more."""


def progress(
    branch: Branch, ticket: Ticket, foretold: Foretold, language: str, now: datetime
) -> Progress:
    """What the page of this ticket says now."""
    match ticket.state:
        case TicketState.WAITING:
            return _waiting(branch, ticket, foretold, language, now)
        case TicketState.CALLED:
            return _called(branch, ticket, language)
        case TicketState.SERVING:
            counter = _counter(branch, ticket, language)
            return _plain(
                ticket, say(language, "You are being served at {counter}.", counter=counter)
            )
        case TicketState.PARKED:
            headline = say(language, "Your number is set aside.")
            return _plain(ticket, headline, _return(branch, ticket, language))
        case TicketState.NO_SHOW:
            headline = say(language, "You were called and nobody came.")
            ask = say(language, "Please ask the staff: they can bring you back into the line.")
            return _plain(ticket, headline, ask)
        case TicketState.SERVED:
            return _plain(ticket, say(language, "Thank you for your visit."))
        case TicketState.DROPPED:
            headline = say(language, "This number was taken out of the line.")
            return _plain(ticket, headline, _ask(language))
        case TicketState.MOVED:
            return _moved(branch, ticket, language)
        case TicketState.EXPIRED:
            headline = say(language, "This number is no longer called.")
            return _plain(ticket, headline, *_cleared(branch, language), _ask(language))
        case _:
            assert_never(ticket.state)


def gone(language: str) -> Progress:
    """Said to every code that isn't a good one, whatever is wrong with it."""
    headline = say(language, "This page is not there any more.")
    notes = (
        say(language, "A number can be followed until the end of its day."),
        say(language, "Please scan the code on your slip once more, or ask the staff."),
    )
    return Progress("gone", None, headline, headline, notes, lasting=True)


def too_many(language: str) -> Progress:
    """Said to whoever shares an address with too many others, or asks too often."""
    headline = say(language, "Very many people are asking just now.")
    notes = (say(language, "This page tries again by itself in a moment."),)
    return Progress("busy", None, headline, headline, notes)


def _plain(ticket: Ticket, headline: str, *notes: str) -> Progress:
    return Progress(
        ticket.state,
        ticket.number,
        headline,
        f"{ticket.number}: {headline}",
        notes,
        lasting=ticket.state.final,
    )


def _waiting(
    branch: Branch, ticket: Ticket, foretold: Foretold, language: str, now: datetime
) -> Progress:
    ahead = branch.people_ahead(ticket, now) or 0
    headline = say(language, "You are next.")
    if ahead:
        headline = say_count(
            language, "{count} person is ahead of you.", "{count} people are ahead of you.", ahead
        )
    wait, notes = _wait(foretold, language)
    if ticket.moved_from in branch.tickets:
        before = branch.tickets[ticket.moved_from].number
        notes = (say(language, "Your number was {number} before.", number=before), *notes)
    title = f"{ticket.number}: {headline}"
    return Progress(ticket.state, ticket.number, headline, title, notes, wait)


def _wait(
    foretold: Foretold, language: str
) -> tuple[tuple[str, str | None] | None, tuple[str, ...]]:
    """The wait to expect, or why there is none to tell."""
    if foretold is None:
        return None, (say(language, "How long it will take can't be told yet."),)
    if "p50" not in foretold:
        return None, (
            say(language, "As things stand your number won't be called today."),
            say(language, "Please ask the staff."),
        )
    low, median, high = foretold["p10"], foretold["p50"], foretold["p90"]
    if high == 0:
        return None, (say(language, "It is your turn in a moment."),)
    return (_range(low, high, language), _likely(low, median, high, language)), ()


def _range(low: int, high: int, language: str) -> str:
    if low == high:
        return say_count(language, "about {count} minute", "about {count} minutes", high)
    if low == 0:
        return say_count(language, "up to {count} minute", "up to {count} minutes", high)
    return say(language, "about {low}–{high} minutes", low=low, high=high)


def _likely(low: int, median: int, high: int, language: str) -> str | None:
    if low == high:
        return None
    return say_count(
        language, "most likely {count} minute", "most likely {count} minutes", max(median, 1)
    )


def _called(branch: Branch, ticket: Ticket, language: str) -> Progress:
    headline = say(language, "Please come to {counter}", counter=_counter(branch, ticket, language))
    again = (say(language, "You have been called again."),) if ticket.recalls else ()
    calls = ticket.recalls + 1
    return Progress(ticket.state, ticket.number, headline, f"● {headline}", again, calls=calls)


def _counter(branch: Branch, ticket: Ticket, language: str) -> str:
    assert ticket.counter is not None
    return counter_name(branch, ticket.counter, language)


def _moved(branch: Branch, ticket: Ticket, language: str) -> Progress:
    assert ticket.moved_to is not None
    number = branch.tickets[ticket.moved_to].number
    headline = say(language, "Your number is now {number}.", number=number)
    before = say(language, "Your number was {number} before.", number=ticket.number)
    return Progress(ticket.state, number, headline, f"● {headline}", (before,))


def _return(branch: Branch, ticket: Ticket, language: str) -> str:
    if ticket.parked_until is None:
        return say(language, "You keep it. Please tell the staff when you are ready.")
    at = ticket.parked_until.astimezone(branch.plan.zone)
    return say(language, "You are in the line again from {time} on.", time=f"{at:%H:%M}")


def _cleared(branch: Branch, language: str) -> tuple[str, ...]:
    """Why everyone was sent home, as the hall board says it."""
    texts = branch.plan.reasons.get(ReasonFor.CLEAR, {}).get(branch.cleared or "", {})
    return (named(texts, language),) if texts else ()


def _ask(language: str) -> str:
    return say(language, "If you are still here, please ask the staff or take a new number.")
