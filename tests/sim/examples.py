"""The scenarios that the tests of simulated days live through."""

from pathlib import Path

from kiosk.sim.scenario import Scenario, load

SMALL = Path(__file__).with_name("small.toml")
SHIPPED = sorted((Path(__file__).parents[2] / "config" / "scenarios").glob("*.toml"))


def small(**changes: object) -> Scenario:
    """An hour with two services and two counters."""
    return load(SMALL).model_copy(update=changes)
