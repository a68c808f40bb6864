"""Issuing, recognising, slips, devices and the turn of the day."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    RecogniseTicket,
    Recognition,
    StartServing,
)
from kiosk.domain.events import TicketIssued, TicketRecognised
from kiosk.domain.ids import ClassId, ClientRef, ServiceId, TicketId
from kiosk.domain.queue import NumberSeries
from kiosk.domain.refusals import ServiceClosed, UnknownService, UnknownTicket
from kiosk.domain.service import Hours
from kiosk.domain.ticket import TicketState
from tests.domain.day import GOLD, LI, MORNING, ONE, Day, issue
from tests.support.branch import CASH, A, small_plan

WEEKDAYS = frozenset(range(5))
OFFICE = (Hours(WEEKDAYS, time(9), time(12)), Hours(WEEKDAYS, time(13), time(17)))
EVERYDAY = Recognition(ClientRef("c-everyday"))


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
