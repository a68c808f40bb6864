"""The teller console: one counter, its ticket, who waits for it, and what can be done now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from kiosk.display.buttons import ENDONYMS
from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.domain.ticket import COMPLAINT, Ticket, TicketState
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.state import counter_name
from kiosk.locale import say, say_count
from kiosk.shapes.writing import instant
from kiosk.web.pages.choices import questions, rest, service_name
from kiosk.web.pages.live import Fragments
from kiosk.web.pages.templates import draw
from kiosk.web.pages.verbs import at_counter, verbs
from kiosk.web.pages.waitingroom import calls, waiting
from kiosk.web.pages.workday import workday


@dataclass(frozen=True, slots=True)
class Tag:
    """A short word about a ticket; ``kind`` is its look."""

    kind: str
    text: str


Greeting = Callable[[Ticket], str]
"""What a teller says first to whoever has this ticket, in that person's language (OPR-37)."""


class Standing(StrEnum):
    """Whether the counter is worked from this page."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    """The teller works there from another page."""
    LOCKED = "locked"
    """The teller has left the workplace; the password is asked for (OPR-23)."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who looks at which counter's console, and in which language."""

    counter: CounterId
    teller: StaffRef | None
    language: str
    greeting: Greeting
    book: EstimateBook
    standing: Standing = Standing.HERE


def console(branch: Branch, seat: Seat, now: datetime) -> Fragments:
    """The parts of the console as it is seen from this seat."""
    counter, language = branch.counter(seat.counter), seat.language
    mine = _is_mine(counter, seat)
    return {
        "outage": draw("console_outage.html", language, out=branch.outage is not None),
        "counter": _desk(branch, seat, now),
        "verbs": draw("console_verbs.html", language, verbs=verbs(branch, counter, mine, language)),
        **_questions(branch, counter, mine, language, now),
        "waiting": waiting(branch, counter, language, now, seat.book),
        "workday": workday(branch, seat.teller, language),
        "calls": calls(branch, language),
    }


def core(branch: Branch, at: CounterId) -> object:
    """What a key that is pressed at this counter changes: its teller waits to see it."""
    return branch.counter(at), branch.open_ticket(at), branch.alerts.latest_calls.get(at)


def _questions(
    branch: Branch, counter: Counter, mine: bool, language: str, now: datetime
) -> Fragments:
    """Each by itself: most stay as they are from call to call."""
    return {
        f"ask-{one.verb}": draw("console_choices.html", language, question=one, mine=mine)
        for one in questions(branch, counter, language, now)
    }


def _desk(branch: Branch, seat: Seat, now: datetime) -> str:
    """The counter with its ticket."""
    counter, language = branch.counter(seat.counter), seat.language
    mine, ticket = _is_mine(counter, seat), branch.open_ticket(counter.id)
    shown = {
        "name": counter_name(branch, counter.id, language),
        "state": counter.state.value,
        "state_name": state_name(counter.state, language),
        "pausing": counter.pausing,
        "taken": counter.teller not in (None, seat.teller),
        "standing": seat.standing.value,
        "here": (at_counter(counter.id, "here"),),
        "invitation": _invitation(counter.state, language),
        "hint": _hint(counter.state, language),
        "rest": rest(branch, counter, language),
        "help": _help_comes(branch, counter, now, language) if mine else "",
    }
    called = _ticket(branch, ticket, language, seat.greeting) if ticket and mine else None
    return draw("console_counter.html", language, desk=shown, ticket=called)


def _is_mine(counter: Counter, seat: Seat) -> bool:
    return counter.teller in (None, seat.teller) and seat.standing is Standing.HERE


def state_name(state: CounterState, language: str) -> str:
    """What a counter is doing, in a word."""
    match state:
        case CounterState.CLOSED:
            return say(language, "Closed")
        case CounterState.OPEN:
            return say(language, "Free")
        case CounterState.PAUSED:
            return say(language, "Paused")
        case CounterState.SERVING:
            return say(language, "Serving")
        case _:
            assert_never(state)


HELP_SEEN_FOR = timedelta(minutes=3)
"""So long a teller reads that the lobby manager has seen the call."""


def _help_comes(branch: Branch, counter: Counter, now: datetime, language: str) -> str:
    """Whether the lobby manager has seen this counter's call (LOB-59); empty: nothing to say."""
    call = branch.alerts.latest_calls.get(counter.id)
    if call is None or call.acknowledged_at is None or now - call.acknowledged_at > HELP_SEEN_FOR:
        return ""
    return say(language, "The lobby manager has seen your call")


def _invitation(state: CounterState, language: str) -> str:
    match state:
        case CounterState.CLOSED:
            return say(language, "This counter is closed")
        case CounterState.PAUSED:
            return say(language, "This counter is on a break")
        case CounterState.OPEN | CounterState.SERVING:
            return say(language, "Nobody is being called")
        case _:
            assert_never(state)


def _hint(state: CounterState, language: str) -> str:
    match state:
        case CounterState.CLOSED:
            return say(language, "Press O to open it")
        case CounterState.PAUSED:
            return say(language, "Press O to go on")
        case CounterState.OPEN | CounterState.SERVING:
            return say(language, "Press N to call the next number")
        case _:
            assert_never(state)


def _ticket(branch: Branch, ticket: Ticket, language: str, greeting: Greeting) -> dict[str, object]:
    assert ticket.called_at is not None  # it is at a counter
    waited = max(0, int((ticket.called_at - ticket.clock_start).total_seconds() // 60))
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "greeting": greeting(ticket),
        "language": ticket.language,
        "service": service_name(branch, ticket.service, language),
        "tags": tuple(_tags(ticket, language)),
        "waited": say_count(language, "{count} minute", "{count} minutes", waited),
        "called_at": instant(ticket.called_at),
        "started_at": instant(ticket.started_at) if ticket.started_at else None,
    }


def _tags(ticket: Ticket, language: str) -> Iterator[Tag]:
    if ticket.state is TicketState.SERVING:
        yield Tag("open", say(language, "Being served"))
    else:
        yield Tag("serving", say(language, "Called"))
    if ticket.priority_class == VIP:
        yield Tag("priority", say(language, "Priority client"))
    elif ticket.priority_class == APPOINTMENT:
        yield Tag("priority", say(language, "Appointment"))
    elif ticket.priority_class != REGULAR:
        yield Tag("priority", ticket.priority_class)
    if COMPLAINT in ticket.flags:
        yield Tag("complaint", say(language, "Has complained before"))
    if ticket.recalls:
        yield Tag("", say(language, "Called {times} times", times=ticket.recalls + 1))
    yield Tag("", ENDONYMS.get(ticket.language, ticket.language))
