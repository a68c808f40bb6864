"""What becomes of many times: percentiles, medians of runs, met or missed."""

import pytest

from kiosk.bench.figure import Branch, Measurement, Run, Target, percentile, result
from kiosk.bench.issuing import numbering
from kiosk.bench.slips import is_slip


async def never(branch: Branch, count: int) -> Run:
    raise AssertionError("not run here")


def measurement(target: Target, name: str = "P2") -> Measurement:
    return Measurement(name, "something", target, never, count=3, short=1)


@pytest.mark.parametrize(
    ("times", "part", "expected"),
    [
        ([3.0], 0.5, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 0.99, 4.0),
        ([float(one) for one in range(1, 101)], 0.99, 99.0),
        ([float(one) for one in range(1, 101)], 0.5, 50.0),
    ],
)
def test_percentiles_are_nearest_ranks(times: list[float], part: float, expected: float) -> None:
    assert percentile(times, part) == expected


def test_a_figure_is_the_median_of_its_runs_in_milliseconds() -> None:
    runs = [Run([0.001, 0.002, 0.009]), Run([0.005, 0.005, 0.005]), Run([0.003, 0.003, 0.004])]
    found = result(measurement(Target(p50=3, p99=5)), runs)
    assert (found["p50"], found["p99"], found["n"], found["runs"]) == (3.0, 5.0, 3, 3)
    assert found["target"] == {"p50": 3, "p99": 5}
    assert found["met"] is True


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(p50=2.0), True),
        (Target(p50=1.9), False),
        (Target(p99=2.9), False),
        (Target(per_second=6), True),
        (Target(per_second=7), False),
        (Target(p50=2.0, per_second=7), False),
    ],
)
def test_every_part_of_a_target_counts(target: Target, met: bool) -> None:
    found = result(measurement(target), [Run([0.001, 0.002, 0.003], lasted=0.5)])
    assert found["per_second"] == 6
    assert found["met"] is met


def test_what_must_not_happen_is_told_from_the_worst_run_and_meets_nothing() -> None:
    runs = [Run([0.1], wrong={"gaps": count}, besides={"lag": count}) for count in (0, 2, 0)]
    found = result(measurement(Target(p50=1000)), runs)
    assert (found["gaps"], found["lag"], found["met"]) == (2, 0, False)


def test_one_name_may_mean_several_figures() -> None:
    tcp = measurement(Target(), "P1b-tcp")
    assert tcp.goes_by("P1b")
    assert tcp.goes_by("p1b-TCP")
    assert not tcp.goes_by("P1")
    assert not measurement(Target(), "P10").goes_by("P1")


@pytest.mark.parametrize(
    ("serials", "duplicates", "gaps"),
    [([], 0, 0), ([7, 5, 6], 0, 0), ([1, 2, 2, 3], 1, 0), ([1, 3, 6], 0, 3), ([1, 1, 4], 1, 2)],
)
def test_numbers_are_looked_through(serials: list[int], duplicates: int, gaps: int) -> None:
    assert numbering(serials) == {"duplicates": duplicates, "gaps": gaps}


@pytest.mark.parametrize(
    ("sent", "slip"),
    [
        (b"", False),
        (b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", False),
        (b"\x10\x04\x01\x10\x04", False),
        (b"\x1da\x0e\x1dr\x01\x1d", False),
        (b"\x10\x04\x04\x1b", True),
        (b"\x1b@", True),
        (b"\x1dr\x01A", True),
    ],
)
def test_a_slip_is_told_from_questions(sent: bytes, slip: bool) -> None:
    assert is_slip(sent) is slip
