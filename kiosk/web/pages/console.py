"""The teller console: one counter, its ticket, who waits for it, and what can be done now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from kiosk.display.buttons import ENDONYMS
from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.ids import CounterId, QueueId, StaffRef, TicketId
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.domain.ticket import COMPLAINT, Ticket, TicketState
from kiosk.flow.state import board_state, named
from kiosk.flow.why import why_next
from kiosk.locale import say, say_count
from kiosk.shapes import instant
from kiosk.web.pages.choices import rest
from kiosk.web.pages.live import Fragments
from kiosk.web.pages.templates import draw

CALLS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Tag:
    """A short word about a ticket; ``kind`` is its look."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Verb:
    """A button: ``verb`` is a counter verb of the HTTP API, ``key`` the letter that presses it."""

    verb: str
    key: str
    label: str
    enabled: bool
    first: bool = False
    choices: bool = False
    """It asks for something first; see choices.py."""


def console(
    branch: Branch, counter: CounterId, teller: StaffRef | None, language: str, now: datetime
) -> Fragments:
    """The parts of the console of this counter as this teller sees it."""
    present = branch.counter(counter)
    mine = present.teller in (None, teller)
    return {
        "outage": draw("console_outage.html", language, out=branch.outage is not None),
        "counter": _counter(branch, present, mine, language),
        "verbs": draw("console_verbs.html", language, verbs=verbs(branch, present, mine, language)),
        "waiting": _waiting(branch, counter, language, now),
        "calls": draw("console_calls.html", language, calls=_calls(branch, language)),
    }


def counter_name(branch: Branch, counter: CounterId, language: str) -> str:
    """What people call the counter: its name in the settings, or its number."""
    plan = branch.plan.counters.get(counter)
    given = named(plan.names, language) if plan else ""
    return given or say(language, "Counter {number}", number=counter)


def state_name(state: CounterState, language: str) -> str:
    """What a counter is doing, in a word."""
    match state:
        case CounterState.CLOSED:
            return say(language, "Closed")
        case CounterState.OPEN:
            return say(language, "Open")
        case CounterState.PAUSED:
            return say(language, "Paused")
        case CounterState.SERVING:
            return say(language, "Serving")
        case _:
            assert_never(state)


def verbs(branch: Branch, counter: Counter, mine: bool, language: str) -> tuple[Verb, ...]:
    """Every button of the console; enabled where the desk would carry it out."""
    ticket = branch.open_ticket(counter.id) if mine else None
    called = ticket is not None and ticket.state is TicketState.CALLED
    resting = counter.pausing or counter.state is CounterState.PAUSED
    working = mine and counter.state in (CounterState.OPEN, CounterState.SERVING)
    leaving = mine and counter.state is not CounterState.CLOSED and ticket is None
    opening = mine and (resting or counter.state is CounterState.CLOSED)
    following = say(language, "Finish and call next") if ticket else say(language, "Call next")
    opens = say(language, "Continue") if resting else say(language, "Open")
    rules, recalls = branch.plan.calling, ticket.recalls if ticket else 0
    again = called and recalls < rules.recall_limit
    in_vain = called and recalls >= rules.recalls_minimum
    free = mine and counter.state is CounterState.OPEN
    there = mine and counter.state is not CounterState.CLOSED
    return (
        Verb("next", "N", following, working, first=True),
        Verb("recall", "R", say(language, "Call again"), again),
        Verb("start", "S", say(language, "Start serving"), called),
        Verb("finish", "F", say(language, "Finish"), ticket is not None),
        Verb("no-show", "X", say(language, "Nobody came"), in_vain),
        Verb("return", "B", say(language, "Back to the queue"), called),
        Verb("park", "K", say(language, "Park"), ticket is not None, choices=True),
        Verb("transfer", "T", say(language, "Transfer"), ticket is not None, choices=True),
        Verb("paper", "U", say(language, "Paper number"), free, choices=True),
        Verb("serve", "W", say(language, "Serve without a number"), free),
        Verb("open", "O", opens, opening),
        Verb("pause", "P", say(language, "Pause"), working and not counter.pausing),
        Verb("status", "L", say(language, "Break"), there, choices=True),
        Verb("close", "C", say(language, "Close"), leaving),
    )


def _counter(branch: Branch, counter: Counter, mine: bool, language: str) -> str:
    ticket = branch.open_ticket(counter.id)
    desk = {
        "name": counter_name(branch, counter.id, language),
        "state": counter.state.value,
        "state_name": state_name(counter.state, language),
        "pausing": counter.pausing,
        "taken": not mine,
        "invitation": _invitation(counter.state, language),
        "hint": _hint(counter.state, language),
        "rest": rest(branch, counter, language),
    }
    shown = _ticket(branch, ticket, language) if ticket else None
    return draw("console_counter.html", language, desk=desk, ticket=shown)


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


def _ticket(branch: Branch, ticket: Ticket, language: str) -> dict[str, object]:
    assert ticket.called_at is not None  # it is at a counter
    waited = int((ticket.called_at - ticket.clock_start).total_seconds() // 60)
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "service": _service(branch, ticket, language),
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


def _service(branch: Branch, ticket: Ticket, language: str) -> str:
    service = branch.plan.services.get(ticket.service)
    return named(service.names, language) if service else ticket.service


def _waiting(branch: Branch, counter: CounterId, language: str, now: datetime) -> str:
    profile = branch.plan.counters[counter].profile
    own = [one for one in branch.plan.queues if one in profile.queues]
    waiting = sum(branch.lines.count(queue) for queue in own)
    at = (counter, branch.counter(counter).teller)
    following = branch.lines.next_for(profile, now.timestamp(), at)
    return draw(
        "console_waiting.html",
        language,
        waiting=waiting,
        people=say_count(language, "person", "people", waiting),
        following=_following(branch, following, language, now),
        queues=[_queue(branch, queue, language) for queue in own],
    )


def _following(
    branch: Branch, following: TicketId | None, language: str, now: datetime
) -> dict[str, object] | None:
    if following is None:
        return None
    ticket = branch.tickets[following]
    urgency = branch.lines.urgency_of(ticket, now.timestamp())
    wait = max(0, int((now - ticket.clock_start).total_seconds() // 60))
    return {
        "number": ticket.number,
        "service": _service(branch, ticket, language),
        "why": why_next(language, ticket.priority_class, urgency, wait),
    }


def _queue(branch: Branch, queue: QueueId, language: str) -> dict[str, object]:
    names = branch.plan.queues[queue].names
    return {"id": queue, "name": named(names, language), "waiting": branch.lines.count(queue)}


def _calls(branch: Branch, language: str) -> list[dict[str, str]]:
    board = board_state(branch)
    calls = sorted(board["calling"] + board["last"], key=lambda call: call["at"], reverse=True)
    return [
        {
            "number": call["number"],
            "counter": counter_name(branch, call["counter"], language),
            "at": _local(call["at"], branch),
        }
        for call in calls[:CALLS_SHOWN]
    ]


def _local(at: str, branch: Branch) -> str:
    return datetime.fromisoformat(at).astimezone(branch.plan.zone).strftime("%H:%M")
