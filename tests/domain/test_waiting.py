"""Estimated waits: the hall rolled forward calls as the hall itself does."""

from dataclasses import replace
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.commands import CallNext, OpenCounter, PauseCounter
from kiosk.domain.counter import Help, WorkProfile
from kiosk.domain.estimate import Estimate, estimate
from kiosk.domain.experience import WAIT_STEPS, Odds, ServiceTime
from kiosk.domain.ids import ClassId, Language, QueueId, TicketId, VisitId
from kiosk.domain.ordering import For, WaitingLines, place_of
from kiosk.domain.queue import DEFAULT_CLASSES, REGULAR, VIP
from kiosk.domain.rollout import REPLICATIONS, RollOut
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.waiting import (
    ALWAYS,
    NEWCOMER,
    Booking,
    DayPlan,
    Scene,
    Span,
    Station,
    Waiting,
    scene,
)
from tests.domain.day import LI, NO_PLAN, ONE, THREE, TWO, WANG, Day, issue
from tests.support.branch import ACCOUNT, CASH, A, B

CLASSES = {one.id: one for one in DEFAULT_CLASSES}
NOBODY_GONE = (0.0,) * WAIT_STEPS
UNLEARNT = Odds(
    {CASH: ServiceTime(6, 0.75), ACCOUNT: ServiceTime(10, 0.75)}, NOBODY_GONE, 0.75, learnt=False
)
LEARNT = replace(UNLEARNT, learnt=True)


def waits(
    day: Day, odds: Odds = UNLEARNT, plan: DayPlan = NO_PLAN, seed: str = "0"
) -> dict[str, list[float]]:
    here = scene(day.branch, plan, odds, day.now.timestamp())
    return {str(ticket): found for ticket, found in RollOut(here, seed).waits().items()}


def newcomer(day: Day, odds: Odds = UNLEARNT, plan: DayPlan = NO_PLAN) -> Estimate | None:
    here = scene(day.branch, plan, odds, day.now.timestamp()).with_newcomer(A, REGULAR)
    return estimate(RollOut(here, "0").waits(NEWCOMER)[NEWCOMER])


def busy_day() -> Day:
    """Counter 1 has just called the first of four cash tickets."""
    day = Day()
    day.do(OpenCounter(ONE, LI))
    for name in ("t1", "t2", "t3", "t4"):
        day.issue(name)
    day.do(CallNext(ONE, LI))
    return day


def test_an_idle_capable_counter_means_no_wait() -> None:
    day = Day()
    day.do(OpenCounter(TWO, LI))
    assert newcomer(day) == newcomer(day, LEARNT) == Estimate(0, 0, 0, 0)


def test_without_a_capable_counter_nobody_is_called_today() -> None:
    day = Day()
    day.do(OpenCounter(THREE, LI))  # serves another queue
    assert newcomer(day) is None
    day.do(OpenCounter(ONE, WANG), PauseCounter(ONE, WANG))
    assert newcomer(day) is None


def test_without_history_one_roll_out_takes_the_configured_means() -> None:
    found = waits(busy_day())
    assert found["t2"] == [pytest.approx(6, rel=0.1)]
    assert found["t3"] == [pytest.approx(found["t2"][0] + 6)]
    assert found["t4"] == [pytest.approx(found["t2"][0] + 12)]


def test_what_a_service_has_lasted_counts() -> None:
    day = busy_day()
    begun = waits(day, LEARNT)["t2"]
    day.wait(minutes=5)
    assert sum(waits(day, LEARNT)["t2"]) < sum(begun)
    assert all(wait > 0 for wait in waits(day, LEARNT)["t2"])


def test_a_counter_that_pauses_after_its_ticket_calls_nobody_any_more() -> None:
    day = busy_day()
    day.do(PauseCounter(ONE, LI))
    assert waits(day)["t2"] == [inf]


def test_a_planned_break_comes_between() -> None:
    day = busy_day()
    now = day.now.timestamp()
    spans = (Span(now - 600, now + 60), Span(now + 1800, now + 9000))
    assert waits(day, plan=DayPlan({ONE: spans}))["t2"] == [30]
    over = DayPlan({ONE: (Span(now - 600, now + 60),)})
    assert waits(day, plan=over)["t2"] == [inf]


def test_a_counter_that_should_be_staffed_and_is_not_counts_from_its_next_span() -> None:
    day = Day()
    now = day.now.timestamp()
    gone = DayPlan({ONE: (Span(now - 600, now + 600),)})
    assert newcomer(day, plan=gone) is None
    later = DayPlan({ONE: (Span(now - 600, now + 600), Span(now + 1200, inf))})
    assert newcomer(day, plan=later) == Estimate(20, 20, 20, 20)


def test_a_booked_client_who_comes_first_goes_first() -> None:
    day = busy_day()
    soon = Booking(day.now.timestamp() + 120, CASH)
    far = Booking(day.now.timestamp() + 4 * 3600, CASH)
    alone = waits(day)
    assert waits(day, plan=DayPlan({}, (far,))) == alone
    assert waits(day, plan=DayPlan({}, (soon,)))["t2"] == [pytest.approx(alone["t3"][0])]


def test_an_idle_counter_helps_once_the_wait_is_too_long() -> None:
    day = Day()
    day.do(OpenCounter(TWO, LI), issue("t1"))
    helper = Station(WorkProfile(frozenset({B}), help=(Help(A, 5),)), ALWAYS)
    here = scene(day.branch, NO_PLAN, UNLEARNT, day.now.timestamp())
    alone = replace(here, stations=(helper,))
    assert RollOut(alone, "0").waits()[TicketId("t1")] == [pytest.approx(5, abs=0.001)]
    later = day.now.timestamp() + 600
    away = replace(helper, staffed=(Span(later, inf),))
    found = RollOut(replace(here, stations=(away,)), "0").waits()
    assert found[TicketId("t1")] == [pytest.approx(10)]
    none = replace(helper, profile=WorkProfile(frozenset({B})))
    assert RollOut(replace(here, stations=(none,)), "0").waits()[TicketId("t1")] == [inf]


def test_preferred_clients_pass_in_the_roll_out_too() -> None:
    day = busy_day()
    now = day.now.timestamp()
    here = scene(day.branch, NO_PLAN, UNLEARNT, now).with_newcomer(A, VIP)
    found = RollOut(here, "0").waits()
    assert found[NEWCOMER] < found[TicketId("t4")]


def test_a_ticket_whose_service_has_left_the_settings_is_reckoned_with() -> None:
    found = waits(busy_day(), replace(LEARNT, times={}))
    assert all(0 < wait < inf for wait in found["t4"])


def test_people_who_leave_shorten_the_wait_of_others() -> None:
    all_gone = replace(LEARNT, absent=(1.0,) * WAIT_STEPS)
    found = waits(busy_day(), all_gone)
    for second, fourth in zip(found["t2"], found["t4"], strict=True):
        assert fourth == pytest.approx(second + 1.5)


def test_the_same_seed_gives_the_same_figures() -> None:
    day = busy_day()
    assert waits(day, LEARNT, seed="a") == waits(day, LEARNT, seed="a")
    assert waits(day, LEARNT, seed="a") != waits(day, LEARNT, seed="b")
    assert len(waits(day, LEARNT)["t4"]) == REPLICATIONS


def test_only_one_ticket_can_be_asked_about() -> None:
    here = scene(busy_day().branch, NO_PLAN, LEARNT, busy_day().now.timestamp())
    alone = RollOut(here, "0").waits(TicketId("t3"))
    assert list(alone) == [TicketId("t3")]
    assert len(alone[TicketId("t3")]) == REPLICATIONS


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([4.0], Estimate(4, 4, 4, 4)),
        ([float(n) for n in range(11)], Estimate(1, 5, 7, 9)),
        ([3.0, inf], Estimate(3, 3, 3, 3)),
        ([3.0, inf, inf], None),
        ([inf], None),
    ],
)
def test_estimates_are_quantiles(found: list[float], expected: Estimate | None) -> None:
    assert estimate(found) == expected


NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC).timestamp()
AT: list[For] = [(ONE, LI), (TWO, WANG), (THREE, None)]
QUEUES = [QueueId(name) for name in "ABC"]
some_queues = st.frozensets(st.sampled_from(QUEUES), max_size=3)
profiles = st.builds(
    WorkProfile,
    queues=some_queues,
    fallback=some_queues,
    help=st.lists(
        st.builds(Help, queue=st.sampled_from(QUEUES), when_wait_exceeds=st.integers(1, 40)),
        max_size=2,
    ).map(tuple),
)
people = st.lists(
    st.tuples(
        st.sampled_from(QUEUES),
        st.sampled_from([one.id for one in DEFAULT_CLASSES]),
        st.integers(0, 60),
        st.tuples(
            st.sampled_from([None, None, None, ONE, TWO]),
            st.sampled_from([None, None, None, LI, WANG]),
        ),
    ),
    max_size=12,
)


@given(st.lists(profiles, min_size=1, max_size=3), people)
def test_a_roll_out_calls_in_the_order_of_the_hall(
    given_profiles: list[WorkProfile],
    waiting: list[tuple[QueueId, ClassId, int, For]],
) -> None:
    tickets = [
        ticket(number, *one) for number, one in enumerate(sorted(waiting, key=lambda one: -one[2]))
    ]
    stations = tuple(
        Station(profile, ALWAYS, at=AT[number]) for number, profile in enumerate(given_profiles)
    )
    odds = Odds({CASH: ServiceTime(7, 1)}, NOBODY_GONE, 1, learnt=False)
    places = tuple(place(one) for one in tickets)
    found = RollOut(Scene(NOON, CLASSES, places, stations, (), odds), "0").waits()
    expected = by_hand(tickets, given_profiles, minutes=7)
    assert {name: calls[0] for name, calls in found.items()} == pytest.approx(expected)


def by_hand(
    tickets: list[Ticket], given_profiles: list[WorkProfile], minutes: float
) -> dict[TicketId, float]:
    """The same with the lines of the hall. Who finds nobody asks again when it may help."""
    lines = WaitingLines(CLASSES)
    by_id = {one.id: one for one in tickets}
    for one in tickets:
        lines.add(one)
    called = dict.fromkeys(by_id, inf)
    free = [(NOON, number) for number in range(len(given_profiles))]
    heapify(free)
    while free:
        now, who = heappop(free)
        counter = who % len(given_profiles)
        following = lines.next_for(given_profiles[counter], now, AT[counter])
        if following is not None:
            lines.remove(by_id[following])
            called[following] = (now - NOON) / 60
            heappush(free, (now + 60 * minutes, counter))
            continue
        waits = [
            one.when_wait_exceeds - longest
            for one in given_profiles[counter].help
            if (longest := lines.longest_wait(one.queue, now)) is not None
        ]
        later = [now + 60 * wait + 0.001 for wait in waits if 60 * wait + 0.001 > 1e-4]
        if later:
            heappush(free, (min(later), counter + len(given_profiles)))
    return called


def ticket(
    number: int,
    queue: QueueId,
    of: ClassId,
    waited: int,
    only: For,
) -> Ticket:
    start = datetime.fromtimestamp(NOON - 60 * waited, UTC)
    return Ticket(
        id=TicketId(f"t{number}"),
        series=queue,
        serial=number,
        number=f"{queue}{number:03d}",
        queue=queue,
        service=CASH,
        priority_class=of,
        state=TicketState.WAITING,
        visit=VisitId("v"),
        language=Language("zh"),
        issued_at=start,
        clock_start=start,
        only_counter=only[0],
        only_teller=only[1],
    )


def place(one: Ticket) -> Waiting:
    at = place_of(one)
    return Waiting(
        one.id,
        one.queue,
        one.service,
        one.priority_class,
        at.clock_start,
        at.issued_at,
        at.serial,
        (one.only_counter, one.only_teller),
    )
