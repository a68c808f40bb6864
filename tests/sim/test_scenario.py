"""Scenarios are read whole or refused with what is to be mended."""

from pathlib import Path

import pytest

from kiosk.sim.scenario import ScenarioFault, load
from tests.sim.examples import SHIPPED, SMALL


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_is_shipped_can_be_read(path: Path) -> None:
    scenario = load(path)
    assert sum(service.share for service in scenario.service) == pytest.approx(1)
    served = {service for counter in scenario.counter for service in counter.services}
    assert served == {service.id for service in scenario.service}


@pytest.mark.parametrize(
    ("line", "instead", "named"),
    [
        ("walk = 0.3", "wakl = 0.3", "wakl"),
        ("walk = 0.3", "walk = -1", "walk"),
        ('services = ["advice"]', 'services = ["loans"]', "loans"),
        ('services = ["advice"]', "services = []", "appointments need services"),
        ("vip = 0.15", "vip = 15", "walk_ins.vip"),
        ("walk = 0.3", "walk = ", "is not TOML"),
    ],
)
def test_faults_are_named(tmp_path: Path, line: str, instead: str, named: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(SMALL.read_text().replace(line, instead, 1))
    with pytest.raises(ScenarioFault, match=r"wrong\.toml") as fault:
        load(file)
    assert named in str(fault.value)
    assert fault.value.exit_code == 2


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioFault, match="no such file"):
        load(tmp_path / "none.toml")
