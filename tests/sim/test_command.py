"""``kiosk sim day`` prints what became of a day."""

import subprocess
import sys
from pathlib import Path

from tests.sim.examples import SMALL


def sim(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk", "sim", "day", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)


def test_a_day_is_told_in_figures() -> None:
    first, again, other = sim(SMALL), sim(SMALL), sim(SMALL, "--number", "1")
    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    tickets = int(lines[0].split()[0])
    assert tickets > 10
    rows = {line.split()[0]: line.split() for line in lines if line}
    assert int(rows["all"][1]) == tickets
    assert sum(int(rows[service][1]) for service in ("cash", "advice")) == tickets
    assert rows["estimates"]
    assert lines[:-1] == again.stdout.splitlines()[:-1]
    assert lines[:-1] != other.stdout.splitlines()[:-1]


def test_what_is_no_scenario_is_wrong_usage(tmp_path: Path) -> None:
    done = sim(tmp_path / "none.toml")
    assert done.returncode == 2
    assert "no such file" in done.stderr
    assert "Traceback" not in done.stderr
