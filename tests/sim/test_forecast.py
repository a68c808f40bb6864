"""Forecasts of simulated days: better than what peers show, and kept as often as promised."""

from kiosk.sim.forecast import Forecaster
from kiosk.sim.scenario import load
from kiosk.sim.study import accuracy
from tests.sim.examples import SHIPPED, small

REFERENCE = load(next(path for path in SHIPPED if path.name == "reference.toml"))


def test_every_ticket_that_can_be_called_is_foretold() -> None:
    day, found = Forecaster(small()).day(small(), 0)
    assert len(found) == len(day.seen)
    assert all(0 <= one.shown.p10 <= one.shown.p50 <= one.shown.p90 for one in found)


def test_forecasts_are_the_same_each_time() -> None:
    assert Forecaster(small()).day(small(), 1)[1] == Forecaster(small()).day(small(), 1)[1]


def test_a_branch_that_has_learnt_is_far_better_than_counting_heads() -> None:
    forecaster = Forecaster(REFERENCE)
    forecaster.day(REFERENCE, 0)
    figures = accuracy(forecaster.day(REFERENCE, 1)[1])
    assert figures["mae_ratio"] < 0.6
    assert 0.6 < figures["coverage"] < 0.95
