"""``kiosk bench``: the measurements of a branch, as a table and one JSON object."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from kiosk.bench.figure import Branch, Measurement, NotMeasurable, Target, result
from kiosk.bench.history import TICKETS, History
from kiosk.bench.measurements import MEASUREMENTS, with_history
from kiosk.bench.steps import step_lines

Json = dict[str, Any]

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2
FEW = 200
"""Tickets of the log in a short run."""

_ROW = "{:<68} {:>8} {:>8} {:>9} {:>10}  {:<9} {}"


def measure(
    names: Sequence[str],
    branch: Branch,
    *,
    as_json: bool,
    short: bool,
    tickets: int | None = None,
) -> int:
    """Take the figures of these names, all of them when there are none; the exit code.

    1 when something happened that must not, such as a number given twice; a missed target is none.
    ``tickets`` is how many the log of P8 and P9 has.
    """
    with History(tickets or (FEW if short else TICKETS)) as history:
        known = (*MEASUREMENTS, *with_history(history))
        unknown = [name for name in names if not any(one.goes_by(name) for one in known)]
        if unknown:
            told = ", ".join(one.name for one in known)
            print(f"kiosk bench: no figure {unknown[0]!r}; there are {told}", file=sys.stderr)
            return WRONG_USAGE
        chosen = [one for one in known if not names or any(map(one.goes_by, names))]
        found = _table(chosen, branch, as_json=as_json, short=short)
    print(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
    return NOT_WELL if any(_is_wrong(outcome) for outcome in found.values()) else WELL


def _table(
    chosen: Sequence[Measurement], branch: Branch, *, as_json: bool, short: bool
) -> dict[str, Json]:
    """The figures; printed one by one unless JSON alone is asked for."""
    found = {}
    if not as_json:
        print(_ROW.format("", "p50 ms", "p99 ms", "a second", "n", "target", "").rstrip())
    for measurement in chosen:
        try:
            found[measurement.name] = outcome = _take(measurement, branch, short)
        except NotMeasurable as lacking:
            print(f"kiosk bench: {measurement.name} is left out: {lacking}", file=sys.stderr)
            continue
        if not as_json:
            print(_line(measurement, outcome), flush=True)
            for line in step_lines(outcome.get("steps", {})):
                print(line)
    return found


def _take(measurement: Measurement, branch: Branch, short: bool) -> Json:
    import uvloop

    count = measurement.short if short else measurement.count
    runs = 1 if short else measurement.runs
    return result(measurement, [uvloop.run(measurement.once(branch, count)) for _ in range(runs)])


def _is_wrong(outcome: Json) -> bool:
    return any(outcome.get(name) for name in ("duplicates", "gaps", "missing"))


def _line(measurement: Measurement, outcome: Json) -> str:
    cells = (
        f"{measurement.name:<10} {measurement.what}",
        f"{outcome['p50']:.2f}",
        f"{outcome['p99']:.2f}",
        str(outcome.get("per_second", ""))
        or (f"×{outcome['ratio']:.2f}" if "ratio" in outcome else ""),
        f"{outcome['runs']} × {outcome['n']}",
        _asked(measurement.target),
        "met" if outcome["met"] else "missed",
    )
    return _ROW.format(*cells).rstrip()


def _asked(target: Target) -> str:
    if target.ratio:
        return f"≤ ×{target.ratio}"
    if target.per_second:
        return f"≥ {target.per_second:.0f}/s"
    return "≤ " + " / ".join(f"{most:.0f}" for most in (target.p50, target.p99) if most)
