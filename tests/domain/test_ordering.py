"""Who is next: the formula of queueing.md, its invariants over generated halls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.counter import Help, WorkProfile
from kiosk.domain.ids import ClassId, CounterId, Language, QueueId, ServiceId, TicketId, VisitId
from kiosk.domain.ordering import WaitingLines, urgency
from kiosk.domain.queue import DEFAULT_CLASSES, PriorityClass
from kiosk.domain.ticket import Ticket, TicketState

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLASSES = {one.id: one for one in DEFAULT_CLASSES}


def ticket(number: int, minutes_waited: float, of: str = "regular", queue: str = "A") -> Ticket:
    start = NOON - timedelta(minutes=minutes_waited)
    return Ticket(
        id=TicketId(f"t{number:03d}"),
        series=queue,
        serial=number,
        number=f"{queue}{number:03d}",
        queue=QueueId(queue),
        service=ServiceId("cash"),
        priority_class=ClassId(of),
        state=TicketState.WAITING,
        visit=VisitId("v"),
        language=Language("zh"),
        issued_at=start,
        clock_start=start,
    )


def lines(*tickets: Ticket, classes: dict[ClassId, PriorityClass] = CLASSES) -> WaitingLines:
    waiting = WaitingLines(classes)
    for one in tickets:
        waiting.add(one)
    return waiting


def profile(*queues: str, fallback: str = "", help_: tuple[Help, ...] = ()) -> WorkProfile:
    ids = frozenset(QueueId(queue) for queue in queues)
    return WorkProfile(ids, frozenset(QueueId(queue) for queue in fallback), help_)


@pytest.mark.parametrize(
    ("waited", "of", "escalated", "score"),
    [
        (0, "regular", False, 0),
        (15, "regular", False, 1),
        (40, "regular", False, 40 / 15),
        (41, "regular", True, 41),
        (3, "vip", False, 1),
        (12.5, "vip", True, 12.5),
    ],
)
def test_urgency_is_the_share_of_the_target_until_it_escalates(
    waited: float, of: str, escalated: bool, score: float
) -> None:
    now = NOON.timestamp()
    how = urgency(now - waited * 60, CLASSES[ClassId(of)], now)
    assert how.escalated is escalated
    assert how.score == pytest.approx(score)


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [
        ([(1, 5, "regular"), (2, 4, "regular")], ["t001", "t002"]),
        ([(1, 10, "regular"), (2, 3, "vip")], ["t002", "t001"]),
        ([(1, 16, "regular"), (2, 3, "vip")], ["t001", "t002"]),
        ([(1, 41, "regular"), (2, 11, "vip")], ["t001", "t002"]),
        ([(1, 41, "regular"), (2, 13, "vip")], ["t001", "t002"]),
        ([(1, 39, "regular"), (2, 13, "vip")], ["t002", "t001"]),
        ([(1, 15, "regular"), (2, 3, "vip")], ["t001", "t002"]),
    ],
    ids=[
        "earlier first",
        "vip by its shorter target",
        "regular past its target",
        "escalated before one that isn't",
        "both escalated: the longest wait",
        "only the vip escalated",
        "equally urgent: the earlier issue",
    ],
)
def test_order_of_two(tickets: list[tuple[int, float, str]], expected: list[str]) -> None:
    waiting = lines(*(ticket(*one) for one in tickets))
    assert list(waiting.in_order(QueueId("A"), NOON.timestamp())) == expected


def test_credit_is_a_head_start_in_minutes() -> None:
    classes = {
        ClassId("regular"): PriorityClass(ClassId("regular"), 10, 60),
        ClassId("member"): PriorityClass(ClassId("member"), 10, 60, credit=5),
    }
    waiting = lines(ticket(1, 4), ticket(2, 0, "member"), ticket(3, 6), classes=classes)
    assert list(waiting.in_order(QueueId("A"), NOON.timestamp())) == ["t003", "t002", "t001"]


def test_a_class_that_left_the_settings_counts_as_regular() -> None:
    waiting = lines(ticket(1, 5, "gone"), ticket(2, 6))
    assert list(waiting.in_order(QueueId("A"), NOON.timestamp())) == ["t002", "t001"]


class TestWorkProfiles:
    """Primary, helped and fallback queues."""

    now = NOON.timestamp()

    def test_only_the_profiles_queues_are_served(self) -> None:
        waiting = lines(ticket(1, 30, queue="B"), ticket(2, 1))
        assert waiting.next_for(profile("A"), self.now) == "t002"
        assert waiting.next_for(profile("V"), self.now) is None

    def test_a_fallback_queue_waits_until_nobody_else_does(self) -> None:
        waiting = lines(ticket(1, 30, queue="B"), ticket(2, 1))
        one = profile("A", fallback="B")
        assert waiting.next_for(one, self.now) == "t002"
        waiting.remove(ticket(2, 1))
        assert waiting.next_for(one, self.now) == "t001"

    @pytest.mark.parametrize(("waited", "expected"), [(20, "t002"), (21, "t001")])
    def test_a_queue_is_helped_when_its_longest_wait_exceeds(
        self, waited: float, expected: str
    ) -> None:
        waiting = lines(ticket(1, waited, queue="B"), ticket(2, 1))
        one = profile("A", help_=(Help(QueueId("B"), 20),))
        assert waiting.next_for(one, self.now) == expected

    def test_the_order_is_that_of_one_call_after_the_other(self) -> None:
        tickets = [
            ticket(1, 30, queue="B"),
            ticket(2, 1),
            ticket(3, 2, "vip"),
            ticket(4, 50, queue="C"),
            ticket(5, 40, queue="D"),
            replace(ticket(6, 3, queue="E"), only_counter=CounterId("1")),
        ]
        waiting = lines(*tickets)
        wide = profile("A", fallback="D", help_=(Help(QueueId("B"), 20),))
        at = (CounterId("1"), None)
        order = list(waiting.order_for(wide, self.now, at))
        called = []
        while (following := waiting.next_for(wide, self.now, at)) is not None:
            called.append(following)
            waiting.remove(next(one for one in tickets if one.id == following))
        assert order == called
        assert "t004" not in order
        assert order[-1] == "t005"


def test_longest_wait_and_count() -> None:
    waiting = lines(ticket(1, 5), ticket(2, 9, "vip"))
    now = NOON.timestamp()
    assert waiting.longest_wait(QueueId("A"), now) == pytest.approx(9)
    assert waiting.longest_wait(QueueId("B"), now) is None
    assert (waiting.count(QueueId("A")), waiting.count(QueueId("B"))) == (2, 0)


@given(
    st.integers(0, 40 * 60_000),
    st.integers(0, 12 * 60_000),
    st.integers(0, 2_000_000_000_000).map(lambda ms: ms / 1000),
)
def test_what_is_as_urgent_on_paper_is_as_urgent_here(regular: int, vip: int, now: float) -> None:
    """Whatever the time of day: shares of 15 and of 3 minutes."""
    shares = [
        urgency(round(now * 1000 - waited) / 1000, CLASSES[ClassId(name)], now).score
        for waited, name in ((regular, "regular"), (vip, "vip"))
    ]
    assert (shares[0] == shares[1]) == (regular * 3 == vip * 15)
    assert (shares[0] < shares[1]) == (regular * 3 < vip * 15)


waits = st.integers(min_value=0, max_value=60 * 60 * 1000).map(lambda ms: ms / 60_000)
halls = st.lists(
    st.tuples(waits, st.sampled_from(["regular", "vip", "appointment"])), min_size=1, max_size=30
)


@given(halls, st.integers(0, 24 * 3600 * 1000))
@example([(11, "vip"), (41, "regular")], 0)
@example([(39, "regular"), (13, "vip")], 0)
@example([(22 / 60_000, "vip"), (110 / 60_000, "regular")], 0)  # as urgent as each other, on paper
@example([(40, "regular"), (12, "vip"), (20, "appointment"), (2.4, "vip")], 123)
def test_order_calls_and_people_ahead_agree(hall: list[tuple[float, str]], later: int) -> None:
    moved = timedelta(milliseconds=later)
    tickets = {
        one.id: replace(one, clock_start=one.clock_start + moved, issued_at=one.issued_at + moved)
        for one in (ticket(i, *who) for i, who in enumerate(hall))
    }
    waiting = lines(*tickets.values())
    now = (NOON + moved).timestamp()
    order = list(waiting.in_order(QueueId("A"), now))
    assert sorted(order) == sorted(tickets)
    assert sorted(place.ticket for place in waiting.places(QueueId("A"))) == sorted(tickets)
    assert [waiting.people_ahead(tickets[one], now) for one in order] == list(range(len(order)))
    called = []
    while (one := waiting.next_for(profile("A"), now)) is not None:
        called.append(one)
        waiting.remove(tickets[one])
    assert called == order


@given(halls)
def test_escalated_tickets_are_never_passed_and_equal_classes_are_fifo(
    hall: list[tuple[float, str]],
) -> None:
    tickets = {one.id: one for one in (ticket(i, *who) for i, who in enumerate(hall))}
    now = NOON.timestamp()
    order = [tickets[one] for one in lines(*tickets.values()).in_order(QueueId("A"), now)]
    late = [
        urgency(one.clock_start.timestamp(), CLASSES[one.priority_class], now).escalated
        for one in order
    ]
    assert late == sorted(late, reverse=True)
    for of in CLASSES:
        starts = [one.clock_start for one in order if one.priority_class == of]
        assert starts == sorted(starts)
