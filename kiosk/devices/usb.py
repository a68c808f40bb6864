"""Printers on USB, through the system's printer class driver (``usblp``)."""

import os

from kiosk.devices import usbname
from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.holder import TAKEN, in_use, take
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError


async def open_usb(device: DeviceId, port: str) -> Wire:
    """Open ``/dev/usb/lp0`` or a stable name of it for both directions and this program alone.

    Raises ``DeviceError``: ``NOT_FOUND`` when there is no such device or it can't be opened,
    ``IN_USE`` when another program has it.
    """
    path = usbname.node(device, port)
    try:
        line = _opened(path)
    except OSError as error:
        if error.errno in TAKEN:
            raise await in_use(device, port, path) from error
        raise DeviceError(device, Fault.NOT_FOUND, f"{port}: {error.strerror}") from error
    return DescriptorWire(device, port, line, lambda: os.close(line))


def _opened(path: str) -> int:
    line = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        take(line)
    except OSError:
        os.close(line)
        raise
    return line
