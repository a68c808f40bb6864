"""Spreads and percentiles: the nearest rank."""

import pytest

from kiosk.domain.report.figures import Figures, Spread, nearest_rank, spread


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 50, 7),
        ([7], 90, 7),
        ([1, 2], 50, 1),
        ([1, 2, 3], 50, 2),
        ([1, 2, 3, 4], 50, 2),
        (list(range(1, 11)), 90, 9),
        (list(range(1, 12)), 90, 10),
        (list(range(1, 101)), 90, 90),
        (list(range(1, 101)), 100, 100),
        (list(range(1, 101)), 0, 1),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[int], percent: int, expected: int
) -> None:
    assert nearest_rank(values, percent) == expected


def test_a_spread_is_told_in_seconds() -> None:
    assert spread([3_000, 1_000, 2_500, 500]) == Spread(4, 1.75, 1.0, 3.0, 3.0)


def test_of_nothing_there_is_no_mean() -> None:
    assert spread([]) == Spread(0, None, None, None, None)


def test_of_nothing_measured_there_is_no_service_level() -> None:
    assert Figures().service_level is None
    assert Figures(measured=4, within_target=3).service_level == 0.75
