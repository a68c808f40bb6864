"""Figures: what is measured, its target, and what came out of several runs."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from kiosk.messaging.telling import Telling
from kiosk.ports import KioskError
from kiosk.settings import Settings

Json = dict[str, Any]


class Running(Protocol):
    """A branch that serves in this process, as far as measuring it goes."""

    @property
    def address(self) -> str:
        """Where HTTP is served."""
        ...

    @property
    def telling(self) -> Telling:
        """What publishes its events."""
        ...


Branch = Callable[[Settings, Path], AbstractAsyncContextManager[Running]]
"""Builds a branch in its var folder and runs it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Milliseconds at the most, times a second at the least; None: nothing is asked."""

    p50: float | None = None
    p99: float | None = None
    per_second: float | None = None
    ratio: float | None = None
    """At the most, of two medians taken in one run."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run on a branch of its own: how long each time took, in seconds.

    ``lasted`` is the whole run where it is the rate that counts. ``wrong`` counts what must not
    happen, ``besides`` has what else was seen, ``steps`` where the time of one ticket went, in
    microseconds.
    """

    times: Sequence[float]
    lasted: float | None = None
    wrong: Mapping[str, int] = field(default_factory=dict)
    besides: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)


class NotMeasurable(KioskError):
    """The machine has no program for it; the text says what to install."""


class Once(Protocol):
    """One run of a measurement."""

    async def __call__(self, branch: Branch, count: int) -> Run:
        """Measure ``count`` times on a fresh branch. Raises NotMeasurable."""
        ...


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure of the targets and how it is taken: ``runs`` runs of ``count`` times."""

    name: str
    what: str
    target: Target
    once: Once
    count: int
    short: int
    """Times when it is only to be seen that it works."""
    runs: int = 3

    def goes_by(self, name: str) -> bool:
        """``P1b`` means both ``P1b-tcp`` and ``P1b-serial``."""
        return name.lower() in (self.name.lower(), self.name.partition("-")[0].lower())


def percentile(times: Sequence[float], part: float) -> float:
    """The smallest of the times that ``part`` of them don't exceed (nearest rank)."""
    return sorted(times)[max(0, math.ceil(part * len(times)) - 1)]


def result(measurement: Measurement, runs: Sequence[Run]) -> Json:
    """What came out as JSON: medians of the runs, times in milliseconds; the worst of ``wrong``."""
    found: Json = {
        "what": measurement.what,
        "p50": _median(1000 * percentile(run.times, 0.5) for run in runs),
        "p99": _median(1000 * percentile(run.times, 0.99) for run in runs),
    }
    rates = [len(run.times) / run.lasted for run in runs if run.lasted]
    if rates:
        found["per_second"] = round(median(rates))
    found |= {"n": min(len(run.times) for run in runs), "runs": len(runs)}
    found |= {name: max(run.wrong[name] for run in runs) for name in runs[0].wrong}
    found |= {name: _median(run.besides[name] for run in runs) for name in runs[0].besides}
    if steps := runs[0].steps:
        found["steps"] = {step: _median(run.steps.get(step, 0) for run in runs) for step in steps}
    found["target"] = _asked(measurement.target)
    found["met"] = _met(measurement.target, found) and not any(
        count for run in runs for count in run.wrong.values()
    )
    return found


def _median(values: Iterable[float]) -> float:
    return round(float(median(values)), 3)


def _asked(target: Target) -> Json:
    return {name: value for name, value in asdict(target).items() if value is not None}


def _met(target: Target, found: Json) -> bool:
    return (
        (target.p50 is None or found["p50"] <= target.p50)
        and (target.p99 is None or found["p99"] <= target.p99)
        and (target.per_second is None or found["per_second"] >= target.per_second)
        and (target.ratio is None or found["ratio"] <= target.ratio)
    )
