"""Figures of simulated days, by hand."""

import pytest

from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import ClassId, ServiceId, TicketId
from kiosk.sim.day import Seen
from kiosk.sim.figures import percentile, starved
from kiosk.sim.forecast import Forecast
from kiosk.sim.people import Person
from kiosk.sim.study import accuracy


def seen(name: str, comes: float, called: float, of: str = "regular") -> Seen:
    person = Person(comes, ServiceId("cash"), ClassId(of), patience=99, work=5)
    return Seen(TicketId(name), person, called, came=True)


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([], 0.9, 0), ([3.0], 0.9, 3), ([float(n) for n in range(100, 0, -1)], 0.9, 90)],
)
def test_percentiles(values: list[float], part: float, expected: float) -> None:
    assert percentile(values, part) == expected


def test_starved_is_who_waits_long_and_is_passed_often() -> None:
    passing = [seen(f"p{n}", comes=10 + n, called=20 + n, of="vip") for n in range(4)]
    assert starved([*passing, seen("s", comes=0, called=31)]) == {TicketId("s")}
    assert not starved([*passing, seen("s", comes=0, called=30)])
    assert not starved([*passing[:3], seen("s", comes=0, called=31)])
    assert not starved([*passing, seen("s", comes=0, called=31, of="vip")])


def forecast(p10: float, p50: float, p90: float, naive: float, waited: float) -> Forecast:
    return Forecast(0, Estimate(p10, p50, p50, p90), naive, waited)


def test_accuracy_is_of_those_who_were_told_to_wait() -> None:
    found = accuracy(
        [
            forecast(4, 6, 10, naive=10, waited=8),
            forecast(4, 6, 10, naive=16, waited=12),
            forecast(0, 0, 0, naive=0, waited=0),
        ]
    )
    assert found["tickets"] == 2
    assert found["mae"] == 4
    assert found["naive_mae"] == 3
    assert found["mae_ratio"] == pytest.approx(4 / 3, abs=0.001)
    assert found["coverage"] == 0.5
    assert found["width"] == 6
    assert found["rmse"] == pytest.approx(20**0.5, abs=0.001)
