"""Tellers' time: ready, with a client, on breaks (OPR-05, OPR-20 to OPR-22)."""

from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    FinishServing,
    KeepTime,
    OpenCounter,
    OpenDay,
    PauseCounter,
    SetStatus,
)
from kiosk.domain.report.tellers import StatusTime, TellerTime
from tests.domain.day import LI, MONDAY, MORNING, ONE, TWO, WANG
from tests.domain.report.recorded import RecordedDay


@pytest.fixture
def day() -> RecordedDay:
    day = RecordedDay()
    day.do(OpenCounter(ONE, LI))
    return day


def lis(day: RecordedDay) -> TellerTime:
    [time] = day.report().tellers
    assert time.teller == LI
    return time


def test_utilisation_is_the_share_of_the_ready_time_with_a_client(day: RecordedDay) -> None:
    day.at(10)
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(40)
    day.do(FinishServing(ONE, LI))
    day.at(60)
    day.do(CloseCounter(ONE, LI))
    assert lis(day) == TellerTime(LI, present=3600, ready=3600, serving=1800, statuses=())
    assert lis(day).utilisation == 0.5


def test_next_after_next_is_serving_without_a_gap(day: RecordedDay) -> None:
    for name in ("t1", "t2"):
        day.issue(name)
    day.do(CallNext(ONE, LI))
    day.at(5)
    day.do(CallNext(ONE, LI))
    day.at(8)
    day.do(FinishServing(ONE, LI), CloseCounter(ONE, LI))
    assert lis(day).serving == 480


def test_breaks_are_counted_and_timed_against_their_limit(day: RecordedDay) -> None:
    day.at(10)
    day.do(SetStatus(ONE, LI, "short"))
    day.at(16)
    day.do(KeepTime())
    day.do(OpenCounter(ONE, LI))
    day.at(20)
    day.do(SetStatus(ONE, LI, "short"))
    day.at(22)
    day.do(SetStatus(ONE, LI, "lunch"))
    day.at(60)
    day.do(CloseCounter(ONE, LI))
    time = lis(day)
    assert (time.present, time.ready, time.utilisation) == (3600, 840, 0)
    assert time.statuses == (
        StatusTime("lunch", 1, 38 * 60, 38 * 60, 0, limit=2400, times=1),
        StatusTime("short", 2, 480, 360, 1, limit=300, times=None),
    )


def test_one_break_too_many_is_an_overrun(day: RecordedDay) -> None:
    for _ in range(2):
        day.do(SetStatus(ONE, LI, "lunch"), OpenCounter(ONE, LI))
    [lunch] = lis(day).statuses
    assert (lunch.count, lunch.overruns) == (2, 1)


def test_a_pause_pressed_while_serving_begins_afterwards(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(5)
    day.do(PauseCounter(ONE, LI))
    day.at(10)
    day.do(FinishServing(ONE, LI))
    day.at(13)
    day.do(OpenCounter(ONE, LI), CloseCounter(ONE, LI))
    time = lis(day)
    assert time.serving == 600
    assert time.statuses == (StatusTime("not_ready", 1, 180, 180, 0, None, None),)


def test_a_pause_taken_back_in_time_is_none(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), PauseCounter(ONE, LI), OpenCounter(ONE, LI))
    day.at(10)
    day.do(FinishServing(ONE, LI))
    day.at(20)
    day.do(CloseCounter(ONE, LI))
    assert lis(day) == TellerTime(LI, 1200, 1200, 600, ())


def test_a_counter_nobody_closed_is_closed_with_the_last_thing_that_happened(
    day: RecordedDay,
) -> None:
    day.do(OpenCounter(TWO, WANG))
    day.at(30)
    day.issue("t1")
    day.at(19 * 60)
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    assert [(one.teller, one.present) for one in day.report().tellers] == [
        (LI, 1800),
        (WANG, 1800),
    ]


def test_an_open_day_is_told_up_to_now(day: RecordedDay) -> None:
    [time] = day.report(until=MORNING + timedelta(minutes=7)).tellers
    assert (time.present, time.ready) == (420, 420)
