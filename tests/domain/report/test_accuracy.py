"""Accuracy of estimates against what came true."""

from datetime import timedelta

import pytest

from kiosk.domain.commands import CallNext, MarkNoShow, OpenCounter, RecordEstimates
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.ids import TicketId
from kiosk.domain.report.accuracy import Accuracy
from kiosk.domain.ticketcommands import ReinstateTicket, ReturnTicket
from tests.domain.day import LI, MORNING, ONE
from tests.domain.report.recorded import RecordedDay
from tests.support.branch import A


@pytest.fixture
def day() -> RecordedDay:
    day = RecordedDay()
    day.do(OpenCounter(ONE, LI))
    return day


def foretell(day: RecordedDay, ticket: str, p10: int, p50: int, p90: int, *, at: float = 0) -> None:
    as_of = MORNING + timedelta(minutes=at)
    wait = EstimatedWait(TicketId(ticket), A, as_of, p10, p50, p50, p90)
    day.do(RecordEstimates((wait,)))


def test_errors_are_averaged_with_and_without_their_sign(day: RecordedDay) -> None:
    for name in ("t1", "t2"):
        day.issue(name)
    foretell(day, "t1", 2, 6, 9)  # called after 10: 4 too few, not covered
    foretell(day, "t2", 2, 20, 30)  # called after 12: 8 too many, covered
    day.at(10)
    day.do(CallNext(ONE, LI))
    day.at(12)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy(2, 360, 120, 0.5)


def test_whoever_was_told_an_older_figure_waits_since_the_issue(day: RecordedDay) -> None:
    day.at(30)
    day.issue("t1")
    foretell(day, "t1", 0, 1, 2, at=0)
    day.at(31)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy(1, 0, 0, 1)


def test_a_figure_that_came_later_counts_from_then_on(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(5)
    foretell(day, "t1", 3, 4, 5, at=5)
    day.at(9)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy(1, 0, 0, 1)


@pytest.mark.parametrize(("minutes", "covered"), [(2.49, 0), (2.5, 1), (4.49, 1), (4.5, 0)])
def test_the_range_is_one_of_whole_minutes(
    day: RecordedDay, minutes: float, covered: float
) -> None:
    day.issue("t1")
    foretell(day, "t1", 3, 3, 4)
    day.at(minutes)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates.coverage == covered


def test_only_the_first_call_counts(day: RecordedDay) -> None:
    day.issue("t1")
    foretell(day, "t1", 1, 1, 1)
    day.at(1)
    day.do(CallNext(ONE, LI), MarkNoShow(ONE, LI), ReinstateTicket(TicketId("t1")))
    day.at(30)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy(1, 0, 0, 1)


def test_what_was_foretold_after_the_first_call_is_not_on_record(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), ReturnTicket(TicketId("t1")))
    foretell(day, "t1", 1, 1, 1)
    day.at(30)
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy()


def test_not_today_is_no_figure_and_no_estimate_no_accuracy(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(RecordEstimates((EstimatedWait(TicketId("t1"), A, MORNING),)))
    day.do(CallNext(ONE, LI))
    assert day.report().estimates == Accuracy(0, None, None, None)
