"""What must hold of any log, whoever did what."""

from collections import Counter as Count

from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.events import Fact, TicketCalled, TicketIssued
from kiosk.domain.ids import TicketId
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.desk import Desk
from kiosk.ports import EventLog
from kiosk.wire import VERSION, decode, encode, family_of, name_of
from tests.domain.day import snapshot
from tests.flow.clock import HandClock
from tests.support.branch import small_plan

AFTER = {
    name: {TicketState(after) for after in states.split()}
    for name, states in {
        None: "waiting",
        # serving: somebody who has no number
        TicketState.WAITING: "called parked dropped moved expired serving",
        TicketState.CALLED: "serving served waiting no_show parked dropped expired",
        TicketState.SERVING: "served parked waiting expired",
        TicketState.PARKED: "waiting called dropped expired",
        TicketState.NO_SHOW: "waiting dropped expired",
        TicketState.SERVED: "",
        TicketState.DROPPED: "",
        TicketState.MOVED: "",
        TicketState.EXPIRED: "",
    }.items()
}
"""The states that may follow each state (queueing.md)."""


NOWHERE = {TicketState.WAITING, TicketState.PARKED, TicketState.MOVED}
"""States of tickets that no counter has."""


def folded(log: EventLog) -> Branch:
    """The hall that the log tells of."""
    branch = Branch(small_plan())
    for fact in log.open_day():
        apply(branch, fact)
    return branch


async def same_as_the_log(desk: Desk, log: EventLog, clock: HandClock) -> bool:
    """Whether the desk's hall is the one that the log tells of."""
    held = snapshot(await desk.branch(), clock.time)
    return held == snapshot(folded(log), clock.time)


def check_the_log(facts: list[Fact]) -> None:
    """What must hold of any log, whoever did what."""
    assert [fact.sequence for fact in facts] == list(range(1, len(facts) + 1))
    assert [fact.time for fact in facts] == sorted(fact.time for fact in facts)
    assert [fact.day for fact in facts] == sorted(fact.day for fact in facts)
    latest: dict[str, int] = {}
    for fact in facts:
        family = family_of(fact.event)
        assert fact.prev == latest.get(family)
        latest[family] = fact.sequence
    check_the_tickets(facts)


def check_the_tickets(facts: list[Fact]) -> None:
    """Every number once a day, every ticket called only when nobody else has it, by an allowed way."""
    numbers = Count(
        (fact.day, fact.event.ticket.series, fact.event.ticket.serial)
        for fact in facts
        if isinstance(fact.event, TicketIssued)
    )
    assert all(count == 1 for count in numbers.values())
    for fact in facts:
        if isinstance(fact.event, TicketCalled):
            assert fact.event.was in {TicketState.WAITING, TicketState.PARKED}
    states: dict[TicketId, TicketState] = {}
    for fact in facts:
        ticket = getattr(fact.event, "ticket", None)
        if isinstance(ticket, Ticket):
            before = states.get(ticket.id)
            assert ticket.state is before or ticket.state in AFTER[before]
            assert getattr(fact.event, "was", before) is before
            states[ticket.id] = ticket.state
            assert ticket.counter is None or ticket.state not in NOWHERE


def check_replay(facts: list[Fact], held: Branch) -> None:
    """What is read from the disk is what was written, and folds to the same hall."""
    for fact in facts:
        assert decode(name_of(fact.event), VERSION, encode(fact.event)) == fact.event
    replayed = Branch(small_plan())
    for fact in facts:
        apply(replayed, fact)
    now = held.time
    if now is not None:
        assert repr(snapshot(replayed, now)) == repr(snapshot(held, now)), "byte for byte"
