"""A branch with two certificates, the machine's and one for PADs at its broker: both are watched."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.certificates.kept import BROKER_CERTIFICATE, CERTIFICATE
from kiosk.certificates.machine import Encryption
from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.ids import DeviceId
from kiosk.settings import Settings
from kiosk.settings.file import load
from kiosk.tasks import Tasks
from tests.support.certificates import Authority
from tests.support.runningbranch import RunningBranch

NOW = datetime.now(UTC)


def two_certificates(folder: Path, days: dict[str, int]) -> Settings:
    branch = RunningBranch(folder)
    text = branch.config.read_text()
    for table, left in days.items():
        (folder / table).mkdir()
        files = Authority().give(folder / table, ends=NOW + timedelta(days=left))
        tls = f'tls = {{ certificate = "{files.certificate}", key = "{files.key}" }}'
        text = text.replace(f"[{table}]", f"[{table}]\n{tls}", 1)
    text = text.replace("[mqtt]", '[mqtt]\ntls_listen = "127.0.0.1:8883"', 1)
    branch.config.write_text(text)
    return load(branch.config)


@pytest.mark.parametrize(
    ("days", "faults"),
    [
        ({"http": 300, "mqtt": 300}, {}),
        ({"http": 300, "mqtt": 3}, {BROKER_CERTIFICATE: Fault.CERTIFICATE_ENDS_SOON}),
        ({"http": 20, "mqtt": 300}, {CERTIFICATE: Fault.CERTIFICATE_ENDS}),
    ],
)
async def test_the_end_of_each_is_told(
    tmp_path: Path, days: dict[str, int], faults: dict[DeviceId, Fault]
) -> None:
    (tmp_path / "var").mkdir()
    encryption = await Encryption.begun(two_certificates(tmp_path, days), tmp_path / "var")
    ends = encryption.ends()
    assert {device: (end - NOW).days for device, end in ends.items()} == {
        CERTIFICATE: pytest.approx(days["http"], abs=1),
        BROKER_CERTIFICATE: pytest.approx(days["mqtt"], abs=1),
    }
    told: dict[DeviceId, DeviceCondition] = {}
    both = asyncio.Event()

    def report(condition: DeviceCondition) -> None:
        told[condition.device] = condition
        if len(told) == 2:
            both.set()

    async with AsyncExitStack() as ending:
        encryption.keep(Tasks(ending), report)
        await asyncio.wait_for(both.wait(), 5)
    assert {one.device: one.fault for one in told.values() if one.fault} == faults
