"""``kiosk bench waiting``: which targets are missed is told; the figures can be taken."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.bench.waiting import REFERENCE, outcome

SMALL = Path(__file__).parents[1] / "sim" / "small.toml"
TABLE = {"vip_p90": 8.1, "regular_p90": 29.2, "regular_p99": 49.2, "starved": 0.002}
ACCURATE = {"mae_ratio": 0.39, "coverage": 0.8}


def missed(
    table: dict[str, float] = TABLE,
    estimates: dict[str, float] = ACCURATE,
    world: dict[str, float] | None = None,
) -> list[str]:
    worlds = {"load 1.4": world} if world else {}
    found: list[str] = outcome(200, {"table": table}, estimates, worlds)["waiting"]["missed"]
    return found


def test_the_reference_itself_misses_nothing() -> None:
    assert missed() == []
    assert TABLE["regular_p99"] == REFERENCE["table"].regular_p99


@pytest.mark.parametrize(
    ("name", "value"),
    [("vip_p90", 9.0), ("vip_p90", 7.2), ("regular_p90", 32.2), ("regular_p99", 44.0)],
)
def test_a_policy_figure_may_be_a_tenth_off(name: str, value: float) -> None:
    assert missed(table={**TABLE, name: value}) == [name]


@pytest.mark.parametrize(
    ("name", "value", "well"),
    [
        ("mae_ratio", 0.42, True),
        ("mae_ratio", 0.43, False),
        ("coverage", 0.76, False),
        ("coverage", 0.84, False),
        ("coverage", 0.77, True),
    ],
)
def test_estimates_have_targets(name: str, value: float, well: bool) -> None:
    assert missed(estimates={**ACCURATE, name: value}) == ([] if well else [name])


def test_overload_may_cost_no_class_much_more_than_fifo() -> None:
    assert missed(world={"vip_p99_by_fifo": 1.3, "mae_ratio": 0.9}) == []
    assert missed(world={"regular_p99_by_fifo": 1.4}) == ["load 1.4: regular_p99_by_fifo"]


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)


@pytest.mark.timeout(120)
def test_the_figures_can_be_taken() -> None:
    done = bench("waiting", "--short", "--scenario", str(SMALL))
    assert done.returncode == 0, done.stderr
    table, _, figures = done.stdout.partition("\n{")
    told = json.loads("{" + figures)["waiting"]
    asked = {"days", "mae_ratio", "coverage", "vip_p90", "regular_p90", "regular_p99"}
    assert asked <= set(told)
    assert told["days"] == 2
    assert set(told["policies"]) == {"fifo", "strict", "table", "defaults"}
    assert len(told["disturbed"]) == 6
    assert "(24.9)" in table, "the reference stands beside the figure"


def test_it_is_measured_by_itself() -> None:
    done = bench("P2", "waiting")
    assert done.returncode == 2
    assert "alone" in done.stderr
