"""What a branch learns from its day: service times, and tickets that nobody answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import Event, TicketNoShow, TicketRecalled, TicketServed
from kiosk.domain.experience import Experience
from kiosk.domain.ids import ServiceId
from kiosk.domain.ticket import Ticket, TicketState
from tests.domain.day import MORNING, Day
from tests.support.branch import CASH, small_plan


def called(waited: float, busy: float) -> Ticket:
    """A cash ticket called after so many minutes, that kept its counter for so many."""
    day = Day()
    at = MORNING + timedelta(minutes=waited)
    return replace(day.issue("t"), called_at=at, ended_at=at + timedelta(minutes=busy))


def served(waited: float, busy: float) -> Event:
    return TicketServed(called(waited, busy), TicketState.SERVING)


def no_show(waited: float, busy: float) -> Event:
    return TicketNoShow(called(waited, busy), TicketState.CALLED)


def experience(*events: Event) -> Experience:
    learnt = Experience(small_plan().services)
    for event in events:
        learnt.learn(event)
    return learnt


def test_before_anything_was_seen_the_settings_are_believed() -> None:
    odds = experience().odds()
    assert not odds.learnt
    assert odds.times[CASH].mean == small_plan().services[CASH].mean_minutes == 6
    assert odds.absent_after(20) == 0


@pytest.mark.parametrize(("count", "mean"), [(1, 6 + 6 / 30), (15, 9), (30, 12), (90, 12)])
def test_the_configured_mean_gives_way_to_thirty_services(count: int, mean: float) -> None:
    odds = experience(*[served(5, 12)] * count).odds()
    assert odds.learnt
    assert odds.times[CASH].mean == pytest.approx(mean)


def test_the_spread_of_services_is_learnt() -> None:
    odds = experience(*[served(5, 4), served(5, 8)] * 50).odds()
    assert odds.times[CASH].mean == pytest.approx(6)
    assert odds.times[CASH].variation == pytest.approx(2 / 6)


def test_the_longer_people_wait_the_more_of_them_are_gone() -> None:
    few = [served(2, 5)] * 95 + [no_show(2, 1)] * 5
    many = [served(42, 5)] * 60 + [no_show(42, 1)] * 40
    odds = experience(*few, *many).odds()
    assert odds.absence == pytest.approx(1)
    assert 0.05 < odds.absent_after(4) < 0.15
    assert 0.25 < odds.absent_after(44) < 0.4
    assert odds.absent_after(600) == odds.absent_after(70)
    assert odds.absent_after(-1) == odds.absent_after(0)


def test_after_a_month_of_nights_new_services_outweigh_old_ones() -> None:
    learnt = experience(*[served(5, 4)] * 100)
    for _ in range(40):
        learnt.night()
    for _ in range(100):
        learnt.learn(served(5, 10))
    assert learnt.odds().times[CASH].mean > 9


def test_other_events_teach_nothing() -> None:
    assert not experience(TicketRecalled(called(5, 9), TicketState.CALLED)).odds().learnt


def test_a_teller_who_presses_through_does_not_make_services_take_no_time() -> None:
    odds = experience(*[served(5, 0)] * 50).odds()
    assert odds.times[CASH].mean > 0


def test_a_service_that_has_left_the_settings_takes_some_time() -> None:
    assert experience().odds().time(ServiceId("gone")).mean > 0
