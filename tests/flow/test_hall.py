"""How events become numbered facts, and how time goes on when the clock doesn't."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import cast

import pytest

from kiosk.domain.commands import CallNext, IssueTicket, OpenCounter
from kiosk.domain.events import Actor, DayOpened, Fact, TicketExpired, TicketIssued
from kiosk.domain.ids import ServiceId, TicketId
from kiosk.domain.refusals import UnknownService
from kiosk.flow.hall import Hall
from tests.domain.day import LI, MONDAY, MORNING, ONE, issue, snapshot
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.support.branch import small_plan

TELLER = Actor("teller", "li", "pc-1")


class Bench:
    """A hall whose every command is written at once."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.log = MemoryLog()
        self.hall = Hall(small_plan(), self.log, self.clock)

    def do(self, command: IssueTicket | OpenCounter | CallNext) -> list[Fact]:
        facts = [*self.hall.turn_day(), *self.hall.carry_out(command)]
        self.log.append(facts)
        return facts


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_facts_are_numbered_and_chained_per_family(bench: Bench) -> None:
    facts = [fact for name in ("t1", "t2") for fact in bench.do(issue(name))]
    facts += bench.do(OpenCounter(ONE, LI))
    facts += bench.do(CallNext(ONE, LI))
    told = [(fact.sequence, type(fact.event).__name__, fact.prev) for fact in facts]
    assert told == [
        (1, "DayOpened", None),
        (2, "TicketIssued", None),
        (3, "TicketIssued", 2),
        (4, "CounterOpened", None),
        (5, "TicketCalled", 3),
    ]


def test_the_chain_goes_on_after_a_restart(bench: Bench) -> None:
    bench.do(issue("t1"))
    bench.do(OpenCounter(ONE, LI))
    bench.hall = Hall(small_plan(), bench.log, bench.clock)
    (called,) = bench.do(CallNext(ONE, LI))
    assert (called.sequence, called.prev) == (4, 2)


def test_the_command_is_told_by_its_first_fact(bench: Bench) -> None:
    bench.do(issue("t1"))
    bench.do(issue("t2"))
    bench.do(OpenCounter(ONE, LI))
    bench.do(CallNext(ONE, LI))
    bench.clock.move(seconds=1)
    served, called = bench.hall.carry_out(CallNext(ONE, LI), TELLER, "k1", "v1")
    assert (served.command, called.command) == (served.sequence, served.sequence)
    assert (served.key, called.key) == ("k1", None)
    assert {served.by, called.by} == {TELLER}
    assert {served.correlation, called.correlation} == {"v1"}
    assert len({served.id, called.id}) == 2


def test_a_refused_command_changes_nothing(bench: Bench) -> None:
    bench.do(issue("t1"))
    before = snapshot(bench.hall.branch, MORNING)
    unknown = IssueTicket(
        TicketId("t2"), issue("t2").visit, ServiceId("gold"), issue("t2").language
    )
    with pytest.raises(UnknownService):
        bench.hall.carry_out(unknown)
    assert snapshot(bench.hall.branch, MORNING) == before


def test_time_is_kept_in_whole_milliseconds(bench: Bench) -> None:
    bench.clock.move(microseconds=1999)
    assert bench.hall.now() == MORNING + timedelta(milliseconds=1)


def test_the_day_turns_once(bench: Bench) -> None:
    bench.do(issue("t1"))
    assert bench.hall.turn_day() == []
    bench.clock.move(days=1)
    expired, opened, issued = bench.do(issue("t2"))
    assert isinstance(expired.event, TicketExpired)
    assert opened.event == DayOpened(MONDAY + timedelta(days=1))
    assert cast(TicketIssued, issued.event).ticket.number == "A001"


def test_what_expires_belongs_to_the_day_that_ends(bench: Bench) -> None:
    bench.do(issue("t1"))
    bench.clock.move(days=3)
    days = [fact.day for fact in bench.do(issue("t2"))]
    assert days == [MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=3)]


def test_a_cut_over_moved_in_the_settings_never_turns_the_day_back(bench: Bench) -> None:
    bench.do(issue("t1"))
    moved = replace(small_plan(), day_starts=time(12))
    bench.hall = Hall(moved, bench.log, bench.clock)
    assert bench.hall.today() == MONDAY
    (fact,) = bench.do(issue("t2"))
    assert (fact.day, cast(TicketIssued, fact.event).ticket.number) == (MONDAY, "A002")


def test_a_command_decided_as_the_day_ends_belongs_to_the_open_day(bench: Bench) -> None:
    """Its number is unique in that day; under the next one's date it would be given again."""
    bench.do(issue("t1"))
    bench.clock.move(days=1)
    (late,) = bench.hall.carry_out(issue("t2"))
    assert late.day == MONDAY


class TestAClockSetBack:
    def test_time_never_goes_back(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.move(hours=-1)
        assert bench.hall.now() == MORNING
        (late,) = bench.do(issue("t2"))
        assert late.time == MORNING

    def test_it_goes_on_at_half_the_speed_until_the_clock_has_caught_up(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.move(hours=-1)
        times = []
        for _ in range(5):
            times.append((bench.hall.now() - MORNING) / timedelta(minutes=1))
            bench.do(issue(f"t{len(times) + 1}"))
            bench.clock.move(minutes=30)
        assert times == [0, 15, 30, 45, 60]
        bench.clock.move(minutes=30)
        assert bench.hall.now() == bench.clock.time

    def test_again_while_it_is_catching_up(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.move(hours=-1)
        bench.hall.now()
        bench.clock.move(minutes=20)
        bench.do(issue("t2"))
        bench.clock.move(hours=-5)
        assert bench.hall.now() == MORNING + timedelta(minutes=10)
        bench.clock.move(minutes=20)
        assert bench.hall.now() == MORNING + timedelta(minutes=20)

    def test_next_still_works(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.do(issue("t2"))
        bench.do(OpenCounter(ONE, LI))
        bench.do(CallNext(ONE, LI))
        bench.clock.move(hours=-1)
        assert bench.do(CallNext(ONE, LI)) == [], "the same press"
        bench.clock.move(seconds=1)
        assert len(bench.do(CallNext(ONE, LI))) == 2
        assert bench.hall.branch.counter(ONE).ticket == "t2"

    def test_over_the_cut_over_the_day_stays(self, bench: Bench) -> None:
        bench.clock.move(hours=19, minutes=10)
        bench.do(issue("t1"))
        assert bench.hall.branch.day == date(2026, 3, 3)
        bench.clock.move(hours=-1)
        bench.do(issue("t2"))
        assert bench.hall.branch.day == date(2026, 3, 3)
        numbers = [ticket.number for ticket in bench.hall.branch.tickets.values()]
        assert numbers == ["A001", "A002"]

    def test_also_after_a_restart(self, bench: Bench) -> None:
        bench.do(issue("t1"))
        bench.clock.move(days=-2)
        bench.hall = Hall(small_plan(), bench.log, bench.clock)
        assert bench.hall.turn_day() == []
        (fact,) = bench.do(issue("t2"))
        assert (fact.day, cast(TicketIssued, fact.event).ticket.number) == (MONDAY, "A002")
