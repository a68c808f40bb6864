"""What a report counts and times, verb by verb."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    RecallTicket,
    ServeWithoutTicket,
    StartServing,
)
from kiosk.domain.ids import ClassId, SegmentId, TicketId, VisitId
from kiosk.domain.report.figures import Spread
from kiosk.domain.report.tally import Scope
from kiosk.domain.ticketcommands import (
    ChangePriority,
    ClearHall,
    CounterTarget,
    DropTicket,
    MoveTicket,
    ParkTicket,
    ReinstateTicket,
    ReturnTicket,
    TransferTicket,
)
from tests.domain.day import GOLD, LI, MONDAY, MORNING, ONE, TWO, WANG, issue
from tests.domain.report.recorded import RecordedDay, counts
from tests.support.branch import ACCOUNT, B


@pytest.fixture
def day() -> RecordedDay:
    day = RecordedDay()
    day.do(OpenCounter(ONE, LI), OpenCounter(TWO, WANG))
    return day


def once(seconds: float) -> Spread:
    return Spread(1, seconds, seconds, seconds, seconds)


def finish(day: RecordedDay) -> None:
    day.do(FinishServing(ONE, LI))


def test_a_ticket_waits_walks_is_served_and_stays(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(10)
    day.do(CallNext(ONE, LI))
    day.at(10.5)
    day.do(StartServing(ONE, LI))
    day.at(15)
    finish(day)
    figures = day.overall
    assert counts(figures) == {"issued": 1, "served": 1, "measured": 1, "within_target": 1}
    assert (figures.wait, figures.walk) == (once(600), once(30))
    assert (figures.service, figures.stay) == (once(270), once(900))


def test_without_start_the_service_counts_from_the_call(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(10)
    day.do(CallNext(ONE, LI))
    day.at(15)
    finish(day)
    assert day.overall.service == once(300)
    assert day.overall.walk.count == 0


def test_next_ends_the_service_before(day: RecordedDay) -> None:
    day.issue("t1")
    day.issue("t2")
    day.do(CallNext(ONE, LI))
    day.at(4)
    day.do(CallNext(ONE, LI))
    assert counts(day.overall) == {
        "issued": 2, "served": 1, "open": 1, "measured": 1, "within_target": 1
    }  # fmt: skip
    assert day.overall.service == once(240)
    assert day.overall.wait == Spread(2, 120, 0, 240, 240)


@pytest.mark.parametrize(("minutes", "within"), [(15, 1), (15.001, 0)])
def test_the_target_is_that_of_the_class(day: RecordedDay, minutes: float, within: int) -> None:
    day.issue("t1")
    day.at(minutes)
    day.do(CallNext(ONE, LI))
    finish(day)
    assert (day.overall.measured, day.overall.within_target) == (1, within)


def test_a_recall_does_not_lengthen_the_wait(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(2)
    day.do(CallNext(ONE, LI))
    day.at(3)
    day.do(RecallTicket(ONE, LI))
    finish(day)
    assert (day.overall.recalls, day.overall.wait) == (1, once(120))


def test_a_no_show_stays_one_when_the_day_ends(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(1)
    day.do(MarkNoShow(ONE, LI))
    assert counts(day.overall) == {"issued": 1, "no_show": 1, "abandoned": 1}
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    assert counts(day.overall) == {"issued": 1, "no_show": 1, "abandoned": 1}
    assert day.overall.service.count == 0


def test_a_reinstated_no_show_that_is_served_is_no_no_show(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(1)
    day.do(MarkNoShow(ONE, LI), ReinstateTicket(TicketId("t1")))
    day.at(5)
    day.do(CallNext(ONE, LI))
    day.at(7)
    finish(day)
    assert counts(day.overall) == {"issued": 1, "served": 1, "measured": 1, "within_target": 1}
    assert (day.overall.wait, day.overall.service) == (once(0), once(120))


def test_who_still_waits_at_night_is_expired_and_abandoned(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(60 * 19)
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    assert counts(day.overall) == {"issued": 1, "expired": 1, "abandoned": 1}


def test_who_was_served_once_and_then_expires_is_not_abandoned(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), StartServing(ONE, LI))
    day.at(3)
    day.do(TransferTicket(TicketId("t1"), B))
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    assert counts(day.overall) == {"issued": 1, "expired": 1, "transfers": 1}
    assert day.overall.service == once(180)


def test_a_dropped_ticket_is_neither_served_nor_abandoned(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(DropTicket(TicketId("t1"), "left"))
    assert counts(day.overall) == {"issued": 1, "dropped": 1}


def test_who_is_moved_waits_since_the_first_number(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(6)
    day.do(MoveTicket(TicketId("t1"), B, TicketId("t2")))
    day.at(10)
    day.do(CallNext(TWO, WANG), FinishServing(TWO, WANG))
    report = day.report()
    assert counts(report.overall) == {
        "issued": 2, "moved": 1, "served": 1, "measured": 1, "within_target": 1
    }  # fmt: skip
    assert report.overall.wait == once(600)
    assert counts(report.groups[Scope.QUEUE]["A"]) == {"issued": 1, "moved": 1}
    assert report.groups[Scope.QUEUE]["B"].stay == once(600)


@pytest.mark.parametrize(("called", "wait"), [(5, 0), (20, 600)])
def test_who_is_booked_waits_from_that_time_and_stays_from_the_number(
    day: RecordedDay, called: float, wait: float
) -> None:
    booked = MORNING + timedelta(minutes=10)
    day.do(replace(issue("t1"), booked=booked))
    day.at(called)
    day.do(CallNext(ONE, LI))
    day.at(25)
    finish(day)
    figures = day.report().groups[Scope.CLASS]["appointment"]
    assert (figures.wait, figures.stay) == (once(wait), once(1500))


def test_a_transferred_ticket_is_served_twice(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(1)
    day.do(StartServing(ONE, LI))
    day.at(4)
    day.do(TransferTicket(TicketId("t1"), CounterTarget(TWO)))
    day.at(6)
    day.do(CallNext(TWO, WANG))
    day.at(11)
    day.do(FinishServing(TWO, WANG))
    report = day.report()
    assert counts(report.overall) == {
        "issued": 1, "served": 1, "transfers": 1, "measured": 1, "within_target": 1
    }  # fmt: skip
    assert report.overall.service == Spread(2, 240, 180, 300, 300)
    assert report.groups[Scope.COUNTER]["1"].service == once(180)
    assert report.groups[Scope.COUNTER]["2"].service == once(300)
    assert counts(report.groups[Scope.COUNTER]["1"]) == {}
    assert report.groups[Scope.TELLER]["wang"].served == 1


def test_who_comes_back_to_the_previous_service_is_served_there_once_more(
    day: RecordedDay,
) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), StartServing(ONE, LI))
    day.at(2)
    day.do(TransferTicket(TicketId("t1"), CounterTarget(TWO), come_back=True))
    day.do(CallNext(TWO, WANG))
    day.at(5)
    day.do(FinishServing(TWO, WANG))
    day.do(CallNext(ONE, LI))
    day.at(6)
    finish(day)
    assert day.overall.transfers == 1
    assert day.overall.service == Spread(3, 120, 120, 180, 180)


def test_parking_interrupts_the_service(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), StartServing(ONE, LI))
    day.at(2)
    day.do(ParkTicket(TicketId("t1"), "documents"))
    day.at(30)
    day.do(ReturnTicket(TicketId("t1")), CallNext(ONE, LI))
    day.at(31)
    finish(day)
    assert day.overall.parks == 1
    assert day.overall.service == Spread(2, 90, 60, 120, 120)
    assert (day.overall.wait, day.overall.stay) == (once(0), once(31 * 60))


def test_somebody_returned_to_the_queue_was_not_served(day: RecordedDay) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI))
    day.at(2)
    day.do(ReturnTicket(TicketId("t1")))
    assert day.overall.service.count == 0
    assert counts(day.overall) == {"issued": 1, "open": 1}


def test_people_without_a_number_of_the_machine_have_no_wait(day: RecordedDay) -> None:
    day.do(ServeWithoutTicket(ONE, LI, TicketId("t1"), VisitId("v1")))
    day.at(3)
    finish(day)
    day.do(CallPaperNumber(ONE, LI, TicketId("t2"), VisitId("v2"), 17))
    day.at(5)
    finish(day)
    figures = day.overall
    assert counts(figures) == {"issued": 2, "served": 2, "paper": 1, "without_number": 1}
    assert (figures.wait.count, figures.walk.count, figures.stay.count) == (0, 0, 0)
    assert figures.service == Spread(2, 150, 120, 180, 180)
    assert all(one.most == 0 for one in day.report().lengths)


def test_a_clock_that_was_set_back_makes_no_negative_wait(day: RecordedDay) -> None:
    day.at(60)
    day.issue("t1")
    day.at(0)
    day.do(CallNext(ONE, LI))
    day.at(2)
    finish(day)
    assert day.overall.wait == once(0)
    assert day.overall.stay == once(0)


def test_the_hall_cleared_expires_those_who_wait(day: RecordedDay) -> None:
    day.issue("t1")
    day.issue("t2")
    day.do(CallNext(ONE, LI))
    day.do(ClearHall("evacuation"))
    assert counts(day.overall) == {"issued": 2, "expired": 1, "open": 1, "abandoned": 1}


def test_tickets_count_by_service_queue_class_segment_hour_counter_and_teller(
    day: RecordedDay,
) -> None:
    day.issue("t1", GOLD)
    day.do(issue("t2", service=ACCOUNT))
    day.at(61)
    day.issue("t3")
    day.do(ChangePriority(TicketId("t3"), ClassId("vip"), "elderly"))
    day.do(CallNext(ONE, LI))
    groups = day.report().groups
    told = {scope: {key: one.issued for key, one in groups[scope].items()} for scope in Scope}
    assert told == {
        Scope.SERVICE: {"account": 1, "cash": 2},
        Scope.QUEUE: {"A": 1, "B": 1, "V": 1},
        Scope.CLASS: {"regular": 1, "vip": 2},
        Scope.SEGMENT: {"-": 2, SegmentId("vip"): 1},
        Scope.HOUR: {"09": 2, "10": 1},
        Scope.COUNTER: {"1": 1},
        Scope.TELLER: {"li": 1},
    }
    assert groups[Scope.SEGMENT]["vip"].wait == once(61 * 60)


def test_who_was_called_and_expires_in_the_line_counts_where_he_was_called(
    day: RecordedDay,
) -> None:
    day.issue("t1")
    day.do(CallNext(ONE, LI), ReturnTicket(TicketId("t1")), ClearHall("evacuation"))
    groups = day.report().groups
    assert counts(groups[Scope.COUNTER]["1"]) == {"issued": 1, "expired": 1, "abandoned": 1}
    assert counts(groups[Scope.TELLER]["li"]) == {"issued": 1, "expired": 1, "abandoned": 1}


def test_days_in_a_row_add_up_and_each_begins_empty(day: RecordedDay) -> None:
    day.issue("t1")
    day.at(24 * 60)
    day.do(OpenDay(MONDAY + timedelta(days=1)))
    day.issue("t2")
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    day.at(24 * 60 + 5)
    finish(day)
    report = day.report(last=1)
    assert report.days == (MONDAY, MONDAY + timedelta(days=1))
    assert counts(report.overall) == {
        "issued": 2, "expired": 1, "abandoned": 1, "served": 1, "measured": 1, "within_target": 1
    }  # fmt: skip


def test_a_day_on_which_nobody_came_has_no_groups() -> None:
    report = RecordedDay().report()
    assert counts(report.overall) == {}
    assert all(not report.groups[scope] for scope in Scope)
    assert (report.lengths, report.tellers) == ((), ())
