"""``kiosk sim day SCENARIO``: one simulated day and its figures."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from kiosk.sim.day import BranchDay, Seen
from kiosk.sim.figures import percentile, starved
from kiosk.sim.forecast import Forecast, Forecaster
from kiosk.sim.scenario import load

_ROW = "{:<14} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}"


def simulate_day(path: Path, number: int) -> int:
    """Live through the scenario's day of this number and print what became of it."""
    scenario = load(path)
    began = time.perf_counter()
    day, forecasts = Forecaster(scenario).day(scenario, number)
    lasted = time.perf_counter() - began
    for line in report(day, forecasts):
        print(line)
    print(f"simulated in {lasted:.1f} s")
    return 0


def report(day: BranchDay, forecasts: Sequence[Forecast]) -> Iterable[str]:
    """The day's key figures, line by line. Waits are those of people who came."""
    seen = day.seen
    gone = sum(not one.came for one in seen)
    yield f"{len(seen)} tickets, {len(seen) - gone} served, {gone} gone when called"
    yield f"the last call came {max((one.called for one in seen), default=0):.0f} min after opening"
    yield ""
    yield _ROW.format("waits, min", "tickets", "mean", "p50", "p90", "max", "in time")
    yield _line(day, "all", seen)
    for of in sorted({one.person.priority_class for one in seen}):
        yield _line(day, of, [one for one in seen if one.person.priority_class == of])
    for service in day.plan.services:
        yield _line(day, service, [one for one in seen if one.person.service == service])
    yield ""
    yield f"{len(starved(seen))} regular tickets waited > 30 min and were passed ≥ 4 times"
    if forecasts:
        yield _accuracy(forecasts)


def _line(day: BranchDay, name: str, seen: Sequence[Seen]) -> str:
    waits = [one.waited for one in seen if one.came]
    if not waits:
        return _ROW.format(name, len(seen), *["–"] * 5)
    in_time = sum(
        one.waited <= day.plan.classes[one.person.priority_class].target_wait
        for one in seen
        if one.came
    )
    values = (
        sum(waits) / len(waits),
        percentile(waits, 0.5),
        percentile(waits, 0.9),
        max(waits),
    )
    share = f"{100 * in_time / len(waits):.0f} %"
    return _ROW.format(name, len(seen), *(f"{value:.1f}" for value in values), share)


def _accuracy(forecasts: Sequence[Forecast]) -> str:
    off = sum(abs(one.error) for one in forecasts) / len(forecasts)
    naive = sum(abs(one.waited - one.naive) for one in forecasts) / len(forecasts)
    return f"estimates were off by {off:.1f} min; people ahead × mean ÷ counters by {naive:.1f} min"
