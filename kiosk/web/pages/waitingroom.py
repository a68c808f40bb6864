"""The waiting room as a teller sees it: who is next and why, who comes then, who was called."""

from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.counter import Counter
from kiosk.domain.ids import QueueId
from kiosk.domain.queue import REGULAR
from kiosk.domain.ticket import Ticket
from kiosk.flow.boardstate import board_state
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.state import counter_name, named
from kiosk.flow.why import class_name, why_next
from kiosk.locale import say, say_count
from kiosk.shapes.hall import EstimatedWaitJson
from kiosk.shapes.writing import instant
from kiosk.web.pages.choices import in_turn, put_aside, service_name
from kiosk.web.pages.templates import draw

LINED_UP = 5
"""Of those who wait: the next one, and who comes after."""
CALLS_SHOWN = 3


def waiting(
    branch: Branch, counter: Counter, language: str, now: datetime, book: EstimateBook
) -> str:
    """My queue: how many, the first ones in calling order, and why the first is the first.

    A queue that the counter only helps counts as soon as the line shown reaches into it.
    """
    line = in_turn(branch, counter, now, LINED_UP)
    mine = branch.plan.counters[counter.id].profile.queues | {ticket.queue for ticket in line}
    queues = [one for one in branch.plan.queues if one in mine]
    count = sum(branch.lines.count(queue) for queue in queues)
    aside = len(put_aside(branch, counter))
    return draw(
        "console_waiting.html",
        language,
        waiting=count,
        people=say_count(language, "person", "people", count),
        following=_following(branch, line[0], language, now) if line else None,
        then=[_in_line(branch, one, language) for one in line[1:]],
        queues=[_queue(branch, queue, language, now, book) for queue in queues],
        aside=say_count(language, "{count} parked or missed", "{count} parked or missed", aside)
        if aside
        else None,
    )


def _following(branch: Branch, ticket: Ticket, language: str, now: datetime) -> dict[str, object]:
    urgency = branch.lines.urgency_of(ticket, now.timestamp())
    wait = max(0, int((now - ticket.clock_start).total_seconds() // 60))
    why = why_next(language, ticket.priority_class, urgency, wait)
    return {**_in_line(branch, ticket, language), "why": why}


def _in_line(branch: Branch, ticket: Ticket, language: str) -> dict[str, object]:
    special = ticket.priority_class != REGULAR
    return {
        "number": ticket.number,
        "service": service_name(branch, ticket.service, language),
        "class": class_name(language, ticket.priority_class) if special else None,
        "since": instant(ticket.clock_start),
    }


def _queue(
    branch: Branch, queue: QueueId, language: str, now: datetime, book: EstimateBook
) -> dict[str, object]:
    longest = branch.lines.longest_wait(queue, now.timestamp())
    return {
        "id": queue,
        "name": named(branch.plan.queues[queue].names, language),
        "waiting": branch.lines.count(queue),
        "longest": say(language, "longest {minutes} min", minutes=int(longest))
        if longest and longest >= 1
        else None,
        "expected": _expected(book.queue(queue), language),
    }


def _expected(told: EstimatedWaitJson | None, language: str) -> str | None:
    """What whoever comes now would wait."""
    if told is None:
        return None
    if "p50" not in told:
        return say(language, "newcomer: probably not today")
    return say(language, "newcomer: {minutes} min", minutes=told["p50"])


def calls(branch: Branch, language: str) -> str:
    """The hall's latest calls."""
    board = board_state(branch)
    latest = sorted(board["calling"] + board["last"], key=lambda call: call["at"], reverse=True)
    return draw(
        "console_calls.html",
        language,
        calls=[
            {
                "number": call["number"],
                "counter": counter_name(branch, call["counter"], language),
                "at": _local(call["at"], branch),
            }
            for call in latest[:CALLS_SHOWN]
        ],
    )


def _local(at: str, branch: Branch) -> str:
    return datetime.fromisoformat(at).astimezone(branch.plan.zone).strftime("%H:%M")
