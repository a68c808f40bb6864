"""Calibration: after some days as many waits lie below a figure as it promises."""

from random import Random

import pytest

from kiosk.domain.calibration import DAYS, FEWEST, Calibration
from kiosk.domain.estimate import Estimate

FORETOLD = Estimate(8, 10, 11, 12)


def taught(days: int = 3, factor: float = 1.0) -> Calibration:
    """Foretold 10 minutes, people waited around ``factor`` times as long: 2 to 18 of them."""
    calibration, random = Calibration(), Random(7)
    for _ in range(days):
        for _ in range(300):
            calibration.waited(FORETOLD, factor * random.uniform(2, 18))
        calibration.night()
    return calibration


def test_nothing_is_moved_before_enough_was_seen() -> None:
    calibration = Calibration()
    for _ in range(FEWEST - 1):
        calibration.waited(FORETOLD, 50)
    calibration.night()
    assert calibration.corrected(FORETOLD) == FORETOLD


def test_too_narrow_a_range_becomes_as_wide_as_it_should_be() -> None:
    shown = taught().corrected(FORETOLD)
    assert shown.p10 == pytest.approx(3.6, abs=0.8)
    assert shown.p50 == pytest.approx(10, abs=0.8)
    assert shown.p70 == pytest.approx(13.2, abs=0.8)
    assert shown.p90 == pytest.approx(16.4, abs=0.8)


def test_the_first_day_is_learnt_from_already() -> None:
    calibration = Calibration()
    for _ in range(FEWEST):
        calibration.waited(FORETOLD, 15)
    assert calibration.corrected(FORETOLD).p50 == pytest.approx(15)


def test_longer_waits_are_moved_in_proportion() -> None:
    calibration = taught(factor=2)
    short, long = (calibration.corrected(Estimate(*[wait] * 4)).p50 - wait for wait in (4.0, 40.0))
    assert 0 < short < long


def test_what_is_older_than_twenty_days_is_forgotten() -> None:
    calibration = taught(factor=3)
    for _ in range(DAYS + 1):
        for _ in range(FEWEST):
            calibration.waited(FORETOLD, 10)
        calibration.night()
    shown = calibration.corrected(FORETOLD)
    assert (shown.p10, shown.p50, shown.p70, shown.p90) == pytest.approx((10, 10, 10, 10))


def test_no_wait_stays_no_wait_and_none_is_negative() -> None:
    calibration = taught(factor=0)
    nothing = Estimate(0, 0, 0, 0)
    assert taught(factor=3).corrected(nothing) == nothing
    assert calibration.corrected(Estimate(1, 2, 3, 4)).p10 == 0
