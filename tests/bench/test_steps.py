"""Where the time goes: clocks before the product's own functions, and gone afterwards."""

import json
import time

import pytest

from kiosk.bench.figure import Run
from kiosk.bench.steps import BRANCH_STEPS, Steps, step_lines, with_steps


def test_a_step_is_told_without_the_steps_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 10.0, 13.0, 20.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    steps = Steps()
    with steps.watched([("outer", "json", "dumps"), ("inner", "json", "JSONEncoder.encode")]):
        json.dumps({}, sort_keys=True)
    assert steps.for_each(1, 0.00003) == pytest.approx(
        {"inner": 3e6, "outer": 17e6, "other": 30 - 20e6}
    )


def test_every_step_is_a_function_of_the_product_and_is_left_as_it_was() -> None:
    before = json.dumps
    with Steps().watched([*BRANCH_STEPS, ("dumps", "json", "dumps")]):
        assert json.dumps is not before
    assert json.dumps is before


def test_what_went_before_is_forgotten() -> None:
    steps = Steps()
    with steps.watched([("dumps", "json", "dumps")]):
        json.dumps({})
        steps.forget()
    assert set(steps.for_each(1, 1.0)) == {"other"}


def test_the_table_has_a_line_of_them() -> None:
    assert list(step_lines({"decide": 31.4, "commit": 120.6})) == [
        "           µs each: decide 31 · commit 121"
    ]
    assert list(step_lines({})) == []


async def test_no_figure_is_taken_with_clocks_in_the_way() -> None:
    plain = json.dumps
    runs: list[tuple[int, bool]] = []

    async def once(count: int, steps: Steps) -> Run:
        runs.append((count, json.dumps is plain))
        json.dumps({})
        return Run([float(count)], steps=steps.for_each(count, 1.0))

    run = await with_steps(once, 400, [("dumps", "json", "dumps")])
    assert runs == [(400, True), (100, False)]
    assert run.times == [400.0]
    assert run.steps["dumps"] > 0
