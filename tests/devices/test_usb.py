"""The USB printer's wire, on a terminal that stands in for ``/dev/usb/lp0``."""

from pathlib import Path

import pytest

from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.usb import open_usb
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

PRINTER = DeviceId("slip")


async def test_bytes_go_both_ways_and_a_pulled_plug_is_told(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, PRINTER) as line:
        wire = await open_usb(PRINTER, line.port)
        await wire.write(b"\x10\x04\x01", 1)
        assert await line.read(5) == b"\x10\x04\x01"
        await line.write(b"\x12")
        assert await wire.read(5) == b"\x12"
        line.unplug()
        with pytest.raises(DeviceError) as lost:
            await wire.read(5)
        assert lost.value.fault is Fault.CONNECTION_LOST
        await wire.close()


async def test_without_a_device_it_isnt_found(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="lp9: No such file") as refused:
        await open_usb(PRINTER, str(tmp_path / "lp9"))
    assert refused.value.fault is Fault.NOT_FOUND


async def test_a_device_has_one_owner(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, PRINTER) as line:
        wire = await open_usb(PRINTER, line.port)
        with pytest.raises(DeviceError, match="in use by ") as refused:
            await open_usb(PRINTER, line.port)
        assert refused.value.fault is Fault.IN_USE
        await wire.close()
        await (await open_usb(PRINTER, line.port)).close()


async def test_a_device_that_its_driver_lets_nobody_else_in_to_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> int:
        raise OSError(16, "Device or resource busy")

    (tmp_path / "lp0").touch()
    monkeypatch.setattr("kiosk.devices.usb._opened", busy)
    with pytest.raises(DeviceError, match="in use by another program") as refused:
        await open_usb(PRINTER, str(tmp_path / "lp0"))
    assert refused.value.fault is Fault.IN_USE
