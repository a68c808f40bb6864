"""The house's own rules: numbers and caps, recalls and no-shows, breaks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    IssueTicket,
    KeepTime,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    RecogniseTicket,
    SetStatus,
)
from kiosk.domain.counter import CounterState
from kiosk.domain.events import BreakOverrun, LastTickets, SeriesGrew, TicketNoShow
from kiosk.domain.ids import CounterId, TicketId, VisitId
from kiosk.domain.queue import NumberSeries
from kiosk.domain.refusals import (
    CapReached,
    CodeUsed,
    CounterIs,
    PersonCapReached,
    RecallsExhausted,
    RecallsMissing,
    TooSoon,
    UnknownStatus,
)
from kiosk.domain.rules import CallingRules
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import ReinstateTicket
from tests.domain.day import GOLD, LI, ONE, TWO, WANG, Day, issue
from tests.support.branch import ACCOUNT, CASH, ZH, A, small_plan

HOUSE = CallingRules(recalls_minimum=2, recall_cooldown=timedelta(seconds=20), recall_limit=3)


def day_of(rules: CallingRules = HOUSE, **service: Any) -> Day:
    plan = small_plan()
    services = {**plan.services, CASH: replace(plan.services[CASH], **service)}
    return Day(replace(plan, calling=rules, services=services))


@pytest.mark.parametrize(
    ("series", "numbers"),
    [
        (NumberSeries("A", first=998), [998, 999, 1000, 1001]),
        (NumberSeries("A", first=1, step=2, last=5), [1, 3, 5, 1000, 1002]),
        (NumberSeries("A", first=9990, width=3), [9990, 9991]),
        (NumberSeries("A", first=7, width=1, last=8), [7, 8, 10, 11]),
        (NumberSeries("A", first=1, width=2, step=60), [1, 61, 100, 160]),
    ],
)
def test_a_series_goes_up_and_never_round(series: NumberSeries, numbers: list[int]) -> None:
    given: list[int] = []
    for _ in numbers:
        given.append(series.following(given[-1] if given else None))
    assert given == numbers


def test_staff_are_told_once_that_a_series_has_grown() -> None:
    plan = small_plan()
    short = replace(plan.queues[A], series=NumberSeries("A", last=2))
    day = Day(replace(plan, queues={**plan.queues, A: short}))
    told = [day.do(issue(f"t{n}"))[1:] for n in range(4)]
    assert told == [[], [], [SeriesGrew(A, "A", "A1000")], []]


def test_a_cap_of_the_day_is_announced_and_kept() -> None:
    day = day_of(cap_per_day=3, last_tickets=1)
    told = [day.do(issue(f"t{n}"))[1:] for n in range(3)]
    assert told == [[], [LastTickets(CASH, 1)], []]
    refusal = day.refusal(issue("t3"))
    assert isinstance(refusal, CapReached)
    assert (refusal.service, refusal.cap) == (CASH, 3)
    day.do(issue("t4", service=ACCOUNT))


def test_one_person_has_so_many_tickets_whoever_it_is() -> None:
    day = day_of(cap_per_person=1)
    day.issue("t1")
    same_visit = IssueTicket(TicketId("t2"), VisitId("v-t1"), CASH, ZH)
    assert isinstance(day.refusal(same_visit), PersonCapReached)
    day.do(RecogniseTicket(TicketId("t1"), GOLD))
    assert isinstance(day.refusal(issue("t3", GOLD)), PersonCapReached)
    day.issue("t4")


def test_a_code_gives_one_number_a_day() -> None:
    day = day_of()
    once = IssueTicket(TicketId("t1"), VisitId("v"), CASH, ZH, once=True)
    day.do(once)
    for state in (TicketState.WAITING, TicketState.CALLED):
        refusal = day.refusal(replace(once, ticket=TicketId("t2"), service=ACCOUNT))
        assert isinstance(refusal, CodeUsed)
        assert (refusal.ticket, refusal.number, refusal.state) == ("t1", "A001", state)
        if state is TicketState.WAITING:
            day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    day.do(replace(once, ticket=TicketId("t2"), once=False))


def test_the_clock_of_a_visit_starts_with_its_first_ticket() -> None:
    day = Day()
    first = day.issue("t1")
    day.wait(minutes=20)
    day.do(IssueTicket(TicketId("t2"), VisitId("v-t1"), ACCOUNT, ZH))
    assert (day["t2"].clock_start, day["t2"].issued_at) == (first.issued_at, day.now)


class TestRecalls:
    def test_a_no_show_is_called_often_enough_and_given_time(self) -> None:
        day = day_of()
        day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI))
        soon = day.refusal(RecallTicket(ONE, LI))
        assert isinstance(soon, TooSoon)
        assert soon.seconds == 20
        for _ in range(2):
            missing = day.refusal(MarkNoShow(ONE, LI))
            assert isinstance(missing, RecallsMissing)
            day.wait(seconds=20)
            day.do(RecallTicket(ONE, LI))
        day.wait(seconds=19, milliseconds=500)
        soon = day.refusal(MarkNoShow(ONE, LI))
        assert isinstance(soon, TooSoon)
        assert soon.seconds == 1
        day.wait(milliseconds=500)
        day.do(MarkNoShow(ONE, LI))
        assert day["t1"].state is TicketState.NO_SHOW

    def test_beyond_the_limit_a_no_show_is_all_there_is(self) -> None:
        day = self.called_thrice(HOUSE)
        assert isinstance(day.refusal(RecallTicket(ONE, LI)), RecallsExhausted)
        day.wait(hours=1)
        assert day.do(KeepTime()) == []

    def test_it_may_come_by_itself(self) -> None:
        day = self.called_thrice(replace(HOUSE, no_show_automatic=True))
        day.wait(seconds=19)
        assert day.do(KeepTime()) == []
        day.wait(seconds=1)
        assert isinstance(day.do(KeepTime())[0], TicketNoShow)
        assert day.branch.counter(ONE).state is CounterState.OPEN

    def called_thrice(self, rules: CallingRules) -> Day:
        day = day_of(rules)
        day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI))
        for _ in range(3):
            day.wait(seconds=20)
            day.do(RecallTicket(ONE, LI))
        return day

    @pytest.mark.parametrize(("penalty", "left"), [(0, 15), (10, 5), (60, 0)])
    def test_who_is_reinstated_may_lose_some_of_the_wait(self, penalty: int, left: int) -> None:
        rules = CallingRules(reinstate_penalty=timedelta(minutes=penalty))
        day = day_of(rules)
        day.issue("t1")
        day.wait(minutes=15)
        day.do(OpenCounter(ONE, LI), CallNext(ONE, LI), MarkNoShow(ONE, LI))
        day.do(ReinstateTicket(TicketId("t1")))
        assert day.now - day["t1"].clock_start == timedelta(minutes=left)


class TestCallingByItself:
    """OPR-06: in auto-call mode who becomes ready is given the next ticket; else it is offered."""

    def test_a_free_counter_is_given_the_next_ticket(self) -> None:
        day = automatic(ONE)
        day.do(issue("t1"), issue("t2"))
        assert day.do(KeepTime()) == [], "nobody is ready"
        day.do(OpenCounter(ONE, LI), KeepTime())
        called = day["t1"]
        assert (called.state, called.counter, called.teller) == (TicketState.CALLED, ONE, LI)
        assert day.do(KeepTime()) == [], "one at a time"
        day.do(FinishServing(ONE, LI), KeepTime())
        assert day["t2"].state is TicketState.CALLED

    def test_two_free_counters_never_get_the_same_one(self) -> None:
        day = automatic(ONE, TWO)
        day.do(issue("t1"), issue("t2"), OpenCounter(ONE, LI), OpenCounter(TWO, WANG))
        assert len(day.do(KeepTime())) == len(day.do(KeepTime())) == 1
        assert {day["t1"].counter, day["t2"].counter} == {ONE, TWO}
        assert day.do(KeepTime()) == []

    def test_who_isnt_ready_is_given_nobody(self) -> None:
        day = automatic(ONE)
        day.do(issue("t1"), SetStatus(ONE, LI, "lunch"))
        assert day.do(KeepTime()) == []
        day.do(OpenCounter(ONE, LI), PauseCounter(ONE, LI))
        assert day.do(KeepTime()) == []

    def test_other_counters_are_only_offered_it(self) -> None:
        day = automatic(TWO)
        day.do(issue("t1"), OpenCounter(ONE, LI))
        assert day.do(KeepTime()) == []
        assert day["t1"].state is TicketState.WAITING

    def test_opr_09_after_a_no_show_the_next_one_is_called(self) -> None:
        rules = CallingRules(
            recalls_minimum=0,
            recall_cooldown=timedelta(seconds=20),
            recall_limit=0,
            no_show_automatic=True,
        )
        day = automatic(ONE, rules=rules)
        day.do(issue("t1"), issue("t2"), OpenCounter(ONE, LI), KeepTime())
        day.wait(seconds=20)
        day.do(KeepTime(), KeepTime())
        assert [day[name].state for name in ("t1", "t2")] == ["no_show", "called"]


def automatic(*counters: CounterId, rules: CallingRules = HOUSE) -> Day:
    plan = small_plan()
    plans = {one: replace(plan.counters[one], calls_automatic=True) for one in counters}
    return Day(replace(plan, calling=rules, counters={**plan.counters, **plans}))


class TestStatuses:
    @pytest.mark.parametrize("status", ["not_ready", "lunch", "short"])
    def test_only_ready_receives_tickets(self, status: str) -> None:
        day = Day()
        day.do(issue("t1"), SetStatus(ONE, LI, status))
        counter = day.branch.counter(ONE)
        assert (counter.state, counter.status) == (CounterState.PAUSED, status)
        assert isinstance(day.refusal(CallNext(ONE, LI)), CounterIs)  # OPR-20
        day.do(SetStatus(ONE, LI, "ready"), CallNext(ONE, LI))
        assert day["t1"].state is TicketState.CALLED

    def test_an_unknown_status_names_those_there_are(self) -> None:
        refusal = Day().refusal(SetStatus(ONE, LI, "nap"))
        assert isinstance(refusal, UnknownStatus)
        assert refusal.statuses == ["ready", "not_ready", "lunch", "short"]

    def test_a_break_begins_after_the_open_ticket(self) -> None:
        day = Day()
        day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI), SetStatus(ONE, LI, "short"))
        day.wait(minutes=30)
        assert day.do(KeepTime()) == []
        day.do(FinishServing(ONE, LI))
        counter = day.branch.counter(ONE)
        assert (counter.state, counter.status, counter.since) == ("paused", "short", day.now)

    def test_at_the_limit_it_is_not_over_it(self) -> None:
        day = Day()
        day.do(SetStatus(ONE, LI, "short"))
        day.wait(minutes=5)
        assert day.do(KeepTime()) == []  # OPR-22
        day.wait(milliseconds=1)
        (overrun,) = day.do(KeepTime())
        assert isinstance(overrun, BreakOverrun)
        assert (overrun.counter.overrun, overrun.counter.state) == (True, "paused")
        assert day.do(KeepTime()) == []

    def test_one_break_too_many_is_told_at_once(self) -> None:
        day = Day()
        day.do(SetStatus(ONE, LI, "lunch"), SetStatus(ONE, LI, "ready"))
        events = day.do(SetStatus(ONE, LI, "lunch"))
        assert [type(event).__name__ for event in events] == ["CounterPaused", "BreakOverrun"]
        assert (day.branch.counter(ONE).nth, day.branch.counter(ONE).overrun) == (2, True)

    def test_a_pause_is_not_ready_and_no_break(self) -> None:
        day = Day()
        day.do(OpenCounter(TWO, LI), PauseCounter(TWO, LI))
        assert day.branch.counter(TWO).status == "not_ready"
        day.wait(hours=3)
        assert day.do(KeepTime()) == []
