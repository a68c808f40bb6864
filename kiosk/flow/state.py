"""The hall as others see it: the shapes of ``GET /state``, state messages and the feed's snapshot.

Pure: from a branch and the time to JSON values. No personal data.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import ClassId, CounterId, Language, QueueId
from kiosk.domain.issuing import queue_of
from kiosk.domain.overdue import overdue
from kiosk.domain.queue import REGULAR, Queue
from kiosk.domain.service import Service, is_open, opens_at
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.boardstate import board_state
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.why import why_next
from kiosk.locale import say
from kiosk.shapes.hall import (
    BranchState,
    CounterNowJson,
    Estimates,
    HallCounterJson,
    HallState,
    NextTicket,
    OverdueBucket,
    OverdueState,
    PublicQueueState,
    QueueNumbers,
    QueueState,
    ServiceState,
    TicketJson,
)
from kiosk.shapes.objects import counter_json, device_json, ticket_json
from kiosk.shapes.writing import instant


def named(names: Mapping[Language, str], language: str) -> str:
    """The name in this language, else the first given; empty when there are none at all."""
    return names.get(Language(language)) or next(iter(names.values()), "")


def counter_name(branch: Branch, counter: CounterId, language: str) -> str:
    """What people call the counter: its name in the settings, or its number."""
    plan = branch.plan.counters.get(counter)
    given = named(plan.names, language) if plan else ""
    return given or say(language, "Counter {number}", number=counter)


def ticket_state(branch: Branch, ticket: Ticket, now: datetime) -> TicketJson:
    """A ticket as HTTP shows it: with its place in the queue while it waits."""
    return ticket_json(ticket) | {
        "people_ahead": branch.people_ahead(ticket, now),
        "sequence": branch.sequence,
    }


def queue_state(branch: Branch, queue: QueueId, now: datetime, book: EstimateBook) -> QueueState:
    """Who waits, in calling order; ``estimated_wait`` of each, and of whoever comes now."""
    plan = branch.plan.queues[queue]
    order = branch.lines.in_order(queue, now.timestamp())
    return {
        "id": queue,
        "name": dict(plan.names),
        **_numbers(branch, queue),
        "estimated_wait": book.queue(queue),
        "tickets": [
            ticket_json(branch.tickets[ticket]) | {"estimated_wait": book.foretold(ticket)}
            for ticket in order
        ],
        "sequence": branch.sequence,
    }


def public_queue_state(
    branch: Branch, queue: QueueId, now: datetime, book: EstimateBook
) -> PublicQueueState:
    """Counts and waits only."""
    longest = branch.lines.longest_wait(queue, now.timestamp())
    return {
        "id": queue,
        "name": dict(branch.plan.queues[queue].names),
        **_numbers(branch, queue),
        "longest_wait": None if longest is None else int(longest),
        "estimated_wait": book.queue(queue),
        "sequence": branch.sequence,
    }


def _numbers(branch: Branch, queue: QueueId) -> QueueNumbers:
    """Who waits, who holds a number that isn't finished, and what was given today (LOB-16)."""
    waiting = branch.lines.count(queue)
    open_tickets = map(branch.open_ticket, branch.counters)
    called = sum(
        ticket.queue == queue and ticket.state is TicketState.CALLED
        for ticket in open_tickets
        if ticket
    )
    return {"waiting": waiting, "holding": waiting + called, "issued": branch.drawn[queue]}


def estimates_state(branch: Branch, book: EstimateBook) -> Estimates:
    """All that is foretold: of each queue to whoever comes now, and of each waiting ticket."""
    queues = {queue: book.queue(queue) for queue in branch.plan.queues}
    waiting = (one for one in book.told() if one in branch.tickets)
    tickets = {
        ticket: book.foretold(ticket)
        for ticket in waiting
        if branch.tickets[ticket].state is TicketState.WAITING
    }
    return {"queues": queues, "tickets": tickets}


def overdue_state(branch: Branch, reminder: int, now: datetime) -> OverdueState:
    """Who has waited longer than this many minutes, in all and by queue."""

    def buckets(queue: QueueId | None = None) -> list[OverdueBucket]:
        return [
            {"begins": one.begins, "ends": one.ends, "tickets": one.tickets}
            for one in overdue(branch, reminder, now, queue)
        ]

    return {
        "reminder": reminder,
        "buckets": buckets(),
        "queues": {queue: buckets(queue) for queue in branch.plan.queues},
        "sequence": branch.sequence,
    }


def counter_state(branch: Branch, counter: CounterId) -> CounterNowJson:
    """A counter with its open ticket."""
    present = branch.counter(counter)
    ticket = branch.open_ticket(counter)
    return counter_json(present) | {
        "name": dict(branch.plan.counters[counter].names),
        "ticket": ticket_json(ticket) if ticket else None,
        "sequence": branch.sequence,
    }


def next_state(branch: Branch, counter: CounterId, now: datetime) -> NextTicket | None:
    """Whom the counter would call now, and why: as data and as a sentence in each language."""
    present = branch.counter(counter)
    profile = branch.plan.counters[counter].profile
    moment = now.timestamp()
    following = branch.lines.next_for(profile, moment, (counter, present.teller))
    if following is None:
        return None
    ticket = branch.tickets[following]
    urgency = branch.lines.urgency_of(ticket, moment)
    wait = max(0, int((now - ticket.clock_start).total_seconds() // 60))
    return {
        "ticket": ticket.id,
        "number": ticket.number,
        "service": ticket.service,
        "why": {
            "class": ticket.priority_class,
            "escalated": urgency.escalated,
            "share": None if urgency.escalated else round(urgency.score, 2),
            "wait": wait,
            "texts": {
                language: why_next(language, ticket.priority_class, urgency, wait)
                for language in branch.plan.languages
            },
        },
    }


def service_states(
    branch: Branch, now: datetime, language: str, book: EstimateBook, of: ClassId = REGULAR
) -> list[ServiceState]:
    """The services as a customer of a class wants to know them: open, from when, how long it takes."""
    local = now.astimezone(branch.plan.zone)
    return [
        {
            "id": service.id,
            "name": named(service.names, language),
            "open": is_open(service, local),
            "opens_at": at.isoformat("minutes") if (at := opens_at(service, local)) else None,
            "waiting": branch.lines.count(service.queue),
            "estimated_wait": book.expected(queue_of(service, of), of),
            "left": tickets_left(branch, service),
            "last_tickets": last_tickets(branch, service),
        }
        for service in branch.plan.services.values()
    ]


def tickets_left(branch: Branch, service: Service) -> int | None:
    """How many tickets the service still gives today; None when there is no end to them."""
    cap = service.cap_per_day
    return None if cap is None else max(0, cap - branch.given[service.id])


def last_tickets(branch: Branch, service: Service) -> bool:
    """Whether there are so few left that people are told."""
    left = tickets_left(branch, service)
    return left is not None and left <= service.last_tickets


def branch_state(branch: Branch, skew: timedelta = timedelta()) -> BranchState:
    """Whether the day is open, and what doesn't work.

    ``skew``: how far the machine's clock is ahead of the hall's time (LOB-25).
    """
    return {
        "id": branch.plan.id,
        "name": dict(branch.plan.names),
        "day": branch.day.isoformat() if branch.day else None,
        "as_of": instant(branch.time) if branch.time else None,
        "clock_offset": round(skew.total_seconds(), 3),
        "series_grown": [one.series.letter for one in _grown(branch)],
        "out_of_order": branch.outage is not None,
        "degradations": [device_json(condition) for condition in degradations(branch)],
        "sequence": branch.sequence,
    }


def degradations(branch: Branch) -> list[DeviceCondition]:
    """What doesn't work: first the log, without which nothing does."""
    ill = [one for one in branch.devices.values() if not one.well]
    return [branch.outage, *ill] if branch.outage else ill


def _grown(branch: Branch) -> list[Queue]:
    """Queues that have given more numbers than they should have."""
    given = branch.numbers
    queues = branch.plan.queues.values()
    return [one for one in queues if given.get(one.series.letter, 0) > one.series.end]


def counters_state(branch: Branch, now: datetime) -> list[HallCounterJson]:
    """Every counter, with whom it would call next."""
    return [
        counter_state(branch, counter) | {"next": next_state(branch, counter, now)}
        for counter in branch.plan.counters
    ]


def hall_state(
    branch: Branch, now: datetime, book: EstimateBook, skew: timedelta = timedelta()
) -> HallState:
    """All of it: the answer of ``GET /state`` and the feed's snapshot.

    ``aside`` are parked tickets and no-shows.
    """
    return {
        "branch": branch_state(branch, skew),
        "queues": [queue_state(branch, queue, now, book) for queue in branch.plan.queues],
        "counters": counters_state(branch, now),
        "aside": [ticket_json(ticket) for ticket in branch.aside.values()],
        "board": board_state(branch),
        "sequence": branch.sequence,
    }
