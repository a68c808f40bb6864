"""Every verb of a teller in every situation of a counter."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    Command,
    IssueTicket,
    OpenCounter,
    RecallTicket,
)
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import CounterOpened, TicketCalled, TicketNoShow, TicketServed
from kiosk.domain.ids import CounterId, StaffRef, TicketId, VisitId
from kiosk.domain.refusals import (
    CounterIs,
    CounterTaken,
    NoOpenTicket,
    TellerElsewhere,
    TicketIs,
    UnknownCounter,
)
from kiosk.domain.ticket import TicketState
from tests.domain.day import GOLD, LI, ONE, THREE, TWO, WANG, Day, issue
from tests.domain.verbs import VERBS, press
from tests.support.branch import ACCOUNT, ZH


def bare(day: Day, counter: CounterId) -> Counter:
    """The counter without since when and for which break."""
    return replace(day.branch.counter(counter), since=None, status=None, nth=0)


class TestWhoMayWork:
    def test_an_unknown_counter(self) -> None:
        refusal = Day().refusal(OpenCounter(CounterId("9"), LI))
        assert isinstance(refusal, UnknownCounter)
        assert refusal.counter == "9"

    @pytest.mark.parametrize("verb", VERBS.values())
    def test_a_counter_is_worked_by_the_teller_who_opened_it(
        self, verb: Callable[[CounterId, StaffRef], Command]
    ) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next"))
        refusal = day.refusal(verb(ONE, WANG))
        assert isinstance(refusal, CounterTaken)
        assert refusal.counter == ONE

    def test_one_counter_per_teller(self) -> None:
        day = Day()
        day.do(OpenCounter(ONE, LI))
        refusal = day.refusal(OpenCounter(TWO, LI))
        assert isinstance(refusal, TellerElsewhere)
        assert (refusal.teller, refusal.counter) == (LI, ONE)

    def test_a_teller_may_open_another_counter_after_closing(self) -> None:
        day = Day()
        day.do(OpenCounter(ONE, LI), CloseCounter(ONE, LI), OpenCounter(TWO, LI))
        assert bare(day, ONE) == Counter(ONE)
        assert bare(day, TWO) == Counter(TWO, CounterState.OPEN, LI)

    def test_a_counter_that_left_the_settings_keeps_nobody_from_working(self) -> None:
        day = Day()
        gone = CounterId("gone")
        day.apply(CounterOpened(Counter(gone, CounterState.OPEN, LI)))
        day.do(OpenCounter(ONE, LI))
        assert day.branch.counter(ONE).teller == LI


class TestNext:
    def test_the_call_names_counter_teller_and_time(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open"))
        day.wait(minutes=3)
        assert day.do(*press("next")) == [TicketCalled(day["t1"], TicketState.WAITING)]
        ticket = day["t1"]
        assert (ticket.state, ticket.counter, ticket.teller) == (TicketState.CALLED, ONE, LI)
        assert (ticket.called_at, ticket.recalls, ticket.started_at) == (day.now, 0, None)
        assert bare(day, ONE) == Counter(
            ONE, CounterState.SERVING, LI, TicketId("t1"), pausing=False
        )

    def test_the_open_ticket_is_finished_in_the_same_step(self) -> None:
        day = Day()
        day.do(issue("t1"), issue("t2"), *press("open", "next"))
        day.wait(minutes=5)
        served, called = day.do(*press("next"))
        assert served == TicketServed(day["t1"], TicketState.CALLED)
        assert called == TicketCalled(day["t2"], TicketState.WAITING)
        assert day["t1"].ended_at == day.now
        assert day.branch.counter(ONE).ticket == "t2"

    def test_it_is_finished_also_when_nobody_waits(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next"))
        day.wait(minutes=5)
        day.do(*press("next"))
        assert day["t1"].state is TicketState.SERVED
        assert bare(day, ONE) == Counter(ONE, CounterState.OPEN, LI)

    @pytest.mark.parametrize(("milliseconds", "state"), [(299, "called"), (300, "served")])
    def test_a_press_within_300_ms_of_a_call_is_the_same_press(
        self, milliseconds: int, state: str
    ) -> None:
        day = Day()
        day.do(issue("t1"), issue("t2"), *press("open", "next"))
        day.wait(milliseconds=milliseconds)
        day.do(*press("next"))
        assert day["t1"].state == state

    def test_a_press_right_after_finishing_calls(self) -> None:
        day = Day()
        day.do(issue("t1"), issue("t2"), *press("open", "next", "finish", "next"))
        assert day["t2"].state is TicketState.CALLED

    def test_two_counters_never_call_the_same_ticket(self) -> None:
        day = Day()
        day.do(issue("t1"), OpenCounter(ONE, LI), OpenCounter(TWO, WANG))
        assert day.do(CallNext(ONE, LI)) == [TicketCalled(day["t1"], TicketState.WAITING)]
        assert day.do(CallNext(TWO, WANG)) == []

    def test_a_counter_calls_from_its_own_queues_only(self) -> None:
        day = Day()
        day.do(issue("t1"), OpenCounter(THREE, LI))
        assert day.do(CallNext(THREE, LI)) == []
        day.do(IssueTicket(TicketId("t2"), VisitId("v2"), ACCOUNT, ZH))
        day.do(CallNext(THREE, LI))
        assert day["t2"].state is TicketState.CALLED

    def test_the_more_urgent_class_first(self) -> None:
        day = Day()
        day.do(issue("regular"))
        day.wait(minutes=1)
        day.do(issue("vip", GOLD))
        day.wait(minutes=2)
        day.do(*press("open", "next"))
        assert day["vip"].state is TicketState.CALLED
        assert day["regular"].state is TicketState.WAITING


class TestPause:
    def test_it_takes_effect_after_the_open_ticket(self) -> None:
        day = Day()
        day.do(issue("t1"), issue("t2"), *press("open", "next", "pause"))
        assert day.branch.counter(ONE).state is CounterState.SERVING
        day.wait(seconds=1)
        day.do(*press("next"))
        assert bare(day, ONE) == Counter(ONE, CounterState.PAUSED, LI)
        assert day["t2"].state is TicketState.WAITING

    @pytest.mark.parametrize("end", ["finish", "no_show"])
    def test_however_the_ticket_ends(self, end: str) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next", "pause", end))
        assert day.branch.counter(ONE).state is CounterState.PAUSED

    def test_it_can_be_taken_back_while_serving(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next", "pause", "open", "finish"))
        assert bare(day, ONE) == Counter(ONE, CounterState.OPEN, LI)

    def test_opening_ends_it(self) -> None:
        day = Day()
        day.do(*press("open", "pause", "open"))
        assert bare(day, ONE) == Counter(ONE, CounterState.OPEN, LI)


class TestTheOpenTicket:
    def test_recalls_are_counted_and_listed(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next"))
        called_at = day.now
        day.wait(seconds=20)
        day.do(*press("recall"))
        day.wait(seconds=20)
        day.do(*press("recall"))
        assert day["t1"].recalls == 2
        assert day["t1"].called_at == called_at
        assert [(call.number, call.times) for call in day.branch.calls] == [
            ("A001", 1),
            ("A001", 2),
            ("A001", 3),
        ]

    def test_start_and_finish_keep_their_times(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next"))
        day.wait(seconds=30)
        day.do(*press("start"))
        started = day.now
        day.wait(minutes=4)
        assert day.do(*press("finish")) == [TicketServed(day["t1"], TicketState.SERVING)]
        assert (day["t1"].started_at, day["t1"].ended_at) == (started, day.now)
        assert (day["t1"].counter, day["t1"].teller) == (ONE, LI)

    def test_a_no_show_frees_the_counter(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open", "next"))
        assert day.do(*press("no_show")) == [TicketNoShow(day["t1"], TicketState.CALLED)]
        assert bare(day, ONE) == Counter(ONE, CounterState.OPEN, LI)

    def test_refusals_carry_what_to_act_on(self) -> None:
        day = Day()
        day.do(issue("t1"), *press("open"))
        missing = day.refusal(RecallTicket(ONE, LI))
        assert isinstance(missing, NoOpenTicket)
        assert missing.counter == ONE
        day.do(*press("next", "start"))
        busy = day.refusal(CloseCounter(ONE, LI))
        assert isinstance(busy, TicketIs)
        assert (busy.ticket, busy.number, busy.state) == ("t1", "A001", TicketState.SERVING)
        day.do(*press("finish", "pause"))
        paused = day.refusal(CallNext(ONE, LI))
        assert isinstance(paused, CounterIs)
        assert (paused.counter, paused.state) == (ONE, CounterState.PAUSED)


def test_the_hall_remembers_the_latest_twenty_calls() -> None:
    day = Day()
    day.do(*(issue(f"t{n:02d}") for n in range(25)), *press("open"))
    for _ in range(25):
        day.do(*press("next", "finish"))
    assert [call.number for call in day.branch.calls] == [f"A{n:03d}" for n in range(6, 26)]
