"""What a teller did on the day, counted as it happens."""

from datetime import timedelta

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    FinishServing,
    KeepTime,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    SetStatus,
    StartServing,
)
from kiosk.domain.refusals import UnknownReason
from kiosk.domain.shift import Shift
from tests.domain.day import LI, MONDAY, ONE, TWO, WANG, Day


def test_service_counts_from_its_start_or_from_the_call() -> None:
    day = Day()
    for name in ("t1", "t2"):
        day.issue(name)
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    day.wait(minutes=1)
    day.do(StartServing(ONE, LI))
    day.wait(minutes=5)
    day.do(CallNext(ONE, LI))
    day.wait(minutes=3)
    day.do(FinishServing(ONE, LI))
    shift = day.branch.shifts[LI]
    assert (shift.served, shift.service) == (2, timedelta(minutes=8))
    assert shift.mean_service == timedelta(minutes=4)


def test_a_no_show_is_nobody_served() -> None:
    day = Day()
    day.issue("t1")
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI), MarkNoShow(ONE, LI))
    assert day.branch.shifts[LI] == Shift(missed=1)
    assert day.branch.shifts[LI].mean_service is None


def test_breaks_are_added_up_by_kind_also_from_one_to_the_other() -> None:
    day = Day()
    day.issue("t1")
    day.do(OpenCounter(ONE, LI), SetStatus(ONE, LI, "short"))
    day.wait(minutes=6)
    day.do(KeepTime(), SetStatus(ONE, LI, "lunch"))  # the overrun ends nothing
    day.wait(minutes=30)
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI), SetStatus(ONE, LI, "short"))
    day.wait(minutes=9)  # still serving
    day.do(FinishServing(ONE, LI))
    day.wait(minutes=2)
    day.do(CloseCounter(ONE, LI))
    assert day.branch.shifts[LI].rested == {
        "short": timedelta(minutes=8),
        "lunch": timedelta(minutes=30),
    }


def test_each_teller_has_a_shift_and_each_day_new_ones() -> None:
    day = Day()
    day.do(OpenCounter(ONE, LI), OpenCounter(TWO, WANG), PauseCounter(TWO, WANG))
    day.wait(minutes=1)
    day.do(OpenCounter(TWO, WANG))
    assert list(day.branch.shifts) == [WANG]
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    assert day.branch.shifts == {}


def test_what_came_of_it_is_one_of_the_branchs_codes() -> None:
    day = Day()
    day.issue("t1")
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    refusal = day.refusal(FinishServing(ONE, LI, result="sold"))
    assert isinstance(refusal, UnknownReason)
    assert refusal.reasons == ["done"]
    day.do(FinishServing(ONE, LI, result="done"))
    assert day["t1"].result == "done"
