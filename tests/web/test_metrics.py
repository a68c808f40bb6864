"""The figures are Prometheus text, complete, and each is explained to whoever operates a branch."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.commands import CallLobbyManager, ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.web.metrics import Series, exposition
from tests.web.conftest import House

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
OUT_OF_PAPER = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
)

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = rf'{_NAME}="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (-?[0-9.e+-]+|NaN)")


def parsed(text: str) -> dict[str, dict[str, float]]:
    """Samples by name and labels; AssertionError for what the format doesn't allow."""
    found: dict[str, dict[str, float]] = {}
    named = ""
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            named = line.split(" ")[2]
            assert named not in found, f"{named} is there twice"
            assert len(line.split(" ")) > 3
            continue
        if line.startswith("# TYPE "):
            assert line.split(" ")[2:] in ([named, "gauge"], [named, "counter"])
            found[named] = {}
            continue
        sample = _SAMPLE.fullmatch(line)
        assert sample, line
        name, labels, value = sample.groups()
        assert name == named, f"{line} doesn't stand under its name"
        assert labels not in found[name], f"{line} is there twice"
        found[name][labels or ""] = float(value)
    return found


async def figures(house: House) -> dict[str, dict[str, float]]:
    return parsed((await house.get(Role.MONITORING, "/metrics")).text)


async def test_a_busy_and_ailing_branch_in_figures(house: House) -> None:
    await house.issue()
    await house.issue()
    await house.desk.submit(ReportDevice(OUT_OF_PAPER))
    await house.desk.submit(CallLobbyManager(device=DeviceId("touch")))
    found = await figures(house)
    assert found["kiosk_waiting"]['queue="A"'] == 2
    assert found["kiosk_longest_wait_seconds"]['queue="A"'] >= 0
    assert found["kiosk_fault"] == {'device="slip",fault="paperOut"': 1}
    assert found["kiosk_alerts"]['kind="call"'] == 1
    assert found["kiosk_resident_memory_bytes"][""] > 10_000_000
    assert found["kiosk_open_files"][""] > 3
    assert list(found["kiosk_build_info"].values()) == [1]


async def test_what_the_broker_lacks_and_the_logs_size(house: House, tmp_path: Path) -> None:
    await house.issue()
    file = tmp_path / "some.db"
    file.write_bytes(b"x" * 1000)
    file.with_name("some.db-wal").write_bytes(b"x" * 24)
    context = replace(house.context, published=lambda: 1, log_file=file)
    found = parsed(exposition(context, await house.desk.branch(), house.clock.now()))
    assert found["kiosk_outbox_lag"] == {"": 1}
    assert found["kiosk_log_bytes"] == {"": 1024}


async def test_a_branch_before_its_first_day_has_figures_too(house: House) -> None:
    assert (await figures(house))["kiosk_sequence"] == {"": 0}


@pytest.mark.parametrize("text", ['quo"te', "back\\slash", "two\nlines", "纸"])
def test_labels_are_escaped(text: str) -> None:
    series = Series("thing", "gauge", "A thing.", (({"name": text}, 1.5),))
    assert parsed("".join(f"{line}\n" for line in series.lines()))["kiosk_thing"]


async def test_each_figure_is_explained_in_the_operators_handbook(house: House) -> None:
    context = replace(house.context, published=lambda: 0, log_file=Path("log.db"))
    found = parsed(exposition(context, await house.desk.branch(), house.clock.now()))
    told = OPERATIONS.read_text()
    assert [name for name in found if f"`{name}`" not in told] == []
