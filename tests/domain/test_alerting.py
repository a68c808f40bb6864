"""Alerts: what raises them, once for each cause and recipient, and what ends them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.alert import Alert, AlertKind, AlertRules
from kiosk.domain.alertevents import (
    AlertAcknowledged,
    AlertEscalated,
    AlertEvent,
    AlertExpired,
    AlertRaised,
)
from kiosk.domain.commands import (
    AcknowledgeAlert,
    CallLobbyManager,
    CallNext,
    CloseCounter,
    KeepTime,
    OpenCounter,
    OpenDay,
    RecogniseTicket,
    Recognition,
    ReportDevice,
    SetStatus,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import DayOpened, DeviceFailed, Event
from kiosk.domain.ids import AlertId, ClientRef, DeviceId, QueueId, TicketId
from kiosk.domain.refusals import UnknownAlert
from kiosk.domain.role import Role
from kiosk.domain.ticket import COMPLAINT
from kiosk.domain.ticketcommands import MoveTicket
from tests.domain.day import GOLD, LI, MONDAY, ONE, TWO, WANG, Day, issue
from tests.support.branch import B, small_plan

DEVICES = (AlertKind.DEVICE, AlertKind.PAPER_LOW, AlertKind.CLOCK, AlertKind.DEGRADED)
MINUTES_2, MINUTES_5 = timedelta(minutes=2), timedelta(minutes=5)
PRINTER = DeviceId("slip")
PADS = (("PAD-1", 15), ("PAD-2", 30))


def day(*kinds: AlertKind, escalate_after: timedelta | None = None) -> Day:
    """A day of a branch that wants to be told of this."""
    return Day(
        replace(small_plan(), alerts=AlertRules(frozenset(kinds), MINUTES_2, escalate_after))
    )


def printer(fault: Fault | None = None) -> ReportDevice:
    status = DeviceStatus.USER_ERROR if fault else DeviceStatus.ONLINE
    return ReportDevice(DeviceCondition(PRINTER, DeviceKind.PRINTER, status, fault))


def told(events: Sequence[Event], kind: type[AlertEvent] = AlertRaised) -> list[str]:
    """For whom alerts are, of this kind of event."""
    return [event.alert.recipient for event in events if type(event) is kind]


def raised(events: Sequence[Event]) -> list[Alert]:
    return [event.alert for event in events if isinstance(event, AlertRaised)]


class TestKeyClients:
    """LOB-53"""

    def test_a_pad_is_told_of_a_client_who_meets_its_own_amount(self) -> None:
        """LOB-30: a client of no segment, whom other managers aren't told of."""
        known = Recognition(ClientRef("c9"), pads=("PAD-1", "PAD-3"))
        issued = day(AlertKind.KEY_CLIENT).do(issue("t1", known))
        assert told(issued) == ["pad/PAD-1", "pad/PAD-3"]
        assert {alert.number for alert in raised(issued)} == {"A001"}

    def test_a_pad_is_told_too_when_the_directory_answers_late(self) -> None:
        hall = day(AlertKind.KEY_CLIENT)
        assert told(hall.do(issue("t1"))) == []
        late = RecogniseTicket(TicketId("t1"), Recognition(ClientRef("c9"), pads=("PAD-1",)))
        assert told(hall.do(late)) == ["pad/PAD-1"]

    def test_nobody_is_told_twice_of_the_same_client(self) -> None:
        """A client of a segment is announced to all managers: not to their PADs once more."""
        issued = day(AlertKind.KEY_CLIENT).do(issue("t1", replace(GOLD, pads=("PAD-1",))))
        assert told(issued) == ["role/lobby-manager", "role/wealth-manager"]

    def test_a_pad_learns_nothing_of_a_kind_that_the_branch_turned_off(self) -> None:
        known = Recognition(ClientRef("c9"), pads=("PAD-1",))
        assert told(day().do(issue("t1", known))) == []

    def test_a_client_of_a_segment_is_announced_to_the_managers_with_the_number(self) -> None:
        issued = day(AlertKind.KEY_CLIENT).do(issue("t1", GOLD))
        assert told(issued) == ["role/lobby-manager", "role/wealth-manager"]
        first = raised(issued)[0]
        assert (first.kind, first.number, first.ticket) == (AlertKind.KEY_CLIENT, "V001", "t1")

    def test_so_is_one_who_has_complained_before(self) -> None:
        complained = Recognition(ClientRef("c-9"), flags=(COMPLAINT,))
        assert len(told(day(AlertKind.KEY_CLIENT).do(issue("t1", complained)))) == 2

    def test_nobody_else_is(self) -> None:
        hall = day(AlertKind.KEY_CLIENT)
        assert told(hall.do(issue("t1"))) == []
        assert told(hall.do(issue("t2", Recognition(ClientRef("c-1"))))) == []

    def test_one_who_is_recognised_late_is_announced_then_and_once(self) -> None:
        hall = day(AlertKind.KEY_CLIENT)
        hall.do(issue("t1"))
        known = RecogniseTicket(TicketId("t1"), GOLD)
        assert len(told(hall.do(known))) == 2
        assert told(hall.do(known)) == []

    def test_a_number_that_was_changed_announces_nobody_again(self) -> None:
        hall = day(AlertKind.KEY_CLIENT)
        hall.do(issue("t1", GOLD))
        moved = MoveTicket(TicketId("t1"), QueueId(B), TicketId("t2"))
        assert told(hall.do(moved)) == []


class TestLongWaits:
    """LOB-21, LOB-24, LOB-55"""

    def test_lob_21_each_pad_is_reminded_at_its_own_time(self) -> None:
        hall = day(AlertKind.LONG_WAIT)
        hall.do(issue("t1"))
        hall.wait(minutes=20)
        (alert,) = raised(hall.do(KeepTime(PADS)))
        assert (alert.recipient, alert.kind, alert.number) == ("pad/PAD-1", "long_wait", "A001")
        hall.wait(minutes=10)
        assert told(hall.do(KeepTime(PADS))) == ["pad/PAD-2"]

    def test_lob_55_a_wait_that_equals_the_reminder_is_long_and_told_once(self) -> None:
        hall = day(AlertKind.LONG_WAIT)
        hall.do(issue("t1"))
        hall.wait(minutes=14, seconds=59)
        assert hall.do(KeepTime(PADS)) == []
        hall.wait(seconds=1)
        assert told(hall.do(KeepTime(PADS))) == ["pad/PAD-1"]
        assert hall.do(KeepTime(PADS)) == []

    def test_lob_24_who_was_called_in_time_raises_none(self) -> None:
        hall = day(AlertKind.LONG_WAIT)
        hall.do(issue("t1"), OpenCounter(ONE, LI))
        hall.wait(minutes=9)
        hall.do(CallNext(ONE, LI))
        hall.wait(minutes=30)
        assert hall.do(KeepTime(PADS)) == []

    def test_a_pad_that_comes_later_is_told_of_those_who_wait_by_then(self) -> None:
        hall = day(AlertKind.LONG_WAIT)
        hall.do(issue("t1"))
        hall.wait(minutes=31)
        hall.do(KeepTime(PADS))
        assert told(hall.do(KeepTime((*PADS, ("PAD-3", 5))))) == ["pad/PAD-3"]


class TestCalls:
    """LOB-59"""

    def test_a_counter_calls_the_lobby_manager_once_until_somebody_comes(self) -> None:
        hall = day()
        (call,) = raised(hall.do(CallLobbyManager(TWO)))
        assert (call.recipient, call.counter, call.level) == ("role/lobby-manager", "2", "urgent")
        assert hall.do(CallLobbyManager(TWO)) == [], "one call is enough"
        assert len(hall.do(CallLobbyManager(ONE))) == 1, "that is another place"
        hall.do(AcknowledgeAlert(call.id, WANG))
        (again,) = raised(hall.do(CallLobbyManager(TWO)))
        assert again.id != call.id

    def test_the_reaction_time_is_known(self) -> None:
        hall = day()
        (call,) = raised(hall.do(CallLobbyManager(TWO)))
        hall.wait(seconds=40)
        (seen,) = hall.do(AcknowledgeAlert(call.id, WANG))
        assert isinstance(seen, AlertAcknowledged)
        assert seen.alert.acknowledged_by == WANG
        assert seen.alert.acknowledged_at == seen.alert.raised_at + timedelta(seconds=40)
        assert hall.do(AcknowledgeAlert(call.id, LI)) == [], "the first one counts"

    def test_the_latest_call_of_each_counter_is_known_until_the_day_ends(self) -> None:
        hall = day()
        (first,) = raised(hall.do(CallLobbyManager(TWO)))
        hall.do(AcknowledgeAlert(first.id, WANG))
        assert hall.branch.alerts.latest_calls[TWO].acknowledged_by == WANG
        (again,) = raised(hall.do(CallLobbyManager(TWO)))
        hall.do(CallLobbyManager(device=DeviceId("touch")))
        assert hall.branch.alerts.latest_calls == {TWO: again}
        hall.wait(hours=24)
        hall.do(OpenDay(hall.now.date()))
        assert hall.branch.alerts.latest_calls == {}

    def test_an_alert_that_nobody_raised_is_refused(self) -> None:
        refusal = day().refusal(AcknowledgeAlert(AlertId("none"), LI))
        assert isinstance(refusal, UnknownAlert)


class TestDevices:
    def test_a_fault_is_told_once_and_over_when_it_ends(self) -> None:
        hall = day(*DEVICES)
        failed = hall.do(printer(Fault.PAPER_OUT))
        assert told(failed) == ["role/lobby-manager", "role/administrator"]
        assert hall.do(printer(Fault.PAPER_OUT)) == []
        hall.do(AcknowledgeAlert(raised(failed)[0].id, LI))
        assert len(told(hall.do(printer()), AlertExpired)) == 2, "also the one that was seen"
        again = hall.do(printer(Fault.PAPER_OUT))
        assert [alert.id[-2:] for alert in raised(again)] == ["-2", "-2"]

    def test_less_paper_than_before_is_still_the_same_alert(self) -> None:
        hall = day(*DEVICES)
        low = DeviceCondition(PRINTER, DeviceKind.PRINTER, DeviceStatus.ONLINE, Fault.PAPER_LOW)
        (alert,) = raised(hall.do(ReportDevice(replace(low, detail="40"))))
        less = hall.do(ReportDevice(replace(low, detail="30")))
        assert [type(event) for event in less] == [DeviceFailed]
        hall.do(AcknowledgeAlert(alert.id, LI))
        seen = hall.do(ReportDevice(replace(low, detail="20")))
        assert [type(event) for event in seen] == [DeviceFailed], (
            "nor is it news to who has seen it"
        )

    def test_a_fault_that_turns_into_another_one_is_another_alert(self) -> None:
        hall = day(*DEVICES)
        hall.do(printer(Fault.PAPER_LOW))
        changed = hall.do(printer(Fault.PAPER_OUT))
        assert told(changed, AlertExpired) == ["role/lobby-manager"]
        assert [alert.fault for alert in raised(changed)] == [Fault.PAPER_OUT] * 2

    @pytest.mark.parametrize(
        ("kind", "fault", "alert"),
        [
            (DeviceKind.PRINTER, Fault.PAPER_LOW, AlertKind.PAPER_LOW),
            (DeviceKind.PRINTER, Fault.CUTTER, AlertKind.DEVICE),
            (DeviceKind.CARD_READER, Fault.NOT_FOUND, AlertKind.DEVICE),
            (DeviceKind.CLOCK, Fault.CLOCK_SET, AlertKind.CLOCK),
            (DeviceKind.BROKER, Fault.CONNECTION_LOST, AlertKind.DEGRADED),
            (DeviceKind.LOG, Fault.DISK_FULL, AlertKind.DEGRADED),
        ],
    )
    def test_what_kind_of_alert(self, kind: DeviceKind, fault: Fault, alert: AlertKind) -> None:
        condition = DeviceCondition(DeviceId("x"), kind, DeviceStatus.OFFLINE, fault)
        assert {one.kind for one in raised(day(*DEVICES).do(ReportDevice(condition)))} == {alert}

    def test_a_fault_that_outlives_the_day_is_told_anew(self) -> None:
        hall = day(*DEVICES)
        hall.do(printer(Fault.CUTTER))
        events = hall.do(OpenDay(MONDAY + timedelta(days=1)))
        assert len(told(events, AlertExpired)) == 2
        opened = next(n for n, event in enumerate(events) if isinstance(event, DayOpened))
        assert len(raised(events[opened:])) == 2
        assert len(hall.branch.alerts.open) == 2


class TestNoCounter:
    def test_people_wait_and_nobody_calls(self) -> None:
        hall = day(AlertKind.NO_COUNTER)
        hall.do(issue("t1"))
        hall.wait(minutes=1, seconds=59)
        assert hall.do(KeepTime()) == []
        hall.wait(seconds=1)
        (alert,) = raised(hall.do(KeepTime()))
        assert (alert.queue, alert.recipient) == ("A", "role/lobby-manager")
        assert hall.do(KeepTime()) == []

    def test_who_has_seen_it_is_not_told_again_while_it_lasts(self) -> None:
        hall = day(AlertKind.NO_COUNTER)
        hall.do(issue("t1"))
        hall.wait(minutes=2)
        (alert,) = raised(hall.do(KeepTime()))
        hall.do(AcknowledgeAlert(alert.id, WANG))
        hall.wait(minutes=10)
        assert hall.do(KeepTime()) == []

    def test_it_ends_when_a_counter_that_serves_the_queue_opens(self) -> None:
        hall = day(AlertKind.NO_COUNTER)
        hall.do(issue("t1"))
        hall.wait(minutes=3)
        hall.do(KeepTime(), OpenCounter(ONE, LI))
        assert told(hall.do(KeepTime()), AlertExpired) == ["role/lobby-manager"]
        hall.do(CloseCounter(ONE, LI))
        assert len(raised(hall.do(KeepTime()))) == 1, "it came again"

    def test_a_teller_on_a_break_serves_nobody(self) -> None:
        hall = day(AlertKind.NO_COUNTER)
        hall.do(issue("t1"), SetStatus(ONE, LI, "lunch"))
        hall.wait(minutes=3)
        assert len(raised(hall.do(KeepTime()))) == 1

    def test_nor_does_one_who_goes_on_a_break_after_this_customer(self) -> None:
        hall = day(AlertKind.NO_COUNTER)
        hall.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI), SetStatus(ONE, LI, "lunch"))
        hall.do(issue("t2"))
        hall.wait(minutes=3)
        assert len(raised(hall.do(KeepTime()))) == 1


class TestEscalation:
    def test_what_nobody_looks_at_is_told_somebody_else_once(self) -> None:
        hall = day(AlertKind.LONG_WAIT, escalate_after=MINUTES_5)
        hall.do(CallLobbyManager(TWO))
        hall.wait(minutes=4, seconds=59)
        assert hall.do(KeepTime()) == []
        hall.wait(seconds=1)
        (escalated,) = hall.do(KeepTime())
        assert isinstance(escalated, AlertEscalated)
        assert escalated.alert.recipients == ("role/lobby-manager", "role/wealth-manager")
        assert hall.do(KeepTime()) == []

    def test_what_somebody_has_seen_is_not(self) -> None:
        hall = day(AlertKind.LONG_WAIT, escalate_after=MINUTES_5)
        (call,) = raised(hall.do(CallLobbyManager(TWO)))
        hall.do(AcknowledgeAlert(call.id, WANG))
        hall.wait(minutes=6)
        assert hall.do(KeepTime()) == []

    def test_nobody_is_told_a_second_time_of_what_was_for_them(self) -> None:
        rules = AlertRules(frozenset(), MINUTES_2, MINUTES_5, Role.LOBBY_MANAGER)
        hall = Day(replace(small_plan(), alerts=rules))
        hall.do(CallLobbyManager(TWO))
        hall.wait(minutes=6)
        assert hall.do(KeepTime()) == []

    def test_of_a_wait_that_every_pad_was_told_of_somebody_hears_once(self) -> None:
        hall = day(AlertKind.LONG_WAIT, escalate_after=MINUTES_5)
        hall.do(issue("t1"))
        hall.wait(minutes=30)
        hall.do(KeepTime(PADS))
        hall.wait(minutes=5)
        assert len(told(hall.do(KeepTime(PADS)), AlertEscalated)) == 1

    def test_who_was_called_meanwhile_needs_nobody(self) -> None:
        hall = day(AlertKind.LONG_WAIT, escalate_after=MINUTES_5)
        hall.do(issue("t1"), OpenCounter(ONE, LI))
        hall.wait(minutes=15)
        hall.do(KeepTime(PADS), CallNext(ONE, LI))
        hall.wait(minutes=6)
        assert hall.do(KeepTime(PADS)) == []

    def test_news_that_asks_for_nothing_is_never_escalated(self) -> None:
        hall = day(AlertKind.KEY_CLIENT, AlertKind.PAPER_LOW, escalate_after=MINUTES_5)
        hall.do(issue("t1", GOLD), printer(Fault.PAPER_LOW))
        hall.wait(minutes=6)
        assert hall.do(KeepTime()) == []
