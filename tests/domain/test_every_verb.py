"""Every verb of a counter in every situation: what happens, or why not."""

import pytest

from kiosk.domain.commands import (
    Command,
)
from kiosk.domain.refusals import (
    Refused,
)
from tests.domain.day import LI, ONE, Day, issue
from tests.domain.verbs import VERBS, press

SITUATIONS: dict[str, list[Command]] = {
    "closed": [issue("t1")],
    "idle": press("open"),
    "waited for": [issue("t1"), *press("open")],
    "called": [issue("t1"), *press("open", "next")],
    "called, more wait": [issue("t1"), issue("t2"), *press("open", "next")],
    "serving": [issue("t1"), *press("open", "next", "start")],
    "called, pausing": [issue("t1"), issue("t2"), *press("open", "next", "pause")],
    "serving, pausing": [issue("t1"), *press("open", "next", "start", "pause")],
    "paused": [issue("t1"), *press("open", "pause")],
    "finished": [issue("t1"), *press("open", "next", "finish")],
    "no-show": [issue("t1"), *press("open", "next", "no_show")],
}
TABLE = """
                    open          pause         close            next
closed            | CounterOpened | CounterIs closed | CounterIs closed | CounterIs closed
idle              |               | CounterPaused | CounterClosed    |
waited for        |               | CounterPaused | CounterClosed    | TicketCalled
called            |               | CounterPaused | TicketIs called  | TicketServed
called, more wait |               | CounterPaused | TicketIs called  | TicketServed TicketCalled
serving           |               | CounterPaused | TicketIs serving | TicketServed
called, pausing   | CounterOpened |               | TicketIs called  | TicketServed
serving, pausing  | CounterOpened |               | TicketIs serving | TicketServed
paused            | CounterOpened |               | CounterClosed    | CounterIs paused
finished          |               | CounterPaused | CounterClosed    |
no-show           |               | CounterPaused | CounterClosed    |

                    recall           start            finish        no_show
closed            | CounterIs closed | CounterIs closed | CounterIs closed | CounterIs closed
idle              | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
waited for        | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
called            | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
called, more wait | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
serving           | TicketIs serving |                | TicketServed | TicketIs serving
called, pausing   | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
serving, pausing  | TicketIs serving |                | TicketServed | TicketIs serving
paused            | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
finished          | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
no-show           | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket

                    park             return             transfer
closed            | CounterIs closed | CounterIs closed | CounterIs closed
idle              | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
waited for        | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
called            | TicketParked     | TicketReturned   | TicketTransferred
called, more wait | TicketParked     | TicketReturned   | TicketTransferred
serving           | TicketParked     | TicketIs serving | TicketTransferred
called, pausing   | TicketParked     | TicketReturned   | TicketTransferred
serving, pausing  | TicketParked     | TicketIs serving | TicketTransferred
paused            | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
finished          | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
no-show           | NoOpenTicket     | NoOpenTicket     | NoOpenTicket

                    serve                         paper
closed            | CounterIs closed            | CounterIs closed
idle              | TicketIssued ServingStarted | TicketIssued TicketCalled
waited for        | TicketIssued ServingStarted | TicketIssued TicketCalled
called            | TicketIs called             | TicketIs called
called, more wait | TicketIs called             | TicketIs called
serving           | TicketIs serving            | TicketIs serving
called, pausing   | TicketIs called             | TicketIs called
serving, pausing  | TicketIs serving            | TicketIs serving
paused            | CounterIs paused            | CounterIs paused
finished          | TicketIssued ServingStarted | TicketIssued TicketCalled
no-show           | TicketIssued ServingStarted | TicketIssued TicketCalled

                    break                         ready
closed            | CounterOpened CounterPaused | CounterOpened
idle              | CounterPaused               |
waited for        | CounterPaused               |
called            | CounterPaused               |
called, more wait | CounterPaused               |
serving           | CounterPaused               |
called, pausing   | CounterPaused               | CounterOpened
serving, pausing  | CounterPaused               | CounterOpened
paused            | CounterPaused               | CounterOpened
finished          | CounterPaused               |
no-show           | CounterPaused               |
"""


def rows() -> list[tuple[str, str, str]]:
    """The table as (situation, verb, what is expected)."""
    found = []
    for block in TABLE.strip().split("\n\n"):
        head, *lines = block.splitlines()
        for line in lines:
            situation, *expected = (cell.strip() for cell in line.split("|"))
            pairs = zip(head.split(), expected, strict=True)
            found += [(situation, verb, what) for verb, what in pairs]
    return found


def outcome(day: Day, command: Command) -> str:
    """The names of the events, or the refusal with the state that it tells."""
    try:
        return " ".join(type(event).__name__ for event in day.do(command))
    except Refused as refusal:
        return f"{type(refusal).__name__} {getattr(refusal, 'state', '')}".strip()


def test_the_table_is_complete() -> None:
    assert {(situation, verb) for situation, verb, _ in rows()} == {
        (situation, verb) for situation in SITUATIONS for verb in VERBS
    }


@pytest.mark.parametrize(("situation", "verb", "expected"), rows())
def test_every_verb_in_every_situation(situation: str, verb: str, expected: str) -> None:
    day = Day()
    day.do(*SITUATIONS[situation])
    day.wait(seconds=1)
    assert outcome(day, VERBS[verb](ONE, LI)) == expected


REFUSALS = ("CounterIs ", "TicketIs ", "NoOpenTicket")


@pytest.mark.parametrize(
    ("situation", "verb"),
    [(situation, verb) for situation, verb, what in rows() if what.startswith(REFUSALS)],
)
def test_a_refused_verb_changes_nothing(situation: str, verb: str) -> None:
    day = Day()
    day.do(*SITUATIONS[situation])
    day.wait(seconds=1)
    day.refusal(VERBS[verb](ONE, LI))
