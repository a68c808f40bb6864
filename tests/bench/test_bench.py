"""``kiosk bench --short`` takes every figure; nothing is said here about how fast it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[2] / "config" / "demo.toml"
FIGURES = {
    "swipes": ("P1a", "P1a-code"),
    "slips on TCP and USB": (
        *("P1b-tcp", "P1b-tcp-codepage", "P1b-tcp-banded"),
        *("P1b-usb", "P1b-usb-codepage", "P1b-usb-banded"),
    ),
    "slips on a serial line": (
        *("P1b-serial", "P1b-serial-banded"),
        *("P13-codepage", "P13-banded"),
    ),
    "tickets": ("P2", "P3", "P4"),
    "PADs": ("P5", "P5-200", "alert-50", "alert-200", "outbox"),
    "screens": ("P6", "P7-console", "P7-board"),
    "the machine": ("P10", "P11", "P12-idle", "P12-polled"),
    "a long history": ("P8", "P9"),
}
"""All that there are, by what they are of: each in a run of its own, that takes some 30 s."""


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk", "bench", *arguments, "--config", str(DEMO)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)


def taken(names: tuple[str, ...], folder: Path) -> dict[str, dict[str, Any]]:
    """These figures, each of which makes sense."""
    done = bench("--short", "--json", "--var", str(folder / "var"), *names)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    assert tuple(found) == names
    for name, figure in found.items():
        assert 0 < figure["p50"] <= figure["p99"] < 60_000, name
        assert figure["n"] > 0, name
        assert figure["target"], name
        assert isinstance(figure["met"], bool), name
    assert not (folder / "var").exists(), "the branch of this machine is left alone"
    return found


@pytest.mark.timeout(420)
@pytest.mark.parametrize("of", FIGURES)
def test_every_figure_can_be_taken(of: str, tmp_path: Path) -> None:
    found = taken(FIGURES[of], tmp_path)
    match of:
        case "tickets":
            assert (found["P3"]["duplicates"], found["P3"]["gaps"]) == (0, 0)
            assert found["P3"]["n"] == 160
            assert found["P3"]["per_second"] > 0
            assert found["P4"]["per_second"] > 0
            for step in ("decide", "apply", "append", "commit", "publish", "answer", "decode"):
                assert found["P3"]["steps"][step] > 0, step
            assert found["P4"]["steps"]["commit"] > 0
        case "PADs":
            assert found["outbox"]["missing"] == 0
        case "a long history":
            assert found["P8"]["ratio"] >= found["P8"]["issue_ratio"] > 0
            assert found["P8"]["tickets"] == found["P9"]["tickets"] == 200


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
    wrong, _, there_are = done.stderr.strip().partition("; there are ")
    assert "'P99'" in wrong
    names = there_are.split(", ")
    assert sorted(names) == sorted(name for some in FIGURES.values() for name in some)


def test_without_a_browser_the_figure_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = bench("--short", "--json", "P7")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "{}"
    assert "P7-console is left out: there is no Chromium here: apt install chromium" in done.stderr
