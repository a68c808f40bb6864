"""Studies: many days of a scenario, for the figures of policies and of estimates.

Days are numbered and drawn from their numbers, so that a study gives the same figures everywhere.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from kiosk.domain.calibration import DAYS as LEARNING_DAYS
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.sim.day import BranchDay
from kiosk.sim.figures import percentile, starved
from kiosk.sim.forecast import Forecast, Forecaster
from kiosk.sim.scenario import ClassSection, Scenario, Unannounced, load

NEVER = 1e9
CHAINS = 2
"""Branches that learn side by side: each one's days follow each other."""
LEARNING = 100_000
"""The first number of the days that are only learnt from."""
DISTURBED_SHARE = 5
"""One in so many days is given to each disturbed world."""

Waits = Mapping[str, float]
Change = Callable[[Scenario], Scenario]


def with_classes(scenario: Scenario, *classes: ClassSection) -> Scenario:
    """The same branch with these classes instead of its own."""
    return scenario.model_copy(update={"class_": classes})


def table_classes(scenario: Scenario) -> Scenario:
    """The parameters of the reference table's last row."""
    return with_classes(
        scenario,
        ClassSection(id=REGULAR, target_wait=15, max_wait=40),
        ClassSection(id=VIP, target_wait=3, max_wait=40),
        ClassSection(id=APPOINTMENT, target_wait=3, max_wait=40),
    )


def fifo(scenario: Scenario) -> Scenario:
    """Everybody in the order of coming."""
    return with_classes(
        scenario,
        *(
            ClassSection(id=of, target_wait=15, max_wait=NEVER)
            for of in (REGULAR, VIP, APPOINTMENT)
        ),
    )


def strict(scenario: Scenario) -> Scenario:
    """Preferred clients first, whatever it costs the others."""
    return with_classes(
        scenario,
        ClassSection(id=REGULAR, target_wait=NEVER, max_wait=NEVER),
        ClassSection(id=VIP, target_wait=0.001, max_wait=NEVER),
        ClassSection(id=APPOINTMENT, target_wait=0.001, max_wait=NEVER),
    )


def _as_it_is(scenario: Scenario) -> Scenario:
    return scenario


POLICIES: Mapping[str, Change] = {
    "fifo": fifo,
    "strict": strict,
    "table": table_classes,
    "defaults": _as_it_is,
}


def _gamma(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"shape": "gamma"})


def _slower(scenario: Scenario, factor: float) -> Scenario:
    return scenario.model_copy(update={"slowness": factor})


def _counter_leaves(scenario: Scenario) -> Scenario:
    gap = Unannounced(counter=scenario.counter[1].id, at=270, until=360)
    return scenario.model_copy(update={"unannounced": (gap,)})


def _more_people(scenario: Scenario) -> Scenario:
    per_minute = 1.4 * scenario.walk_ins.per_minute
    walk_ins = scenario.walk_ins.model_copy(update={"per_minute": per_minute})
    return scenario.model_copy(update={"walk_ins": walk_ins})


def _more_vips(scenario: Scenario) -> Scenario:
    walk_ins = scenario.walk_ins.model_copy(update={"vip": 0.3})
    return scenario.model_copy(update={"walk_ins": walk_ins})


WORLDS: Mapping[str, Change] = {
    "gamma service": _gamma,
    "tellers 15 % faster": partial(_slower, factor=0.85),
    "tellers 15 % slower": partial(_slower, factor=1.15),
    "a counter closes unannounced": _counter_leaves,
    "load 1.4": _more_people,
    "30 % VIP": _more_vips,
}
"""How the world changes behind the estimator's back."""


@dataclass(frozen=True, slots=True)
class Study:
    """The studies of one scenario."""

    scenario: Scenario
    days: int
    learning: int = LEARNING_DAYS
    """Days that each branch has been open before anything is counted."""

    @classmethod
    def of(cls, path: Path, days: int, learning: int = LEARNING_DAYS) -> "Study":
        """Raises ScenarioFault."""
        return cls(load(path), days, learning)

    def policies(self) -> dict[str, Waits]:
        """The waits of those who came, under each policy."""
        with _pool() as pool:
            return {
                name: _waits(pool, change(self.scenario), self.days)
                for name, change in POLICIES.items()
            }

    def estimates(self) -> Waits:
        """Accuracy of the estimates, after the days of learning."""
        with _pool() as pool:
            share = ceil(self.days / CHAINS)
            runs = [
                (forecaster, self.scenario, number * share, share)
                for number, forecaster in enumerate(self._learnt(pool))
            ]
            return accuracy([*chain(*pool.map(_forecasts, *zip(*runs, strict=True)))])

    def disturbed(self) -> dict[str, Waits]:
        """The same in each disturbed world, and each class's p99 there against FIFO's."""
        days = max(self.days // DISTURBED_SHARE, 1)
        with _pool() as pool:
            learnt = self._learnt(pool)
            return {
                name: self._disturbed(pool, change(self.scenario), learnt, days)
                for name, change in WORLDS.items()
            }

    def _disturbed(
        self, pool: ProcessPoolExecutor, world: Scenario, learnt: Sequence[Forecaster], days: int
    ) -> Waits:
        share = ceil(days / CHAINS)
        runs = [
            (forecaster, world, number * share, share) for number, forecaster in enumerate(learnt)
        ]
        found = [*chain(*pool.map(_forecasts, *zip(*runs, strict=True)))]
        ours, plain = (_waits(pool, one, days) for one in (world, fifo(world)))
        against = {
            f"{of}_p99_by_fifo": round(ours[f"{of}_p99"] / plain[f"{of}_p99"], 2)
            for of in (REGULAR, VIP, APPOINTMENT)
        }
        return {**accuracy(found), **against}

    def _learnt(self, pool: ProcessPoolExecutor) -> list[Forecaster]:
        """Branches that have been open for a while."""
        first = [LEARNING + number * self.learning for number in range(CHAINS)]
        return list(pool.map(partial(_learn, self.scenario, self.learning), first))


def accuracy(found: Sequence[Forecast]) -> Waits:
    """Of the tickets that had to wait as far as the estimate or the naive one went."""
    waited = [one for one in found if one.shown.p90 > 0]
    mean = sum(abs(one.error) for one in waited) / len(waited)
    naive = sum(abs(one.waited - one.naive) for one in waited) / len(waited)
    return {
        "mae": round(mean, 3),
        "rmse": round((sum(one.error**2 for one in waited) / len(waited)) ** 0.5, 3),
        "naive_mae": round(naive, 3),
        "mae_ratio": round(mean / naive, 4),
        "coverage": round(sum(one.covered for one in waited) / len(waited), 4),
        "width": round(sum(one.shown.p90 - one.shown.p10 for one in waited) / len(waited), 2),
        "below_p70": round(sum(one.waited <= one.shown.p70 for one in waited) / len(waited), 4),
        "tickets": len(waited),
        "ms_at_15": round(_cost_at_15(waited), 2),
    }


def _cost_at_15(found: Sequence[Forecast]) -> float:
    """Milliseconds of processor time for an estimate among about 15 waiting tickets; 0: no such."""
    costs = [one.cost for one in found if 13 <= one.among <= 17]
    return 1000 * median(costs) if costs else 0


@contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool


def _learn(scenario: Scenario, days: int, first: int) -> Forecaster:
    forecaster = Forecaster(scenario)
    for number in range(first, first + days):
        forecaster.day(scenario, number)
    return forecaster


def _forecasts(forecaster: Forecaster, scenario: Scenario, first: int, days: int) -> list[Forecast]:
    numbers = range(first, first + days)
    return [one for number in numbers for one in forecaster.day(scenario, number)[1]]


Row = tuple[str, float, bool]
"""Of one person who came: class, wait, starved."""


def _rows(scenario: Scenario, number: int) -> list[Row]:
    day = BranchDay(scenario, number, lambda branch, event, now: None)
    seen = day.run()
    hungry = starved(seen)
    return [
        (one.person.priority_class, one.waited, one.ticket in hungry) for one in seen if one.came
    ]


def _waits(pool: ProcessPoolExecutor, scenario: Scenario, days: int) -> Waits:
    rows = [*chain(*pool.map(partial(_rows, scenario), range(days), chunksize=5))]
    found: dict[str, float] = {"mean": sum(row[1] for row in rows) / len(rows)}
    for of in (REGULAR, VIP, APPOINTMENT):
        waits = [row[1] for row in rows if row[0] == of]
        found[f"{of}_p90"] = percentile(waits, 0.9)
        found[f"{of}_p99"] = percentile(waits, 0.99)
    regular = [row[2] for row in rows if row[0] == REGULAR]
    found["starved"] = sum(regular) / len(regular)
    return {name: round(value, 4) for name, value in found.items()}
