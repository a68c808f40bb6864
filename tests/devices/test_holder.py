"""Who has a device is told by name."""

import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.devices.holder import holder
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.supervision import status_of
from kiosk.devices.transport import Wire
from kiosk.devices.usb import open_usb
from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

PRINTER = DeviceId("slip")
HOLD = """
import fcntl, sys
line = open(sys.argv[1], "r+b", buffering=0)
fcntl.flock(line, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
OPENERS: dict[str, Callable[[str], Awaitable[Wire]]] = {
    "serial": lambda port: open_serial(PRINTER, port, 9600),
    "usb": lambda port: open_usb(PRINTER, port),
}


@contextmanager
def another_program(port: str) -> Iterator[int]:
    """Has the port; its pid."""
    command = [sys.executable, "-c", HOLD, port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        assert program.stdout.readline() == b"held\n"
        yield program.pid
        program.stdin.close()


@pytest.mark.parametrize("transport", OPENERS)
async def test_the_program_that_has_a_device_is_named(tmp_path: Path, transport: str) -> None:
    with SimulatedSerialLine(tmp_path, PRINTER) as line:
        with another_program(line.port) as pid, pytest.raises(DeviceError) as refused:
            await OPENERS[transport](line.port)
        assert refused.value.fault is Fault.IN_USE
        assert status_of(refused.value.fault) is DeviceStatus.DEVICE_BUSY
        assert refused.value.detail.startswith(f"{line.port}: in use by python")
        assert f"({pid})" in refused.value.detail
        await (await OPENERS[transport](line.port)).close()


def test_a_file_that_nobody_has_open(tmp_path: Path) -> None:
    (tmp_path / "lp0").touch()
    assert holder(str(tmp_path / "lp0")) == ""


def test_programs_that_may_not_be_looked_at_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "17").mkdir()
    assert holder("/dev/ttyS1", tmp_path) == ""
