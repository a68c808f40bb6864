"""What a branch promises whatever goes wrong, held against its log."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from kiosk.domain.events import Fact, TicketCalled, TicketIssued, TicketRecognised
from kiosk.domain.ids import TicketId
from kiosk.domain.ticket import Ticket
from kiosk.soak.crowd import Diary

RECOGNISED_WITHIN = timedelta(minutes=3)
"""From the issue: longer than a directory is away in a soak, and is asked again afterwards."""


def broken(facts: Sequence[Fact], diary: Diary) -> Iterator[str]:
    """Each promise that wasn't kept, in words: no number lost, left out or given twice, nobody called
    twice, whoever swiped a card known in the end (R1, R5).

    ``facts``: the whole log, as it was at a time after the diary's.
    """
    issued = [(one.day, one.event.ticket) for one in facts if isinstance(one.event, TicketIssued)]
    tickets = {ticket.id: ticket for _, ticket in issued}
    yield from _lost(tickets, diary)
    yield from _out_of_line(facts, issued)
    calls = Counter(one.event.ticket.id for one in facts if isinstance(one.event, TicketCalled))
    for ticket, times in calls.items():
        if times > 1:
            yield f"{tickets[ticket].number} was called {times} times"
    yield from _strangers(facts, tickets, set(diary.swiped))


def recognised_later(facts: Iterable[Fact]) -> int:
    """How many tickets became somebody's after they had been given."""
    return sum(isinstance(one.event, TicketRecognised) for one in facts)


def _lost(tickets: Mapping[TicketId, Ticket], diary: Diary) -> Iterator[str]:
    for ticket, number in diary.given.items():
        found = tickets.get(TicketId(ticket))
        if found is None or found.number != number:
            yield f"{number} was acknowledged and isn't in the log"
    for number in sorted(set(diary.shown) - {ticket.number for ticket in tickets.values()}):
        yield f"{number} was on the screen and isn't in the log"


def _out_of_line(facts: Sequence[Fact], issued: Iterable[tuple[date, Ticket]]) -> Iterator[str]:
    if [one.sequence for one in facts] != list(range(1, len(facts) + 1)):
        yield "the log's sequence has gaps"
    serials: dict[tuple[date, str], list[int]] = {}
    for day, ticket in issued:
        serials.setdefault((day, ticket.series), []).append(ticket.serial)
    for (day, series), found in serials.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"numbers of {series} on {day} are left out or given twice"


def _strangers(
    facts: Sequence[Fact], tickets: Mapping[TicketId, Ticket], swiped: set[str]
) -> Iterator[str]:
    known = {one.event.ticket.id for one in facts if isinstance(one.event, TicketRecognised)}
    for ticket in tickets.values():
        due = facts[-1].time - ticket.issued_at > RECOGNISED_WITHIN
        if due and ticket.number in swiped and not ticket.client and ticket.id not in known:
            yield f"whose {ticket.number} is was never found out"
