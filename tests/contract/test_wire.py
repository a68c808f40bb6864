"""What every transport promises, on the real system calls: no read and no write without an end."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from kiosk.devices.inputdevice import open_input
from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.tcp import open_tcp
from kiosk.devices.transport import Wire
from kiosk.devices.usb import open_usb
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

DEVICE = DeviceId("device")
SOON = 2.0
"""Seconds in which everything here has ended, whatever the machine is busy with."""


@asynccontextmanager
async def serial_line(folder: Path) -> AsyncIterator[Wire]:
    with SimulatedSerialLine(folder, "line") as line:
        yield await open_serial(DEVICE, line.port, 9600)


@asynccontextmanager
async def usb_printer(folder: Path) -> AsyncIterator[Wire]:
    with SimulatedSerialLine(folder, "lp0") as line:
        yield await open_usb(DEVICE, line.port)


@asynccontextmanager
async def network(_: Path) -> AsyncIterator[Wire]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield await open_tcp(DEVICE, *listener.getsockname())


@asynccontextmanager
async def input_device(folder: Path) -> AsyncIterator[Wire]:
    """A pipe as python-evdev's device: the kernel's own are met under umockdev."""
    near, far = os.pipe()

    class Keyboard:
        fd = near

        def __init__(self, _: str) -> None:
            pass

        def grab(self) -> None:
            pass

        def close(self) -> None:
            os.close(near)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evdev.InputDevice", Keyboard)
        yield await open_input(DEVICE, "/dev/input/kiosk-swipe")
    os.close(far)


Opened = Callable[[Path], AbstractAsyncContextManager[Wire]]
TALKS: list[Opened] = [serial_line, usb_printer, network]
ALL = [*TALKS, input_device]


@pytest.mark.parametrize("opened", ALL)
async def test_a_silent_device_ends_no_read_late(tmp_path: Path, opened: Opened) -> None:
    async with opened(tmp_path) as wire:
        begin = time.monotonic()
        assert await wire.read(0.05) == b""
        assert 0.04 < time.monotonic() - begin < SOON
        await wire.close()


@pytest.mark.parametrize("opened", TALKS)
async def test_a_device_that_takes_nothing_ends_a_write_by_its_deadline(
    tmp_path: Path, opened: Opened
) -> None:
    async with opened(tmp_path) as wire:
        begin = time.monotonic()
        with pytest.raises(DeviceError) as stuck:
            await wire.write(bytes(50_000_000), 0.1)
        assert time.monotonic() - begin < SOON
        assert stuck.value.fault is Fault.NO_ANSWER
        await wire.close()


@pytest.mark.parametrize("opened", ALL)
async def test_closing_ends_a_read_that_waits(tmp_path: Path, opened: Opened) -> None:
    async with opened(tmp_path) as wire:
        reading = asyncio.create_task(wire.read(60))
        await asyncio.sleep(0)
        await wire.close()
        with pytest.raises(DeviceError) as lost:
            await asyncio.wait_for(reading, SOON)
        assert lost.value.fault is Fault.CONNECTION_LOST
        await wire.close()
