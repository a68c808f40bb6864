"""What a teller is asked before some verbs: a reason, a target, a ticket, a number, a break."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.ids import ServiceId
from kiosk.domain.rules import NOT_READY, ReasonFor
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.state import counter_name, named
from kiosk.locale import say, say_count
from kiosk.shapes.writing import instant
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
    done: str = ""
    """Said once it is carried out; ``{number}`` is the ticket's."""


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
        return _keyed(DIGITS, self.answers)

    @property
    def lettered(self) -> Iterator[tuple[str, Tick]]:
        """The ticks with their letters."""
        return _keyed(TICKS, self.ticks)


def questions(
    branch: Branch, counter: Counter, language: str, now: datetime
) -> tuple[Question, ...]:
    """What can be asked at this counter now."""
    ticket = branch.open_ticket(counter.id)
    return (
        _result(branch, counter, ticket, language),
        _park(branch, counter, language),
        _transfer(branch, counter, ticket, language),
        _further(branch, ticket, language),
        _certain(branch, counter, language, now),
        _aside(branch, counter, language),
        Question(
            "paper",
            say(language, "Number of the paper roll"),
            number=at_counter(counter.id, "paper"),
        ),
        _breaks(branch, counter, language),
    )


def rest(branch: Branch, counter: Counter, language: str) -> dict[str, object] | None:
    """The teller's break: which, since when, how long it may last, and whether it is too long."""
    rule = branch.plan.breaks.get(counter.status or "")
    if rule is None:
        return None
    return {
        "name": named(rule.names, language),
        "since": instant(counter.since) if counter.since and not counter.pausing else None,
        "limit": minutes(rule.limit.total_seconds(), language) if rule.limit else None,
        "overrun": counter.overrun,
    }


def minutes(seconds: float, language: str) -> str:
    """A span as people say it."""
    return say_count(language, "{count} minute", "{count} minutes", int(seconds // 60))


def service_name(branch: Branch, service: ServiceId, language: str) -> str:
    """What people call a service; its id when the settings no longer have it."""
    plan = branch.plan.services.get(service)
    return named(plan.names, language) if plan else service


def _result(branch: Branch, counter: Counter, ticket: Ticket | None, language: str) -> Question:
    results = branch.plan.reasons.get(ReasonFor.FINISH, {})
    answers = [
        Choice(named(names, language), (at_counter(counter.id, "finish", {"result": code}),))
        for code, names in results.items()
    ]
    without = Choice(say(language, "No result"), (at_counter(counter.id, "finish"),))
    wanted = ticket.service if ticket else None
    services = tuple(
        Tick(named(one.names, language), "services", one.id, ticked=one.id == wanted)
        for one in branch.plan.services.values()
    )
    return Question(
        "result",
        say(language, "What came of it?"),
        (*answers, without),
        services,
        say(language, "What was done"),
    )


def _park(branch: Branch, counter: Counter, language: str) -> Question:
    reasons = branch.plan.reasons.get(ReasonFor.PARK, {})
    answers = tuple(
        Choice(named(names, language), (at_counter(counter.id, "park", {"reason": code}),))
        for code, names in reasons.items()
    )
    until = tuple(
        Tick(minutes(one * 60, language), "until", str(one), "minutes") for one in PARKED_FOR
    )
    text, more = say(language, "Why is it parked?"), say(language, "Comes back by itself after")
    return Question("park", text, answers, until, more)


def _transfer(branch: Branch, counter: Counter, ticket: Ticket | None, language: str) -> Question:
    back = Tick(say(language, "Comes back here afterwards"), "come_back", "true", "flag")
    return Question(
        "transfer",
        say(language, "Where to?"),
        tuple(_targets(branch, counter, ticket, language)),
        (back,),
    )


def _targets(
    branch: Branch, counter: Counter, ticket: Ticket | None, language: str
) -> Iterator[Choice]:
    """Other queues, other counters, and the tellers who are at work there."""

    def to(label: str, kind: str, target: str) -> Choice:
        return Choice(label, (at_counter(counter.id, "transfer", {kind: target}),))

    for queue in branch.plan.queues.values():
        aimed = ticket is not None and (ticket.only_counter or ticket.only_teller)
        if ticket is None or ticket.queue != queue.id or aimed:
            yield to(f"{queue.id} {named(queue.names, language)}", "queue", queue.id)
    others = [one for one in branch.plan.counters if one != counter.id]
    for other in others:
        yield to(counter_name(branch, other, language), "counter", other)
    for other in others:
        if teller := branch.counter(other).teller:
            name = counter_name(branch, other, language)
            yield to(
                say(language, "Teller who is now at {counter}", counter=name), "teller", teller
            )


def _further(branch: Branch, ticket: Ticket | None, language: str) -> Question:
    visit = ticket.visit if ticket else ""
    given = say(language, "Please tell the client: {number}", number="{number}")
    answers = tuple(
        Choice(
            named(one.names, language),
            (Step("tickets", {"service": one.id, "visit": visit, "print": False}),),
            given,
        )
        for one in branch.plan.services.values()
    )
    return Question(
        "visit", say(language, "Another number for the same person: for what?"), answers
    )


def _certain(branch: Branch, counter: Counter, language: str, now: datetime) -> Question:
    return Question(
        "choose",
        say(language, "Which number?"),
        tuple(
            Choice(
                f"{one.number} {service_name(branch, one.service, language)}",
                (on_ticket(one.id, "call", {"counter": counter.id}),),
            )
            for one in in_turn(branch, counter, now, LISTED)
        ),
        nothing=say(language, "Nobody waits for this counter."),
    )


def in_turn(branch: Branch, counter: Counter, now: datetime, most: int) -> list[Ticket]:
    """The first who wait for this counter, in the order in which it would call them."""
    profile = branch.plan.counters[counter.id].profile
    order = branch.lines.order_for(profile, now.timestamp(), (counter.id, counter.teller))
    return [branch.tickets[one] for one in islice(order, most)]


def _aside(branch: Branch, counter: Counter, language: str) -> Question:
    free = counter.state is CounterState.OPEN
    answers = [
        choice
        for one in put_aside(branch, counter)
        for choice in _back_again(branch, one, counter, free, language)
    ]
    nothing = say(language, "No number is parked, and nobody was missed at this counter.")
    text = say(language, "Parked and missed numbers")
    return Question("aside", text, tuple(answers), nothing=nothing)


def put_aside(branch: Branch, counter: Counter) -> list[Ticket]:
    """Parked tickets of the counter's queues, and those nobody came for when it called them."""
    profile = branch.plan.counters[counter.id].profile
    own = profile.queues | profile.fallback | {one.queue for one in profile.help}
    return [
        one
        for one in branch.aside.values()
        if (one.queue in own if one.state is TicketState.PARKED else one.counter == counter.id)
    ]


def _back_again(
    branch: Branch, ticket: Ticket, counter: Counter, free: bool, language: str
) -> Iterator[Choice]:
    """To be called at once, or to wait in turn."""
    parked = ticket.state is TicketState.PARKED
    waiting = on_ticket(ticket.id, "return" if parked else "reinstate")
    called = on_ticket(ticket.id, "call", {"counter": counter.id})
    number = ticket.number
    if free:
        steps = (called,) if parked else (waiting, called)
        yield Choice(say(language, "Call {number}", number=number), steps)
    yield Choice(say(language, "{number}: back to the queue", number=number), (waiting,))


def _breaks(branch: Branch, counter: Counter, language: str) -> Question:
    codes = {NOT_READY: say(language, "Not ready")}
    for one in branch.plan.breaks.values():
        limit = minutes(one.limit.total_seconds(), language) if one.limit else ""
        codes[one.code] = " · ".join(part for part in (named(one.names, language), limit) if part)
    answers = tuple(
        Choice(label, (at_counter(counter.id, "status", {"status": code}),))
        for code, label in codes.items()
    )
    return Question("status", say(language, "Which break?"), answers)


Thing = TypeVar("Thing")


def _keyed(keys: str, things: Iterable[Thing]) -> Iterator[tuple[str, Thing]]:
    """Each with its key; empty for those that come after the last key."""
    for number, one in enumerate(things):
        yield keys[number : number + 1], one
