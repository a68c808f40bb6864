"""``kiosk doctor`` as an installer runs it, and what a running branch says of itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.doctor.command import console_language
from kiosk.doctor.table import columns, table
from kiosk.finding import Finding, Subject, Symptom, Verdict
from kiosk.machine.varfolder import occupied
from tests.support.runningbranch import RunningBranch
from tests.support.waiting import until

MISSING = '[[reader]]\nid = "swipe"\ndriver = "magstripe-serial"\nport = "/dev/ttyUSB77"\n'
SIMULATED = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"
[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"
"""


def doctor(branch: RunningBranch, *arguments: str) -> subprocess.CompletedProcess[str]:
    where = ("--config", str(branch.config), "--var", str(branch.var))
    command = [sys.executable, "-m", "kiosk", "doctor", *arguments, *where]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def found(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {one["subject"]: one for one in json.loads(done.stdout)["findings"]}


def test_what_is_wrong_ends_it_with_one(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, MISSING)
    done = doctor(branch, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["running"] is False
    assert found(done)["swipe"].items() >= {"status": "wrong", "symptom": "missing"}.items()
    assert not branch.var.exists()


def test_bad_settings_end_it_with_two(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, "[[reader]]\n")
    done = doctor(branch)
    assert (done.returncode, done.stdout) == (2, "")
    assert "[[reader]]" in done.stderr


def test_a_running_branch_is_asked_instead(tmp_path: Path) -> None:
    with RunningBranch(tmp_path, SIMULATED + MISSING.replace("swipe", "other")) as branch:
        until(lambda: found(doctor(branch, "--json"))["other"]["symptom"] == "missing", "fault")
        done = doctor(branch, "--json", "--language", "en")
        assert json.loads(done.stdout)["running"] is True
        assert found(done)["slip"]["symptom"] == "simulated"
        assert "http" not in found(done)
        shown = doctor(branch, "--language", "en").stdout.splitlines()
    assert shown[0] == "Branch 0755 runs: it was asked."
    assert not (branch.var / "doctor.sock").exists()


def test_a_branch_that_runs_and_is_deaf_is_told_in_one_line(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    with occupied(branch.var):
        done = doctor(branch)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "restart" in done.stderr


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_console_says_which_language_is_spoken(
    environment: dict[str, str], language: str
) -> None:
    assert console_language(environment) == language


FINDINGS = [
    Subject("slip", "escpos-serial, /dev/ttyS2, 19200 baud").wrong(
        Symptom.SILENT, "Silent. " * 20, "换一根电缆。" * 20
    ),
    Subject("swipe", "magstripe-serial").well("The port opens."),
    Subject("/dev/input/by-path/a-long-name", "x" * 100).warn(Symptom.SPARE, "?", "!"),
]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "cs"])
def test_a_serial_console_has_room_for_it(language: str) -> None:
    lines = list(table(FINDINGS, language))
    assert max(columns(line) for line in lines) <= 79


def test_what_is_wrong_stands_last() -> None:
    lines = list(table(FINDINGS, "en"))
    marks = [line[:3].strip() for line in lines if line[:3].strip() and not line[0].isdigit()]
    assert marks == ["ok", "!", "!!"]
    assert lines[-1] == "1 wrong (!!), 1 to mend (!), 0 not known (?), 1 well."


def test_a_finding_without_advice_has_none() -> None:
    one = Finding("disk", "/", "5000 MB are free.", Verdict.OK, Symptom.WELL)
    assert not [line for line in table([one], "en") if "->" in line]


@pytest.mark.parametrize("symptom", Symptom)
def test_every_symptom_is_documented(symptom: Symptom) -> None:
    text = (Path(__file__).parents[2] / "docs/doctor.md").read_text(encoding="utf-8")
    assert f"`{symptom}`" in text
