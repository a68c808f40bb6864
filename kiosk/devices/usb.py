"""Printers on USB, through the system's printer class driver (``usblp``)."""

import errno
import os

from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError


async def open_usb(device: DeviceId, port: str) -> Wire:
    """Open ``/dev/usb/lp0`` or a stable name of it for both directions: the driver lets one in.

    Raises ``DeviceError``: ``NOT_FOUND`` when there is no such device or it can't be opened,
    ``OFFLINE`` when another program has it.
    """
    try:
        line = os.open(port, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.EBUSY:
            busy = f"{port}: in use by another program"
            raise DeviceError(device, Fault.OFFLINE, busy) from error
        raise DeviceError(device, Fault.NOT_FOUND, f"{port}: {error.strerror}") from error
    return DescriptorWire(device, port, line, lambda: os.close(line))
