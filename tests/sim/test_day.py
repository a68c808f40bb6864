"""A simulated day: the real engine serves everybody, and tellers keep to their duty."""

from datetime import datetime

import pytest

from kiosk.domain.branch import Branch
from kiosk.domain.events import (
    CounterPaused,
    Event,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketServed,
)
from kiosk.sim.day import BranchDay
from kiosk.sim.scenario import Patience, Scenario, Unannounced, load
from kiosk.sim.study import fifo
from tests.sim.examples import SHIPPED, small

REFERENCE = load(next(path for path in SHIPPED if path.name == "reference.toml"))


def lived(scenario: Scenario, number: int = 0) -> tuple[BranchDay, list[tuple[float, Event]]]:
    """The day and its events with the minutes at which they came."""
    events: list[tuple[float, Event]] = []

    def watch(branch: Branch, event: Event, now: datetime) -> None:
        events.append(((now - day.opening).total_seconds() / 60, event))

    day = BranchDay(scenario, number, watch)
    day.run()
    return day, events


def test_everybody_is_called_once_and_nobody_is_left() -> None:
    day, events = lived(REFERENCE)
    issued = [event.ticket.id for _, event in events if isinstance(event, TicketIssued)]
    called = [event.ticket.id for _, event in events if isinstance(event, TicketCalled)]
    ended = [
        event.ticket.id for _, event in events if isinstance(event, TicketServed | TicketNoShow)
    ]
    assert len(issued) > 250
    assert sorted(issued) == sorted(called) == sorted(ended)
    assert [one.ticket for one in day.seen] == called
    assert all(one.waited >= 0 for one in day.seen)


def test_the_same_number_is_the_same_day() -> None:
    assert lived(small(), 3)[1] == lived(small(), 3)[1]
    assert lived(small(), 3)[0].seen != lived(small(), 4)[0].seen


def test_people_and_speeds_do_not_depend_on_the_order_of_calling() -> None:
    ours, plain = lived(REFERENCE)[0].seen, lived(fifo(REFERENCE))[0].seen
    assert [one.ticket for one in ours] != [one.ticket for one in plain]
    assert {one.ticket: one.person for one in ours} == {one.ticket: one.person for one in plain}


def test_a_counter_calls_nobody_while_its_teller_is_away() -> None:
    for number in range(5):
        _, events = lived(small(), number)
        at_one = [
            minute
            for minute, event in events
            if isinstance(event, TicketCalled) and event.ticket.counter == "1"
        ]
        assert at_one, "counter 1 calls at other times"
        assert not [minute for minute in at_one if 20 < minute < 30]


def test_a_counter_can_be_left_unannounced() -> None:
    gap = Unannounced(counter="2", at=10, until=25)
    day, events = lived(small(unannounced=(gap,)))
    calls = [
        minute
        for minute, event in events
        if isinstance(event, TicketCalled) and event.ticket.counter == "2"
    ]
    assert not [minute for minute in calls if 10 < minute < 25]
    assert [minute for minute, event in events if isinstance(event, CounterPaused)].count(10) == 1
    planned = {counter: len(spans) for counter, spans in day.intended.staffed.items()}
    assert planned == {"1": 2, "2": 1}, "the plan doesn't know"


def test_who_has_lost_patience_is_not_there_when_called() -> None:
    impatient = small(patience=Patience(median=2, spread=0.1))
    day, events = lived(impatient)
    gone = {one.ticket for one in day.seen if not one.came}
    no_shows = {event.ticket.id for _, event in events if isinstance(event, TicketNoShow)}
    assert gone == no_shows
    assert gone
    assert all(one.waited > 1 for one in day.seen if not one.came)


@pytest.mark.parametrize("number", range(3))
def test_first_come_first_served_is_what_it_says(number: int) -> None:
    day, _ = lived(fifo(small()), number)
    cash = [one.person.comes for one in day.seen if one.person.service == "cash"]
    assert cash == sorted(cash)
