"""Queue lengths by quarters of an hour."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.commands import CallNext, OpenCounter, OpenDay
from kiosk.domain.report.clockface import Clockface
from kiosk.domain.report.queues import Lines, Quarter
from tests.domain.day import LI, MONDAY, MORNING, ONE
from tests.domain.report.recorded import RecordedDay
from tests.support.branch import A

SHANGHAI = Clockface(ZoneInfo("Asia/Shanghai"), time(4))


def test_a_quarter_has_the_mean_and_the_most_of_those_who_waited() -> None:
    day = RecordedDay()
    day.do(OpenCounter(ONE, LI))
    day.issue("t1")
    day.at(5)
    day.issue("t2")
    day.at(10)
    day.do(CallNext(ONE, LI))
    day.at(20)
    day.do(CallNext(ONE, LI))
    day.at(30)
    day.do(CallNext(ONE, LI))
    hall, queue = day.report().lengths
    # 9:00 one, 9:05 two, 9:10 one, 9:20 none until 9:30: (5 + 10 + 5) / 15 and 5 / 15
    assert hall.quarters == (Quarter("09:00", 20 / 15, 2), Quarter("09:15", 5 / 15, 1))
    assert (hall.queue, hall.most, hall.most_at) == (None, 2, MORNING + timedelta(minutes=5))
    assert (queue.queue, queue.quarters) == (A, hall.quarters)


def test_who_waits_when_the_day_ends_does_not_wait_all_night() -> None:
    day = RecordedDay()
    day.issue("t1")
    day.at(10)
    day.issue("t2")
    day.at(19 * 60)
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    hall, _ = day.report().lengths
    assert hall.quarters == (Quarter("09:00", 1.0, 1),)


def test_an_open_day_is_told_up_to_now() -> None:
    day = RecordedDay()
    day.issue("t1")
    hall, _ = day.report(until=MORNING + timedelta(minutes=40)).lengths
    assert [(one.at, one.mean, one.most) for one in hall.quarters] == [
        ("09:00", 1.0, 1),
        ("09:15", 1.0, 1),
        ("09:30", 1.0, 1),
    ]


def test_the_same_quarter_of_two_days_is_one() -> None:
    lines = Lines()
    for number, people in ((0, 1), (1, 3)):
        morning = MORNING + timedelta(days=number)
        for _ in range(people):
            lines.change(A, morning, 1)
        lines.end_day(morning + timedelta(minutes=15))
    hall, _ = lines.lengths(SHANGHAI)
    assert hall.quarters == (Quarter("09:00", 2.0, 3),)
    assert hall.most_at == MORNING + timedelta(days=1)


def test_the_night_stands_after_the_evening() -> None:
    """A business day begins at four: half past midnight belongs to its end."""
    lines = Lines()
    evening = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    lines.change(A, evening, 1)
    lines.end_day(evening + timedelta(hours=1))
    hall, _ = lines.lengths(SHANGHAI)
    assert [one.at for one in hall.quarters] == ["23:30", "23:45", "00:00", "00:15"]


@pytest.mark.parametrize(
    ("starts", "shown", "expected"),
    [
        (time(4), ["03", "04", "23", "00"], ["04", "23", "00", "03"]),
        (time(4, 30), ["04:15", "04:30", "04:45"], ["04:30", "04:45", "04:15"]),
        (time(4, 30), ["03", "04", "05"], ["04", "05", "03"]),
        (time(0), ["23", "00"], ["00", "23"]),
    ],
)
def test_times_stand_in_the_order_of_the_business_day(
    starts: time, shown: list[str], expected: list[str]
) -> None:
    assert sorted(shown, key=Clockface(UTC, starts).place) == expected
