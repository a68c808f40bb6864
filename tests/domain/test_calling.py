"""Every verb of a teller in every situation of a counter."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    CloseCounter,
    Command,
    FinishServing,
    IssueTicket,
    KeyCommand,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    ServeWithoutTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import CounterOpened, TicketCalled, TicketNoShow, TicketServed
from kiosk.domain.ids import CounterId, StaffRef, TicketId, VisitId
from kiosk.domain.refusals import (
    CounterIs,
    CounterTaken,
    NoOpenTicket,
    Refused,
    TellerElsewhere,
    TicketIs,
    UnknownCounter,
)
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import OpenTicketAt, ParkTicket, ReturnTicket, TransferTicket
from tests.domain.day import GOLD, LI, ONE, THREE, TWO, WANG, Day, issue
from tests.support.branch import ACCOUNT, ZH, B

NEW = TicketId("new")
KEYS: dict[str, type[KeyCommand]] = {
    "open": OpenCounter,
    "pause": PauseCounter,
    "close": CloseCounter,
    "next": CallNext,
    "recall": RecallTicket,
    "start": StartServing,
    "finish": FinishServing,
    "no_show": MarkNoShow,
}
VERBS: dict[str, Callable[[CounterId, StaffRef], Command]] = {
    **KEYS,
    "park": lambda at, who: ParkTicket(OpenTicketAt(at), "documents", None, who),
    "return": lambda at, who: ReturnTicket(OpenTicketAt(at), who),
    "transfer": lambda at, who: TransferTicket(OpenTicketAt(at), B, False, who),
    "serve": lambda at, who: ServeWithoutTicket(at, who, NEW, VisitId("v-new")),
    "paper": lambda at, who: CallPaperNumber(at, who, NEW, VisitId("v-new"), 57),
    "break": lambda at, who: SetStatus(at, who, "short"),
    "ready": lambda at, who: SetStatus(at, who, "ready"),
}


def bare(day: Day, counter: CounterId) -> Counter:
    """The counter without since when and for which break."""
    return replace(day.branch.counter(counter), since=None, status=None, nth=0)


def press(*verbs: str) -> list[Command]:
    return [VERBS[verb](ONE, LI) for verb in verbs]


SITUATIONS: dict[str, list[Command]] = {
    "closed": [issue("t1")],
    "idle": press("open"),
    "waited for": [issue("t1"), *press("open")],
    "called": [issue("t1"), *press("open", "next")],
    "called, more wait": [issue("t1"), issue("t2"), *press("open", "next")],
    "serving": [issue("t1"), *press("open", "next", "start")],
    "called, pausing": [issue("t1"), issue("t2"), *press("open", "next", "pause")],
    "serving, pausing": [issue("t1"), *press("open", "next", "start", "pause")],
    "paused": [issue("t1"), *press("open", "pause")],
    "finished": [issue("t1"), *press("open", "next", "finish")],
    "no-show": [issue("t1"), *press("open", "next", "no_show")],
}
TABLE = """
                    open          pause         close            next
closed            | CounterOpened | CounterIs closed | CounterIs closed | CounterIs closed
idle              |               | CounterPaused | CounterClosed    |
waited for        |               | CounterPaused | CounterClosed    | TicketCalled
called            |               | CounterPaused | TicketIs called  | TicketServed
called, more wait |               | CounterPaused | TicketIs called  | TicketServed TicketCalled
serving           |               | CounterPaused | TicketIs serving | TicketServed
called, pausing   | CounterOpened |               | TicketIs called  | TicketServed
serving, pausing  | CounterOpened |               | TicketIs serving | TicketServed
paused            | CounterOpened |               | CounterClosed    | CounterIs paused
finished          |               | CounterPaused | CounterClosed    |
no-show           |               | CounterPaused | CounterClosed    |

                    recall           start            finish        no_show
closed            | CounterIs closed | CounterIs closed | CounterIs closed | CounterIs closed
idle              | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
waited for        | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
called            | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
called, more wait | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
serving           | TicketIs serving |                | TicketServed | TicketIs serving
called, pausing   | TicketRecalled   | ServingStarted | TicketServed | TicketNoShow
serving, pausing  | TicketIs serving |                | TicketServed | TicketIs serving
paused            | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
finished          | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket
no-show           | NoOpenTicket     | NoOpenTicket   | NoOpenTicket | NoOpenTicket

                    park             return             transfer
closed            | CounterIs closed | CounterIs closed | CounterIs closed
idle              | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
waited for        | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
called            | TicketParked     | TicketReturned   | TicketTransferred
called, more wait | TicketParked     | TicketReturned   | TicketTransferred
serving           | TicketParked     | TicketIs serving | TicketTransferred
called, pausing   | TicketParked     | TicketReturned   | TicketTransferred
serving, pausing  | TicketParked     | TicketIs serving | TicketTransferred
paused            | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
finished          | NoOpenTicket     | NoOpenTicket     | NoOpenTicket
no-show           | NoOpenTicket     | NoOpenTicket     | NoOpenTicket

                    serve                         paper
closed            | CounterIs closed            | CounterIs closed
idle              | TicketIssued ServingStarted | TicketIssued TicketCalled
waited for        | TicketIssued ServingStarted | TicketIssued TicketCalled
called            | TicketIs called             | TicketIs called
called, more wait | TicketIs called             | TicketIs called
serving           | TicketIs serving            | TicketIs serving
called, pausing   | TicketIs called             | TicketIs called
serving, pausing  | TicketIs serving            | TicketIs serving
paused            | CounterIs paused            | CounterIs paused
finished          | TicketIssued ServingStarted | TicketIssued TicketCalled
no-show           | TicketIssued ServingStarted | TicketIssued TicketCalled

                    break                         ready
closed            | CounterOpened CounterPaused | CounterOpened
idle              | CounterPaused               |
waited for        | CounterPaused               |
called            | CounterPaused               |
called, more wait | CounterPaused               |
serving           | CounterPaused               |
called, pausing   | CounterPaused               | CounterOpened
serving, pausing  | CounterPaused               | CounterOpened
paused            | CounterPaused               | CounterOpened
finished          | CounterPaused               |
no-show           | CounterPaused               |
"""


def rows() -> list[tuple[str, str, str]]:
    """The table as (situation, verb, what is expected)."""
    found = []
    for block in TABLE.strip().split("\n\n"):
        head, *lines = block.splitlines()
        for line in lines:
            situation, *expected = (cell.strip() for cell in line.split("|"))
            pairs = zip(head.split(), expected, strict=True)
            found += [(situation, verb, what) for verb, what in pairs]
    return found


def outcome(day: Day, command: Command) -> str:
    """The names of the events, or the refusal with the state that it tells."""
    try:
        return " ".join(type(event).__name__ for event in day.do(command))
    except Refused as refusal:
        return f"{type(refusal).__name__} {getattr(refusal, 'state', '')}".strip()


def test_the_table_is_complete() -> None:
    assert {(situation, verb) for situation, verb, _ in rows()} == {
        (situation, verb) for situation in SITUATIONS for verb in VERBS
    }


@pytest.mark.parametrize(("situation", "verb", "expected"), rows())
def test_every_verb_in_every_situation(situation: str, verb: str, expected: str) -> None:
    day = Day()
    day.do(*SITUATIONS[situation])
    day.wait(seconds=1)
    assert outcome(day, VERBS[verb](ONE, LI)) == expected


REFUSALS = ("CounterIs ", "TicketIs ", "NoOpenTicket")


@pytest.mark.parametrize(
    ("situation", "verb"),
    [(situation, verb) for situation, verb, what in rows() if what.startswith(REFUSALS)],
)
def test_a_refused_verb_changes_nothing(situation: str, verb: str) -> None:
    day = Day()
    day.do(*SITUATIONS[situation])
    day.wait(seconds=1)
    day.refusal(VERBS[verb](ONE, LI))


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
