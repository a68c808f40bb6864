"""The histogram of long waits (LOB-21 to LOB-24, LOB-107)."""

from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.ids import TicketId
from kiosk.domain.overdue import overdue
from kiosk.domain.ticketcommands import DropTicket, MoveTicket, ParkTicket
from tests.domain.day import LI, ONE, Day, issue
from tests.support.branch import ACCOUNT, A, B


def counts(day: Day, reminder: int = 10) -> list[int]:
    return [one.tickets for one in overdue(day.branch, reminder, day.now)]


def test_lob_22_a_wait_that_equals_the_reminder_is_overdue() -> None:
    day = Day()
    day.issue("t1")
    day.wait(minutes=9, seconds=59)
    assert counts(day) == [0, 0, 0, 0]
    day.wait(seconds=1)
    assert counts(day) == [1, 0, 0, 0]


def test_lob_23_with_time_it_goes_on_to_later_buckets_and_stays_in_the_last() -> None:
    day = Day()
    day.issue("t1")
    seen = []
    for _ in range(7):
        day.wait(minutes=10)
        seen.append(counts(day))
    assert seen == [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        *[[0, 0, 0, 1]] * 4,
    ]


def test_the_buckets_are_multiples_of_the_reminder_and_the_last_is_open() -> None:
    buckets = overdue(Day().branch, 15, Day().now)
    assert [(one.begins, one.ends) for one in buckets] == [(15, 30), (30, 45), (45, 60), (60, None)]


def test_lob_24_who_was_called_dropped_or_put_aside_is_not_overdue() -> None:
    day = Day()
    for name in ("t1", "t2", "t3", "t4"):
        day.issue(name)
    day.wait(minutes=9)
    day.do(
        OpenCounter(ONE, LI),
        CallNext(ONE, LI),
        DropTicket(TicketId("t2"), "left"),
        ParkTicket(TicketId("t3"), "documents"),
    )
    day.wait(minutes=1)
    assert counts(day) == [1, 0, 0, 0]


def test_a_moved_person_is_counted_once_and_in_the_new_queue() -> None:
    day = Day()
    day.issue("t1")
    day.do(issue("b1", service=ACCOUNT))
    day.wait(minutes=12)
    day.do(MoveTicket(TicketId("t1"), B, TicketId("new")))
    assert counts(day) == [2, 0, 0, 0]
    assert [one.tickets for one in overdue(day.branch, 10, day.now, A)] == [0, 0, 0, 0]
    assert [one.tickets for one in overdue(day.branch, 10, day.now, B)] == [2, 0, 0, 0]


def test_each_reminder_counts_for_itself() -> None:
    day = Day()
    day.issue("t1")
    day.wait(minutes=20)
    assert counts(day, 15) == [1, 0, 0, 0]  # LOB-21: PAD-1 is reminded
    assert counts(day, 30) == [0, 0, 0, 0]  # and PAD-2 isn't yet
