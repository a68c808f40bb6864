"""The plan of a day: hours and breaks of the settings, and what may be said when nobody is there."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.breaks import rest
from kiosk.domain.commands import OpenCounter, PauseCounter
from kiosk.domain.dayplan import capable, day_plan
from kiosk.domain.service import Hours
from kiosk.domain.waiting import DayPlan, Span, scene, uncertain
from tests.domain.day import LI, NO_PLAN, ONE, THREE, TWO, Day
from tests.domain.test_waiting import UNLEARNT
from tests.support.branch import A, B, V, small_plan

WEEK = frozenset(range(5))
OFFICE = Hours(WEEK, time(9), time(17))
LUNCH = Hours(WEEK, time(12), time(12, 40))


def planned(*hours: Hours, breaks: tuple[Hours, ...] = ()) -> BranchPlan:
    plan = small_plan()
    counters = {**plan.counters, ONE: replace(plan.counters[ONE], breaks=breaks)}
    return replace(plan, hours=hours, counters=counters)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """Branch time, eight hours before UTC; the second is a Monday."""
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


def told(plan: DayPlan) -> list[tuple[str, str]]:
    zone = small_plan().zone
    return [
        tuple(f"{datetime.fromtimestamp(edge, zone):%H:%M}" for edge in (one.begins, one.ends))  # type: ignore[misc]
        for one in plan.staffed[ONE]
    ]


@pytest.mark.parametrize(
    ("breaks", "spans"),
    [
        ((), [("09:00", "17:00")]),
        ((LUNCH,), [("09:00", "12:00"), ("12:40", "17:00")]),
        ((Hours(WEEK, time(8), time(9, 30)),), [("09:30", "17:00")]),
        ((Hours(frozenset({5}), time(12), time(13)),), [("09:00", "17:00")]),
    ],
)
def test_a_counter_is_staffed_in_opening_hours_but_for_its_breaks(
    breaks: tuple[Hours, ...], spans: list[tuple[str, str]]
) -> None:
    assert told(day_plan(planned(OFFICE, breaks=breaks), at(10))) == spans


def test_without_hours_nothing_is_planned_but_breaks() -> None:
    assert day_plan(small_plan(), at(10)) == NO_PLAN
    only = day_plan(planned(breaks=(LUNCH,)), at(10))
    assert list(only.staffed) == [ONE]
    assert len(only.staffed[ONE]) == 2


@pytest.mark.parametrize("now", [at(17), at(23), at(10, day=7)])
def test_after_closing_counters_go_on_as_they_are(now: datetime) -> None:
    assert day_plan(planned(OFFICE), now) == NO_PLAN


def test_a_counter_that_only_helps_is_capable() -> None:
    plan = small_plan()
    for queue in (A, B, V):
        able = {
            one
            for one, counter in plan.counters.items()
            if queue in counter.profile.queues | counter.profile.fallback
            or queue in {help_.queue for help_ in counter.profile.help}
        }
        assert set(capable(plan, queue)) == able


def test_nobody_can_tell_while_those_who_should_be_there_are_not() -> None:
    day = Day(planned(OFFICE))
    office = DayPlan({ONE: (Span(day.now.timestamp() - 60, day.now.timestamp() + 3600),)})
    now = day.now.timestamp()
    assert not uncertain(day.branch, NO_PLAN, [ONE, TWO], now), "closed, and nothing is planned"
    assert uncertain(day.branch, office, [ONE, TWO], now), "should be open"
    assert not uncertain(day.branch, office, [TWO, THREE], now)
    day.do(OpenCounter(TWO, LI))
    assert not uncertain(day.branch, office, [ONE, TWO], now), "one is at work"
    day.do(PauseCounter(TWO, LI))
    assert uncertain(day.branch, NO_PLAN, [ONE, TWO], now), "on a break"


def test_nobody_can_tell_of_closed_counters_in_a_branch_without_hours() -> None:
    day = Day()
    assert uncertain(day.branch, NO_PLAN, [ONE, TWO], day.now.timestamp())
    day.do(OpenCounter(TWO, LI))
    assert not uncertain(day.branch, NO_PLAN, [ONE, TWO], day.now.timestamp())
    assert not uncertain(day.branch, NO_PLAN, [], day.now.timestamp()), "nobody is capable at all"


def test_a_break_with_a_limit_is_expected_to_end_by_then() -> None:
    day = Day()
    day.do(OpenCounter(ONE, LI))
    for event in rest(day.branch, day.branch.counter(ONE), "lunch", day.now):
        day.apply(event)
    limit = day.branch.plan.breaks["lunch"].limit
    assert limit is not None
    here = scene(day.branch, NO_PLAN, UNLEARNT, day.now.timestamp())
    assert [one.staffed[0].begins for one in here.stations] == [(day.now + limit).timestamp()]
    day.now += limit
    assert not scene(day.branch, NO_PLAN, UNLEARNT, day.now.timestamp()).stations, "overdue"
