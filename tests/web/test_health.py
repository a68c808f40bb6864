"""How the branch says that it is."""

import pytest

from kiosk.domain.commands import ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from tests.web.conftest import CERTIFICATE_ENDS, House

OUT_OF_PAPER = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
)


async def test_starting_ready_degraded(house: House) -> None:
    starting = await house.get(None, "/health")
    assert (starting.status_code, starting.json()) == (503, {"status": "starting"})
    await house.issue()
    ready = await house.get(None, "/health")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    await house.desk.submit(ReportDevice(OUT_OF_PAPER))
    degraded = await house.get(None, "/health")
    assert (degraded.status_code, degraded.json()) == (200, {"status": "degraded"})


@pytest.mark.parametrize("role", Role)
async def test_only_who_looks_after_it_is_told_what_is_wrong(house: House, role: Role) -> None:
    await house.desk.submit(ReportDevice(OUT_OF_PAPER))
    health = (await house.get(role, "/health")).json()
    told = role in (Role.MONITORING, Role.ADMINISTRATOR)
    assert ("degradations" in health) is told
    if told:
        [degradation] = health["degradations"]
        assert degradation["fault"] == "paperOut"
        assert degradation["says"]
        assert degradation["do"], "what to do"
        assert degradation["since"] is None, "nobody looks after this branch"


@pytest.mark.parametrize(
    ("kind", "fault", "says", "do"),
    [
        (DeviceKind.BROKER, Fault.CONNECTION_LOST, "message broker", "[mqtt] broker"),
        (DeviceKind.DIRECTORY, Fault.NO_ANSWER, "client directory", "backup"),
        (DeviceKind.BROKER, Fault.NOT_FOUND, "isn't installed", "apt-get install mosquitto"),
        (DeviceKind.REPORTS, Fault.NOT_FOUND, "folder", "[reports]"),
        (DeviceKind.REPORTS, Fault.READ_ONLY, "takes nothing", "may write there"),
        (DeviceKind.REPORTS, Fault.DAMAGED, "damaged", "kiosk restore"),
        (DeviceKind.LOG, Fault.DISK_FULL, "full", "by itself"),
        (DeviceKind.LOG, Fault.READ_ONLY, "nothing can be written", "off and on"),
        (DeviceKind.LOG, Fault.DISK_ERROR, "disk fails", "replaced"),
        (DeviceKind.LOG, Fault.DAMAGED, "damaged", "kiosk restore"),
    ],
)
async def test_what_to_do_about_a_part_without_a_plug(
    house: House, kind: DeviceKind, fault: Fault, says: str, do: str
) -> None:
    lost = DeviceCondition(DeviceId("part"), kind, DeviceStatus.OFFLINE, fault)
    await house.desk.submit(ReportDevice(lost))
    [told] = (await house.get(Role.MONITORING, "/health?language=en")).json()["degradations"]
    assert says in told["says"]
    assert do in told["do"]
    assert not {"plug", "cable"} & set(told["do"].replace(",", "").split())


async def test_metrics_are_prometheus_text(house: House) -> None:
    await house.issue()
    await house.desk.submit(ReportDevice(OUT_OF_PAPER))
    answer = await house.get(Role.MONITORING, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines, ends = answer.text.splitlines(), f"{CERTIFICATE_ENDS.timestamp():.0f}"
    assert "kiosk_sequence 3" in lines
    assert 'kiosk_waiting{queue="A"} 1' in lines
    assert 'kiosk_tickets{state="waiting"} 1' in lines
    assert 'kiosk_counters{state="closed"} 3' in lines
    assert 'kiosk_device_up{device="slip",kind="printer"} 0' in lines
    assert 'kiosk_slips_left{device="slip"} 43' in lines
    assert f'kiosk_certificate_ends_seconds{{device="certificate"}} {ends}' in lines
    assert answer.text.endswith("\n")
