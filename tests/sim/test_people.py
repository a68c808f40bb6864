"""Who comes: the same people for the same number of a day, as many as the scenario says."""

from random import Random
from statistics import fmean

import pytest

from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.sim.people import Person, appointments, people, speeds
from kiosk.sim.scenario import load
from tests.sim.examples import SHIPPED, small

REFERENCE = load(next(path for path in SHIPPED if path.name == "reference.toml"))


def many(days: int = 20) -> list[Person]:
    return [person for day in range(days) for person in people(REFERENCE, Random(day))]


def test_a_day_is_drawn_from_its_number() -> None:
    assert people(small(), Random("a")) == people(small(), Random("a"))
    assert people(small(), Random("a")) != people(small(), Random("b"))
    assert speeds(small(), Random(1)) == speeds(small(), Random(1))


def test_people_come_in_order_while_the_doors_are_open() -> None:
    times = [person.comes for person in people(REFERENCE, Random(1))]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= REFERENCE.open_for


def test_as_many_come_as_the_scenario_says() -> None:
    everybody = many()
    assert len(everybody) / 20 == pytest.approx(377, rel=0.1)
    walk_ins = [person for person in everybody if person.priority_class != APPOINTMENT]
    vips = sum(person.priority_class == VIP for person in walk_ins)
    assert vips / len(walk_ins) == pytest.approx(0.12, abs=0.02)
    cash = sum(person.service == "cash" for person in walk_ins)
    assert cash / len(walk_ins) == pytest.approx(0.4, abs=0.03)
    assert len(everybody) - len(walk_ins) == pytest.approx(20 * 22 * 0.85, rel=0.1)


def test_nobody_with_an_appointment_takes_a_number_before_its_time() -> None:
    booked = sorted({one.booked for one in appointments(REFERENCE)})
    assert booked == [30 + 20 * number for number in range(22)]
    early = [person for person in many(3) if person.priority_class == APPOINTMENT]
    assert all(person.comes >= 30 for person in early)
    assert sum(person.comes in booked for person in early) > len(early) / 2


@pytest.mark.parametrize("shape", ["log-normal", "gamma"])
def test_service_times_have_the_mean_of_their_service(shape: str) -> None:
    world = REFERENCE.model_copy(update={"shape": shape, "slowness": 1.5})
    works = [
        person.work
        for day in range(40)
        for person in people(world, Random(day))
        if person.service == "cash"
    ]
    assert fmean(works) == pytest.approx(1.5 * 4, rel=0.05)


def test_without_spread_every_service_takes_its_mean() -> None:
    services = tuple(one.model_copy(update={"variation": 0}) for one in small().service)
    drawn = people(small(service=services), Random(0))
    assert {person.work for person in drawn} == {3.0, 8.0}
    assert {person.priority_class for person in drawn} >= {REGULAR}
