"""Issuing, recognising, slips, devices and the turn of the day."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    RecogniseTicket,
    Recognition,
    RecordSlipMedia,
    RecordSlipOutcome,
    RecordSlipSent,
    ReportDevice,
    SlipCommand,
    StartServing,
)
from kiosk.domain.counter import Counter
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import (
    DayOpened,
    DeviceFailed,
    DeviceRecovered,
    Event,
    TicketExpired,
    TicketIssued,
    TicketRecognised,
)
from kiosk.domain.ids import ClassId, ClientRef, DeviceId, JobId, ServiceId, TicketId
from kiosk.domain.queue import NumberSeries
from kiosk.domain.refusals import (
    ServiceClosed,
    SlipDone,
    UnknownService,
    UnknownSlip,
    UnknownTicket,
)
from kiosk.domain.service import Hours
from kiosk.domain.slip import SlipJob, SlipMedia, SlipRequest, SlipState
from kiosk.domain.slipevents import (
    PrintFailed,
    PrintUnknown,
    SlipDropped,
    SlipLeft,
    SlipPrepared,
    SlipRetracted,
    SlipSent,
    SlipTaken,
    TicketPrinted,
)
from kiosk.domain.ticket import TicketState
from tests.domain.day import GOLD, LI, MONDAY, MORNING, ONE, TWO, WANG, Day, issue
from tests.support.branch import CASH, A, small_plan

WEEKDAYS = frozenset(range(5))
OFFICE = (Hours(WEEKDAYS, time(9), time(12)), Hours(WEEKDAYS, time(13), time(17)))
EVERYDAY = Recognition(ClientRef("c-everyday"))
JOB, PRINTER = JobId("j1"), DeviceId("slip")
READER = DeviceCondition(DeviceId("swipe"), DeviceKind.CARD_READER)


def office_day(hour: int, minute: int = 0, day: int = 2) -> Day:
    """A day on which cash is given in office hours only, at this local time of March 2026."""
    plan = small_plan()
    services = {**plan.services, CASH: replace(plan.services[CASH], hours=OFFICE)}
    local = datetime(2026, 3, day, hour, minute, tzinfo=plan.zone)
    return Day(replace(plan, services=services), local.astimezone(UTC))


class TestIssue:
    def test_a_walk_ins_ticket(self) -> None:
        day = Day()
        assert day.do(issue("t1")) == [TicketIssued(day["t1"])]
        ticket = day["t1"]
        assert (ticket.number, ticket.series, ticket.serial) == ("A001", "A", 1)
        assert (ticket.queue, ticket.service, ticket.priority_class) == ("A", "cash", "regular")
        assert (ticket.issued_at, ticket.clock_start) == (MORNING, MORNING)
        assert (ticket.state, ticket.client) == (TicketState.WAITING, None)

    @pytest.mark.parametrize(
        ("known", "queue", "number", "class_", "client"),
        [
            (None, "A", "A001", "regular", None),
            (EVERYDAY, "A", "A001", "regular", "c-everyday"),
            (GOLD, "V", "V001", "vip", "c-gold"),
            (
                replace(GOLD, priority_class=ClassId("appointment")),
                "A",
                "A001",
                "appointment",
                "c-gold",
            ),
        ],
    )
    def test_segment_decides_queue_and_class(
        self, known: Recognition | None, queue: str, number: str, class_: str, client: str | None
    ) -> None:
        ticket = Day().issue("t1", known)
        assert (ticket.queue, ticket.number) == (queue, number)
        assert (ticket.priority_class, ticket.client) == (class_, client)

    def test_a_service_without_a_vip_queue_keeps_everyone_together(self) -> None:
        day = Day()
        day.do(replace(issue("t1", GOLD), service=ServiceId("account")))
        assert (day["t1"].queue, day["t1"].priority_class) == ("B", "vip")

    def test_flags_and_segment_come_with_the_client(self) -> None:
        ticket = Day().issue("t1", replace(GOLD, flags=("complaint",)))
        assert (ticket.segment, ticket.flags) == ("vip", ("complaint",))

    def test_each_series_counts_for_itself(self) -> None:
        day = Day()
        known = [None, GOLD, None, GOLD]
        numbers = [day.issue(f"t{n}", who).number for n, who in enumerate(known)]
        assert numbers == ["A001", "V001", "A002", "V002"]

    @pytest.mark.parametrize(
        ("series", "issued", "expected"),
        [
            (NumberSeries("A"), 0, "A001"),
            (NumberSeries("A", first=500), 0, "A500"),
            (NumberSeries("A", first=0), 0, "A000"),
            (NumberSeries("A"), 999, "A1000"),
            (NumberSeries("K", width=1), 9, "K10"),
        ],
    )
    def test_numbers_grow_and_never_wrap(
        self, series: NumberSeries, issued: int, expected: str
    ) -> None:
        plan = small_plan()
        queues = {**plan.queues, A: replace(plan.queues[A], series=series)}
        day = Day(replace(plan, queues=queues))
        if issued:
            day.branch.numbers[series.letter] = issued
        assert day.issue("t1").number == expected

    def test_an_unknown_service(self) -> None:
        refusal = Day().refusal(replace(issue("t1"), service=ServiceId("gold")))
        assert isinstance(refusal, UnknownService)
        assert refusal.service == "gold"

    @pytest.mark.parametrize(
        ("when", "opens_at"),
        [
            ((8, 59), time(9)),
            ((12, 0), time(13)),
            ((12, 59), time(13)),
            ((17, 0), None),
            ((10, 0, 7), None),
        ],
        ids=["before", "at noon", "after noon", "after hours", "Saturday"],
    )
    def test_outside_the_hours(self, when: tuple[int, ...], opens_at: time | None) -> None:
        refusal = office_day(*when).refusal(issue("t1"))
        assert isinstance(refusal, ServiceClosed)
        assert (refusal.service, refusal.opens_at) == ("cash", opens_at)

    @pytest.mark.parametrize("when", [(9, 0), (11, 59), (13, 0), (16, 59)])
    def test_within_the_hours(self, when: tuple[int, int]) -> None:
        assert office_day(*when).issue("t1").number == "A001"


class TestRecognisedAfterwards:
    def test_a_waiting_ticket_gets_the_class_and_keeps_number_and_queue(self) -> None:
        day = Day()
        day.issue("t1")
        assert day.do(RecogniseTicket(TicketId("t1"), GOLD)) == [
            TicketRecognised(day["t1"], TicketState.WAITING)
        ]
        ticket = day["t1"]
        assert (ticket.number, ticket.queue, ticket.priority_class) == ("A001", "A", "vip")
        assert (ticket.client, ticket.segment) == ("c-gold", "vip")

    def test_the_new_class_counts_in_the_line(self) -> None:
        day = Day()
        day.issue("t1")
        day.issue("t2")
        day.wait(minutes=2)
        assert day.branch.people_ahead(day["t2"], day.now) == 1
        day.do(RecogniseTicket(TicketId("t2"), GOLD))
        assert day.branch.people_ahead(day["t2"], day.now) == 0
        assert day.branch.people_ahead(day["t1"], day.now) == 1

    @pytest.mark.parametrize(
        ("then", "state"),
        [
            ([], TicketState.CALLED),
            ([StartServing(ONE, LI)], TicketState.SERVING),
            ([FinishServing(ONE, LI)], TicketState.SERVED),
            ([MarkNoShow(ONE, LI)], TicketState.NO_SHOW),
        ],
    )
    def test_once_called_the_class_stays(
        self, then: list[StartServing | FinishServing | MarkNoShow], state: TicketState
    ) -> None:
        day = Day()
        day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI), *then)
        counter = day.branch.counter(ONE)
        day.do(RecogniseTicket(TicketId("t1"), GOLD))
        assert (day["t1"].client, day["t1"].priority_class) == ("c-gold", "regular")
        assert day["t1"].state is state
        assert day.branch.counter(ONE) == counter

    def test_a_client_without_a_class_keeps_the_tickets(self) -> None:
        day = Day()
        day.issue("t1")
        day.do(RecogniseTicket(TicketId("t1"), EVERYDAY))
        assert (day["t1"].client, day["t1"].priority_class) == ("c-everyday", "regular")

    def test_to_say_it_twice_changes_nothing(self) -> None:
        day = Day()
        day.issue("t1", GOLD)
        assert day.do(RecogniseTicket(TicketId("t1"), GOLD)) == []

    def test_an_unknown_ticket(self) -> None:
        refusal = Day().refusal(RecogniseTicket(TicketId("gone"), GOLD))
        assert isinstance(refusal, UnknownTicket)
        assert refusal.ticket == "gone"


class TestSlips:
    def day(self, *, sent: bool = False) -> Day:
        day = Day()
        day.do(replace(issue("t1"), slip=SlipRequest(JOB, PRINTER)))
        if sent:
            day.do(RecordSlipSent(JOB, "d1"))
        return day

    def test_the_slip_is_prepared_with_the_ticket(self) -> None:
        day = Day()
        events = day.do(replace(issue("t1"), slip=SlipRequest(JOB, PRINTER)))
        prepared = SlipJob(JOB, TicketId("t1"), PRINTER, SlipState.PREPARED)
        assert events == [TicketIssued(day["t1"]), SlipPrepared(prepared)]
        assert day.branch.slips == {JOB: prepared}

    @pytest.mark.parametrize(
        ("media", "events"),
        [
            ([SlipMedia.LEFT], [SlipLeft]),
            ([SlipMedia.LEFT, SlipMedia.LEFT], [SlipLeft]),
            ([SlipMedia.LEFT, SlipMedia.TAKEN], [SlipLeft, SlipTaken]),
            ([SlipMedia.LEFT, SlipMedia.RETRACTED], [SlipLeft, SlipRetracted]),
            ([SlipMedia.LEFT, SlipMedia.DROPPED, SlipMedia.TAKEN], [SlipLeft, SlipDropped]),
            ([SlipMedia.TAKEN], []),
        ],
    )
    def test_only_a_slip_that_was_left_is_worth_a_word(
        self, media: list[SlipMedia], events: list[type[Event]]
    ) -> None:
        day = self.day(sent=True)
        day.do(RecordSlipOutcome(JOB, SlipState.PRINTED))
        told = [event for one in media for event in day.do(RecordSlipMedia(JOB, one))]
        assert [type(event) for event in told] == events
        assert (JOB in day.branch.left) is (events == [SlipLeft])

    def test_nothing_of_a_slip_that_nobody_knows(self) -> None:
        refusal = Day().refusal(RecordSlipMedia(JobId("gone"), SlipMedia.LEFT))
        assert isinstance(refusal, UnknownSlip)

    def test_sent_with_its_digest(self) -> None:
        day = self.day()
        sent = SlipJob(JOB, TicketId("t1"), PRINTER, SlipState.SENT, "d1")
        assert day.do(RecordSlipSent(JOB, "d1")) == [SlipSent(sent)]
        assert day.branch.slips == {JOB: sent}

    @pytest.mark.parametrize("sent", [True, False])
    @pytest.mark.parametrize(
        ("state", "fault", "event"),
        [
            (SlipState.PRINTED, None, TicketPrinted),
            (SlipState.FAILED, Fault.PAPER_OUT, PrintFailed),
            (SlipState.UNKNOWN, Fault.NOT_CONFIRMED, PrintUnknown),
        ],
    )
    def test_one_outcome(
        self, sent: bool, state: SlipState, fault: Fault | None, event: type[Event]
    ) -> None:
        day = self.day(sent=sent)
        (told,) = day.do(RecordSlipOutcome(JOB, state, fault))
        job = day.branch.slips[JOB]
        assert isinstance(told, event)
        assert isinstance(told, TicketPrinted | PrintFailed | PrintUnknown)
        assert (told.ticket, told.job) == (day["t1"], job)
        assert (job.state, job.fault, job.digest) == (state, fault, "d1" if sent else None)
        twice: list[SlipCommand] = [
            RecordSlipSent(JOB, "d2"),
            RecordSlipOutcome(JOB, SlipState.PRINTED),
        ]
        for again in twice:
            refusal = day.refusal(again)
            assert isinstance(refusal, SlipDone)
            assert refusal.job == JOB

    @pytest.mark.parametrize("state", [SlipState.PREPARED, SlipState.SENT])
    def test_a_state_on_the_way_is_no_outcome(self, state: SlipState) -> None:
        with pytest.raises(ValueError, match="no outcome"):
            self.day().do(RecordSlipOutcome(JOB, state))

    def test_an_unknown_job(self) -> None:
        refusal = Day().refusal(RecordSlipSent(JobId("gone"), "d"))
        assert isinstance(refusal, UnknownSlip)
        assert refusal.job == "gone"


class TestDevices:
    away = replace(READER, status=DeviceStatus.OFFLINE, fault=Fault.CONNECTION_LOST)
    gone = replace(READER, status=DeviceStatus.NO_DEVICE, fault=Fault.NOT_FOUND)

    def test_a_fault_begins_and_ends_once(self) -> None:
        day = Day()
        told = [
            day.do(ReportDevice(condition))
            for condition in [READER, self.away, self.away, READER, READER]
        ]
        assert told == [[], [DeviceFailed(self.away)], [], [DeviceRecovered(READER)], []]

    def test_another_fault_is_told(self) -> None:
        day = Day()
        day.do(ReportDevice(self.away))
        assert day.do(ReportDevice(self.gone)) == [DeviceFailed(self.gone)]

    def test_another_word_for_the_same_fault_is_not(self) -> None:
        day = Day()
        day.do(ReportDevice(self.away))
        assert day.do(ReportDevice(replace(self.away, detail="errno 5"))) == []

    def test_less_paper_is_told(self) -> None:
        day = Day()
        low = replace(READER, fault=Fault.PAPER_LOW, detail="about 60 slips")
        less = replace(low, detail="about 50 slips")
        told = [day.do(ReportDevice(one)) for one in (low, low, less)]
        assert told == [[DeviceFailed(low)], [], [DeviceFailed(less)]]


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
        day.do(ReportDevice(fault), ReportDevice(TestDevices.away), ReportDevice(READER))
        assert day.do(OpenDay(self.tuesday)) == [DayOpened(self.tuesday, (fault,))]
        assert day.branch.devices == {fault.device: fault}
        assert day.do(ReportDevice(printer)) == [DeviceRecovered(printer)]

    @pytest.mark.parametrize("back", [0, 1, 7])
    def test_a_day_never_turns_back(self, back: int) -> None:
        day = self.busy_day()
        assert day.do(OpenDay(MONDAY - timedelta(days=back))) == []
