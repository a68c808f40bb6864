"""``kiosk bench waiting``: estimates and calling policies beside the reference figures (queueing.md)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
Figures = Mapping[str, float]


class Study(Protocol):
    """Many simulated days of the reference branch."""

    @property
    def days(self) -> int:
        """Of which the figures are."""
        ...

    def policies(self) -> Mapping[str, Figures]:
        """Waits by policy: ``vip_p90``, ``regular_p90``, ``regular_p99``, ``starved``, …"""
        ...

    def estimates(self) -> Figures:
        """Accuracy: ``mae_ratio``, ``coverage``, …"""
        ...

    def disturbed(self) -> Mapping[str, Figures]:
        """Accuracy and p99 against FIFO's by disturbed world."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the reference table. Minutes, but for ``starved``: a share of regular tickets."""

    vip_p90: float
    regular_p90: float
    regular_p99: float
    starved: float


REFERENCE = {
    "fifo": Row(24.9, 25.6, 45.1, 0),
    "strict": Row(3.9, 30.9, 58.3, 0.007),
    "table": Row(8.1, 29.2, 49.2, 0.002),
}
TOLERANCE = 0.1
MOST_OF_NAIVE = 0.42
COVERAGE = (0.77, 0.83)
MOST_MS = 10.0
"""For an estimate among 15 waiting tickets."""
MOST_OF_FIFO = 4 / 3
"""No class's p99 in overload may exceed its FIFO p99 by more than a third."""
_POLICY_FIGURES = ("vip_p90", "regular_p90", "regular_p99")


def measure_waiting(study: Study, *, as_json: bool) -> int:
    """Take the figures; 0 also when a target is missed, as with every measurement."""
    policies = study.policies()
    if not as_json:
        _print_policies(policies)
    estimates = study.estimates()
    if not as_json:
        _print_estimates(estimates)
    worlds = study.disturbed()
    if not as_json:
        _print_worlds(worlds, estimates)
    print(
        json.dumps(outcome(study.days, policies, estimates, worlds), indent=None if as_json else 2)
    )
    return 0


def outcome(
    days: int,
    policies: Mapping[str, Figures],
    estimates: Figures,
    worlds: Mapping[str, Figures],
) -> Json:
    """The JSON object; the figures of the table's row stand at its top."""
    table = policies["table"]
    told: Json = {
        "days": days,
        "mae_ratio": estimates["mae_ratio"],
        "coverage": estimates["coverage"],
    }
    told |= {name: round(table[name], 2) for name in _POLICY_FIGURES}
    told |= {"estimates": dict(estimates), "policies": {**policies}, "disturbed": {**worlds}}
    told["missed"] = missed(policies, estimates, worlds)
    return {"waiting": told}


def missed(
    policies: Mapping[str, Figures], estimates: Figures, worlds: Mapping[str, Figures]
) -> list[str]:
    """The targets that aren't reached."""
    found = []
    if estimates["mae_ratio"] > MOST_OF_NAIVE:
        found.append("mae_ratio")
    if not COVERAGE[0] <= estimates["coverage"] <= COVERAGE[1]:
        found.append("coverage")
    for name in _POLICY_FIGURES:
        asked = getattr(REFERENCE["table"], name)
        if abs(policies["table"][name] - asked) > TOLERANCE * asked:
            found.append(name)
    for world, figures in worlds.items():
        found += [
            f"{world}: {name}"
            for name, value in figures.items()
            if name.endswith("_by_fifo") and value > MOST_OF_FIFO
        ]
    return found


def _print_policies(policies: Mapping[str, Figures]) -> None:
    row = "{:<10} {:>16} {:>16} {:>16} {:>16}"
    print(row.format("policy", "VIP p90", "regular p90", "regular p99", "starved"))
    for name, figures in policies.items():
        asked = REFERENCE.get(name)
        cells = []
        for figure in (*_POLICY_FIGURES, "starved"):
            scale, unit = (100, " %") if figure == "starved" else (1, "")
            cell = f"{scale * figures[figure]:.1f}{unit}"
            cells.append(cell + (f" ({scale * getattr(asked, figure):.1f})" if asked else ""))
        print(row.format(name, *cells), flush=True)
    print("in brackets: the reference table\n")


def _print_estimates(figures: Figures) -> None:
    print(f"MAE {figures['mae']:.2f} min, naive {figures['naive_mae']:.2f} min", end="; ")
    print(f"ratio {figures['mae_ratio']:.3f} (≤ {MOST_OF_NAIVE})")
    print(f"80 % range covers {100 * figures['coverage']:.1f} %", end="; ")
    print(f"{figures['width']:.1f} min wide", end="; ")
    print(f"{100 * figures['below_p70']:.1f} % wait no longer than the slip says")
    print(
        f"an estimate among 15 takes {figures['ms_at_15']:.1f} ms (≤ {MOST_MS:.0f})\n", flush=True
    )


def _print_worlds(worlds: Mapping[str, Figures], usual: Figures) -> None:
    row = "{:<30} {:>8} {:>8} {:>10} {:>28}"
    print(row.format("disturbed", "ratio", "covers", "MAE min", "p99 ÷ FIFO's: reg/VIP/app"))
    for name, figures in {"(as learnt)": usual, **worlds}.items():
        against = [value for key, value in figures.items() if key.endswith("_by_fifo")]
        cells = (
            f"{figures['mae_ratio']:.3f}",
            f"{100 * figures['coverage']:.1f} %",
            f"{figures['mae']:.2f}",
            " / ".join(f"{value:.2f}" for value in against),
        )
        print(row.format(name, *cells).rstrip(), flush=True)
    print()
