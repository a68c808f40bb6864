"""The day turns: what goes over into the next one, and what doesn't."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReportDevice,
    StartServing,
)
from kiosk.domain.counter import Counter
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import DayOpened, DeviceRecovered, TicketExpired
from kiosk.domain.ids import DeviceId, TicketId
from kiosk.domain.slip import SlipRequest
from kiosk.domain.ticket import TicketState
from tests.domain.day import AWAY, JOB, LI, MONDAY, ONE, PRINTER, READER, TWO, WANG, Day, issue
from tests.support.branch import A


class TestTheDayTurns:
    tuesday = MONDAY + timedelta(days=1)

    def busy_day(self) -> Day:
        """One ticket in each state."""
        day = Day()
        day.do(OpenCounter(ONE, LI), OpenCounter(TWO, WANG))
        for end in ["served", "no_show", "serving"]:
            day.do(issue(end), CallNext(ONE, LI))
            day.wait(seconds=1)
            if end == "no_show":
                day.do(MarkNoShow(ONE, LI))
            elif end == "served":
                day.do(FinishServing(ONE, LI))
        day.do(StartServing(ONE, LI), issue("called"), CallNext(TWO, WANG))
        day.do(replace(issue("waiting"), slip=SlipRequest(JOB, PRINTER)), PauseCounter(TWO, WANG))
        assert {name: ticket.state for name, ticket in day.branch.tickets.items()} == {
            name: name for name in ["served", "no_show", "serving", "called", "waiting"]
        }
        day.now += timedelta(hours=20)
        return day

    def test_whatever_is_not_final_expires(self) -> None:
        day = self.busy_day()
        *expired, opened = day.do(OpenDay(self.tuesday))
        told = {
            event.ticket.id: (event.ticket.state, event.was)
            for event in expired
            if isinstance(event, TicketExpired)
        }
        assert told == {
            TicketId(name): (TicketState.EXPIRED, TicketState(name))
            for name in ["no_show", "serving", "called", "waiting"]
        }
        assert opened == DayOpened(self.tuesday)

    def test_a_no_show_keeps_the_time_at_which_it_ended(self) -> None:
        day = self.busy_day()
        ended = day["no_show"].ended_at
        expired = [
            event for event in day.do(OpenDay(self.tuesday)) if isinstance(event, TicketExpired)
        ]
        ends = {event.ticket.id: event.ticket.ended_at for event in expired}
        assert ends[TicketId("no_show")] == ended
        assert ends[TicketId("waiting")] == day.now

    def test_the_hall_is_empty_and_numbers_begin_anew(self) -> None:
        day = self.busy_day()
        day.do(OpenDay(self.tuesday))
        branch = day.branch
        assert branch.day == self.tuesday
        for kept in (branch.tickets, branch.slips, branch.calls, branch.numbers):
            assert not kept
        assert branch.counters == {one: Counter(one) for one in branch.plan.counters}
        assert branch.lines.count(A) == 0
        assert day.issue("new").number == "A001"

    def test_faults_outlive_the_day(self) -> None:
        day = Day()
        printer = DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER)
        fault = replace(printer, status=DeviceStatus.USER_ERROR, fault=Fault.PAPER_OUT)
        day.do(ReportDevice(fault), ReportDevice(AWAY), ReportDevice(READER))
        assert day.do(OpenDay(self.tuesday)) == [DayOpened(self.tuesday, (fault,))]
        assert day.branch.devices == {fault.device: fault}
        assert day.do(ReportDevice(printer)) == [DeviceRecovered(printer)]

    @pytest.mark.parametrize("back", [0, 1, 7])
    def test_a_day_never_turns_back(self, back: int) -> None:
        day = self.busy_day()
        assert day.do(OpenDay(MONDAY - timedelta(days=back))) == []
