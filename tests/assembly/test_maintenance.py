"""The maintenance of a whole branch: what is built in, how it is, trials by the drivers that run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.assembly.maintenance import maintenance
from kiosk.doctor.atwork import AtWork
from kiosk.domain.commands import ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.flow.hall import Hall
from kiosk.main import RunningBranch, branch
from kiosk.settings import Settings
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from kiosk.shapes.writing import instant
from kiosk.store.log import SqliteLog
from kiosk.web.maintenance import Fitting, MaintenancePort
from tests.flow.clock import HandClock
from tests.support.eventually import until
from tests.support.ports import free_port
from tests.support.runningbranch import SETTINGS

DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"
baud = 115200

[[led]]
id = "led-1"
counter = "1"
template = "bar-xor"
port = "sim"
address = 1

[[callpad]]
id = "pad-1"
counter = "1"
template = "pad-xor"
port = "sim"
address = 17
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ports = {"http": free_port(), "mqtt": free_port(), "public": 0}
    file = tmp_path / "kiosk.toml"
    file.write_text(SETTINGS.format(**ports) + DEVICES)
    return load(file)


async def of(running: RunningBranch, folder: Path) -> MaintenancePort:
    """One more of a running branch."""
    at = AtWork.of(running.settings, running.hardware)
    return await maintenance(at, folder, running.core)


def fitting(care: MaintenancePort, device: str) -> Fitting:
    return next(one for one in care.fittings if one.device == device)


async def well(care: MaintenancePort, *devices: str) -> None:
    def told(device: str) -> bool:
        condition = care.vitals(DeviceId(device)).condition
        return condition is not None and condition.well

    await until(lambda: all(map(told, devices)))


async def test_every_device_of_the_settings_and_every_part_is_looked_after(
    settings: Settings, tmp_path: Path
) -> None:
    async with branch(settings, tmp_path / "var") as running:
        care = await of(running, tmp_path)
        kinds = {one.device: one.kind for one in care.fittings}
        assert kinds == {
            "slip": DeviceKind.PRINTER,
            "swipe": DeviceKind.CARD_READER,
            "led-1": DeviceKind.LED,
            "pad-1": DeviceKind.CALL_PAD,
            "touch": DeviceKind.DISPLAY,
            "log": DeviceKind.LOG,
            "directory": DeviceKind.DIRECTORY,
            "broker": DeviceKind.BROKER,
            "clock": DeviceKind.CLOCK,
        }
        assert fitting(care, "slip").what == "escpos-serial, sim"
        await well(care, "slip", "swipe", "led-1", "pad-1", "log", "clock")
        await _tries_the_printer(running, care)
        found = {one.subject for one in await care.examine("en")}
        assert {"slip", "swipe", "led-1", "pad-1", "disk"} <= found
        running.hardware.simulated_printers[DeviceId("slip")].mechanism.run_out_of_paper()
        await until(lambda: care.faults(DeviceId("slip")))
        began = care.faults(DeviceId("slip"))[0].began
        assert (await _health(running))["slip"]["since"] == instant(began)
        finding = await tried(care, "slip")
        assert (finding.status, finding.symptom) == (Verdict.WRONG, Symptom.FAULT)
    async with branch(settings, tmp_path / "var") as again:
        (fault,) = (await of(again, tmp_path)).faults(DeviceId("slip"))
        assert fault.fault is Fault.PAPER_OUT


NINE_DAYS_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=9)
LOST = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.NO_DEVICE, Fault.NOT_FOUND, "unplugged"
)


async def test_a_fault_of_earlier_days_has_lasted_since_then(
    settings: Settings, tmp_path: Path
) -> None:
    """Also when the machine was restarted since; an older fault of the same device is over."""
    gone = str(tmp_path / "nothing")
    printer = settings.printer[0].model_copy(update={"port": gone})
    settings = settings.model_copy(update={"printer": (printer,)})
    (tmp_path / "var").mkdir(mode=0o700)
    log, clock = SqliteLog(tmp_path / "var" / "log.db"), HandClock(NINE_DAYS_AGO)
    hall = Hall(branch_plan(settings), log, clock)
    for condition in (LOST, DeviceCondition(LOST.device, LOST.kind), LOST):
        clock.time += timedelta(days=2)
        log.append([*hall.turn_day(), *hall.carry_out(ReportDevice(condition))])
    log.close()
    async with branch(settings, tmp_path / "var") as running:
        care = await of(running, tmp_path)
        await until(lambda: (told := care.vitals(LOST.device).condition) and not told.well)
        assert [one.began for one in care.faults(LOST.device)] == [clock.time]
        assert (await _health(running))["slip"]["since"] == instant(clock.time)


async def _health(running: RunningBranch) -> dict[str, Any]:
    """What monitoring is told of each thing that doesn't work."""
    token = running.accounts.add_token("watch", Role.MONITORING, lambda token: "")
    async with httpx.AsyncClient(base_url=running.address) as client:
        headers = {"authorization": f"Bearer {token}"}
        answer = await client.get("/api/v1/health", headers=headers)
    return {one["device"]: one for one in answer.json()["degradations"]}


async def tried(care: MaintenancePort, device: str) -> Finding:
    """What is found at the end of a trial."""
    told = [step async for step in care.trial(DeviceId(device), "en")]
    assert isinstance(told[-1], Finding)
    return told[-1]


async def _tries_the_printer(running: RunningBranch, care: MaintenancePort) -> None:
    printer = running.hardware.simulated_printers[DeviceId("slip")]
    finding = await tried(care, "slip")
    assert finding.status is Verdict.OK
    (slip,) = printer.paper
    assert "Příliš žluťoučký kůň" in slip.text
    vitals = care.vitals(DeviceId("pad-1"))
    assert vitals.asked >= vitals.answered > 0
