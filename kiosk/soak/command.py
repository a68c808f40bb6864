"""``kiosk sim soak``: a branch under load and mishaps for as long as asked, and what grew."""

import asyncio
import json
import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from kiosk.bench.figure import percentile
from kiosk.sim.scenario import load
from kiosk.soak.branch import Soaked, soaked
from kiosk.soak.growth import (
    COUNTED,
    LATENCY,
    MEMORY,
    YARDSTICK,
    Bound,
    Growth,
    Reading,
    growths,
)
from kiosk.soak.promises import broken, recognised_later
from kiosk.soak.vitals import Part, vitals

Json = dict[str, Any]

WELL, NOT_WELL = 0, 1
READINGS = 240
"""Of a soak; never more than one a second."""
WARMING = 0.1
"""Share of a soak before the first reading: what is loaded at its first use is no growth."""
MISHAPS = 60
"""Of a soak; never more than one in five seconds."""

TIMED = ("issue", "touch", "next")
BOUNDS: Mapping[str, Bound] = {
    **{f"{part} MB": MEMORY for part in Part},
    **{f"{part} files": COUNTED for part in Part},
    **{f"{part} threads": COUNTED for part in Part},
    "controller tasks": COUNTED,
    **{f"{what} p50 ms": LATENCY for what in TIMED},
    YARDSTICK: Bound(times=math.inf),
}

_OF_A_GROUP = re.compile(r"^[ |]*\|( |$)")
"""What stands before each line of an exception group's traceback."""
_ROW = "{:<22} {:>10} {:>10} {:>10}  {}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a soak."""

    lasted: float
    tickets: int
    happened: Mapping[str, int]
    worst: Mapping[str, float]
    """The slowest answer to each thing that was asked, in milliseconds."""
    growths: Sequence[Growth]
    faults: Sequence[str]
    """What must not happen: refusals, tracebacks, somebody who stopped working."""

    @property
    def well(self) -> bool:
        """Whether nothing grew beyond its bound and nothing else went wrong."""
        return not self.faults and not any(one.too_much for one in self.growths)


def soak(path: Path, minutes: float, pace: float, *, as_json: bool) -> int:
    """Soak a branch with the scenario's people, ``pace`` times as fast as they come there."""
    import uvloop

    outcome = uvloop.run(_soak(path, 60 * minutes, pace))
    if as_json:
        print(json.dumps(_as_json(outcome), ensure_ascii=False))
    else:
        for line in _report(outcome):
            print(line)
    return WELL if outcome.well else NOT_WELL


async def _soak(path: Path, seconds: float, pace: float) -> Outcome:
    scenario = load(path)
    readings: list[Reading] = []
    worst: dict[str, float] = {}
    every = max(5.0, seconds / MISHAPS)
    async with soaked(scenario, pace, str(path), every) as branch:
        await _wait(branch, WARMING * seconds)
        for _ in branch.diary.latest_times():
            pass
        began = time.monotonic()
        while (at := time.monotonic() - began) < (1 - WARMING) * seconds and not _ended(branch):
            readings.append(await _reading(branch, at, worst))
            await _wait(branch, max(1.0, seconds / READINGS))
        diary, facts = branch.diary, branch.facts()
        diary.happened["recognised later"] = recognised_later(facts)
        return Outcome(
            lasted=WARMING * seconds + time.monotonic() - began,
            tickets=diary.issued,
            happened=diary.happened,
            worst=worst,
            growths=growths(readings, BOUNDS),
            faults=[
                *diary.faults,
                *_ended(branch),
                *_tracebacks(branch.output),
                *broken(facts, diary),
            ],
        )


async def _wait(branch: Soaked, seconds: float) -> None:
    """That long, or until somebody stops working."""
    await asyncio.wait(branch.working, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


async def _reading(branch: Soaked, at: float, worst: dict[str, float]) -> Reading:
    figures = await vitals(branch.pid, branch.watch)
    for what, times in branch.diary.latest_times():
        figures[f"{what} p50 ms"] = 1000 * median(times)
        worst[what] = max(worst.get(what, 0), 1000 * percentile(times, 1))
    return Reading(at, branch.diary.issued, figures)


def _ended(branch: Soaked) -> list[str]:
    """Who has stopped working, and why."""
    return [repr(one.exception()) for one in branch.working if one.done()]


def _tracebacks(output: str) -> Iterator[str]:
    """The last line of each traceback that the controller or a child of it wrote."""
    _, *after = output.split("Traceback (most recent call last)")
    for text in after:
        lines = [_OF_A_GROUP.sub("", line) for line in text.splitlines()[1:]]
        yield next((line for line in lines if line[:1] not in {" ", ""}), text)


def _as_json(outcome: Outcome) -> Json:
    grown = {
        one.name: {
            "first": one.first,
            "last": one.last,
            "most": one.most if math.isfinite(one.most) else None,
            "well": not one.too_much,
        }
        for one in outcome.growths
    }
    return {
        "seconds": round(outcome.lasted),
        "tickets": outcome.tickets,
        "happened": dict(outcome.happened),
        "slowest_ms": dict(outcome.worst),
        "figures": grown,
        "faults": list(outcome.faults),
        "well": outcome.well,
    }


def _report(outcome: Outcome) -> Iterator[str]:
    yield f"{outcome.tickets} tickets in {outcome.lasted / 60:.1f} minutes"
    yield from (f"{count:>10}  {name}" for name, count in sorted(outcome.happened.items()))
    yield from (f"{slowest:>7.0f} ms  slowest {what}" for what, slowest in outcome.worst.items())
    yield ""
    yield _ROW.format("", "first 1/4", "last 1/4", "at most", "").rstrip()
    for one in outcome.growths:
        word = "GREW" if one.too_much else ""
        most = f"{one.most:.1f}" if math.isfinite(one.most) else ""
        yield _ROW.format(one.name, f"{one.first:.1f}", f"{one.last:.1f}", most, word).rstrip()
    yield from (f"fault: {fault}" for fault in outcome.faults)
    yield "nothing grew" if outcome.well else "NOT WELL"
