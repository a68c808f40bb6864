"""People: who comes to the branch of a scenario on one day, drawn before the doors open.

Nothing here depends on the order of calling, so that several orders meet the same people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log, sqrt
from random import Random

from kiosk.domain.ids import ClassId, ServiceId
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.sim.scenario import Scenario, ServiceSection


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes one number. Times are minutes from the opening of the doors."""

    comes: float
    service: ServiceId
    priority_class: ClassId
    patience: float
    """Who has waited longer is gone, and nobody knows."""
    work: float
    """Minutes that a teller of usual speed needs."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked time; whether its client comes is another matter."""

    booked: float
    service: ServiceId


def appointments(scenario: Scenario) -> tuple[Appointment, ...]:
    """The branch's book for the day."""
    given = scenario.appointments
    return tuple(
        Appointment(
            given.first + number * given.every,
            ServiceId(given.services[number % len(given.services)]),
        )
        for number in range(given.count)
    )


def people(scenario: Scenario, random: Random) -> list[Person]:
    """Everybody who comes, in the order of coming."""
    everybody = [*_walk_ins(scenario, random), *_booked(scenario, random)]
    return sorted(everybody, key=lambda person: person.comes)


def speeds(scenario: Scenario, random: Random) -> dict[str, float]:
    """The factor on the service times of each counter's teller today."""
    return {one.id: exp(random.gauss(0, scenario.teller_speed)) for one in scenario.counter}


def _walk_ins(scenario: Scenario, random: Random) -> Iterator[Person]:
    given = scenario.walk_ins
    factor = exp(random.gauss(given.day_factor.location, given.day_factor.spread))
    highest = given.per_minute * factor * max(given.half_hours)
    shares = [service.share for service in scenario.service]
    now = random.expovariate(highest) if highest else scenario.open_for
    while now < scenario.open_for:
        half_hour = min(int(now / 30), len(given.half_hours) - 1)
        if random.random() < given.half_hours[half_hour] / max(given.half_hours):
            (service,) = random.choices(scenario.service, shares)
            of = VIP if random.random() < given.vip else REGULAR
            yield _person(scenario, random, now, service, of)
        now += random.expovariate(highest)


def _booked(scenario: Scenario, random: Random) -> Iterator[Person]:
    by_id = {service.id: service for service in scenario.service}
    offset = scenario.appointments.offset
    for one in appointments(scenario):
        comes = one.booked + random.gauss(offset.location, offset.spread)
        if random.random() < scenario.appointments.come:
            service = by_id[one.service]
            # Who is early takes the number at the booked time, from which its wait counts anyway.
            at = max(comes, one.booked)
            yield _person(scenario, random, at, service, APPOINTMENT)


def _person(
    scenario: Scenario,
    random: Random,
    comes: float,
    service: ServiceSection,
    of: ClassId,
) -> Person:
    patience = scenario.patience
    return Person(
        comes=comes,
        service=ServiceId(service.id),
        priority_class=of,
        patience=patience.median * exp(random.gauss(0, patience.spread)),
        work=scenario.slowness * _service_time(scenario, service, random),
    )


def _service_time(scenario: Scenario, service: ServiceSection, random: Random) -> float:
    if service.variation == 0:
        return service.mean
    if scenario.shape == "gamma":
        shape = 1 / service.variation**2
        return random.gammavariate(shape, service.mean / shape)
    scale = sqrt(log(1 + service.variation**2))
    return service.mean * exp(random.gauss(-(scale**2) / 2, scale))
