"""``kiosk bench --short`` takes every figure; nothing is said here about how fast it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[2] / "config" / "demo.toml"
NAMES = [
    "P1a",
    "P1a-code",
    "P1b-tcp",
    "P1b-serial",
    "P1b-serial-banded",
    "P1b-tcp-codepage",
    "P1b-tcp-banded",
    "P1b-usb",
    "P1b-usb-codepage",
    "P1b-usb-banded",
    "P2",
    "P3",
    "P4",
    "P5",
    "P5-200",
    "alert-50",
    "alert-200",
    "outbox",
    "P6",
    "P7-console",
    "P7-board",
    "P10",
    "P11",
    "P12-idle",
    "P12-polled",
    "P13-codepage",
    "P13-banded",
    "P8",
    "P9",
]


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk", "bench", *arguments, "--config", str(DEMO)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)


@pytest.mark.timeout(420)
def test_every_figure_can_be_taken(tmp_path: Path) -> None:
    done = bench("--short", "--json", "--var", str(tmp_path / "var"))
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    assert list(found) == NAMES
    for name, figure in found.items():
        assert 0 < figure["p50"] <= figure["p99"] < 60_000, name
        assert figure["n"] > 0, name
        assert figure["target"], name
        assert isinstance(figure["met"], bool), name
    assert (found["P3"]["duplicates"], found["P3"]["gaps"]) == (0, 0)
    assert found["P3"]["n"] == 160
    assert found["P3"]["per_second"] > 0
    assert found["P4"]["per_second"] > 0
    assert found["outbox"]["missing"] == 0
    for step in ("decide", "apply", "append", "commit", "publish", "answer", "decode"):
        assert found["P3"]["steps"][step] > 0, step
    assert found["P4"]["steps"]["commit"] > 0
    assert found["P8"]["ratio"] >= found["P8"]["issue_ratio"] > 0
    assert found["P8"]["tickets"] == found["P9"]["tickets"] == 200
    assert not (tmp_path / "var").exists(), "the branch of this machine is left alone"


def test_without_json_a_table_comes_first() -> None:
    done = bench("--short", "p4")
    assert done.returncode == 0, done.stderr
    table, _, figures = done.stdout.partition("{")
    assert table.splitlines()[1].startswith("P4")
    assert table.splitlines()[2].strip().startswith("µs each: ")
    assert list(json.loads("{" + figures)) == ["P4"]


def test_a_figure_that_does_not_exist_is_wrong_usage() -> None:
    done = bench("P99")
    assert done.returncode == 2
    assert "P99" in done.stderr
    assert "P1b-serial" in done.stderr


def test_without_a_browser_the_figure_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = bench("--short", "--json", "P7")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "{}"
    assert "P7-console is left out: there is no Chromium here: apt install chromium" in done.stderr
