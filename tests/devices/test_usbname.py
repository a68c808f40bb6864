"""USB devices by their ids, in a sysfs of the test's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.devices import usbname
from kiosk.devices.hotplug import DeviceNodes
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.usb import open_usb
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

SCANNER = DeviceId("scanner")


class UsbPorts:
    """Where adapters and printers are plugged in."""

    def __init__(self, folder: Path) -> None:
        self.sys = folder / "sys"
        self.dev = folder / "dev"
        (self.dev / "usb").mkdir(parents=True)
        for kind in ("tty", "usbmisc"):
            (self.sys / "class" / kind).mkdir(parents=True)
        # What isn't on USB has no ids.
        (self.sys / "devices/platform/serial8250/tty/ttyS0").mkdir(parents=True)
        (self.sys / "class/tty/ttyS0").symlink_to(
            self.sys / "devices/platform/serial8250/tty/ttyS0"
        )

    def plug(self, port: str, ids: tuple[str, str, str], node: str, kind: str = "tty") -> None:
        device = self.sys / "devices/usb1" / port
        entry = device / f"{port}:1.0" / kind / node
        entry.mkdir(parents=True)
        for name, value in zip(("idVendor", "idProduct", "serial"), ids, strict=True):
            if value:
                (device / name).write_text(value + "\n")
        (self.sys / "class" / kind / node).symlink_to(entry)


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UsbPorts:
    ports = UsbPorts(tmp_path)
    monkeypatch.setattr(usbname, "SYSTEM", ports.sys)
    monkeypatch.setattr(usbname, "NODES", ports.dev)
    return ports


def refusal(port: str) -> str:
    with pytest.raises(DeviceError) as refused:
        usbname.node(SCANNER, port)
    assert refused.value.fault is Fault.NOT_FOUND
    return refused.value.detail


def test_a_device_is_found_by_its_ids(ports: UsbPorts) -> None:
    ports.plug("1-1", ("0483", "5740", "A1"), "ttyACM0")
    ports.plug("1-2", ("04b8", "0e15", ""), "lp1", "usbmisc")
    assert usbname.node(SCANNER, "usb:0483:5740") == str(ports.dev / "ttyACM0")
    assert usbname.node(SCANNER, "usb:0483:5740:A1") == str(ports.dev / "ttyACM0")
    assert usbname.node(SCANNER, "usb:04b8:0e15") == str(ports.dev / "usb/lp1")


def test_any_other_name_stands_for_itself() -> None:
    assert usbname.node(SCANNER, "/dev/ttyS1") == "/dev/ttyS1"
    assert usbname.place("/dev/serial/by-id/usb-x") == "/dev/serial/by-id/usb-x"


@pytest.mark.parametrize("port", ["usb:0483:5741", "usb:0483:5740:A2", "usb:5740:0483"])
def test_a_device_that_is_not_plugged_in(ports: UsbPorts, port: str) -> None:
    ports.plug("1-1", ("0483", "5740", "A1"), "ttyACM0")
    assert refusal(port) == f"{port}: no such device is plugged in"
    assert not Path(usbname.place(port)).exists()


def test_two_that_fit_are_both_named_and_none_is_taken(ports: UsbPorts) -> None:
    ports.plug("1-1", ("0483", "5740", "A1"), "ttyACM0")
    ports.plug("1-2", ("0483", "5740", "A2"), "ttyACM1")
    told = refusal("usb:0483:5740")
    assert f"{ports.dev}/ttyACM0 and {ports.dev}/ttyACM1 fit" in told
    assert "serial number" in told
    assert usbname.node(SCANNER, "usb:0483:5740:A2") == str(ports.dev / "ttyACM1")


async def test_it_is_opened_and_told_by_the_name_of_the_settings(ports: UsbPorts) -> None:
    port = "usb:0483:5740"
    ports.plug("1-1", ("0483", "5740", ""), "ttyACM0")
    with pytest.raises(DeviceError, match=f"{port}: No such file"):
        await open_serial(SCANNER, port, 9600)
    with SimulatedSerialLine(ports.dev, "ttyACM0"):
        line = await open_serial(SCANNER, port, 9600)
        assert line.name == port
        await line.close()
        printer = await open_usb(SCANNER, port)
        assert printer.name == port
        await printer.close()


@pytest.fixture
async def nodes() -> AsyncIterator[DeviceNodes]:
    nodes = DeviceNodes()
    yield nodes
    nodes.close()


@pytest.mark.parametrize(("kind", "node"), [("tty", "ttyACM3"), ("usbmisc", "usb/lp3")])
async def test_it_is_noticed_when_it_is_plugged_in(
    ports: UsbPorts, nodes: DeviceNodes, kind: str, node: str
) -> None:
    plug = nodes.plug("usb:0483:5740")
    assert not await plug.rest(0.01)
    resting = asyncio.create_task(plug.rest(60))
    await asyncio.sleep(0.01)
    ports.plug("1-1", ("0483", "5740", ""), Path(node).name, kind)  # the kernel tells sysfs first
    with SimulatedSerialLine(ports.dev, node):
        assert await asyncio.wait_for(resting, 5)
