"""Serial lines."""

import errno
import os

from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError


async def open_serial(device: DeviceId, port: str, baud: int) -> Wire:
    """Open a serial port for this program alone: 8 data bits, no parity, 1 stop bit, no handshake.

    What had arrived before is dropped. Raises ``DeviceError``: ``NOT_FOUND`` when there is no such
    port or it can't be used as one, ``OFFLINE`` when another program has it.
    """
    import serial

    try:
        line = serial.Serial(port, baud, timeout=0, write_timeout=0, exclusive=True)
    except (serial.SerialException, OSError, ValueError) as error:
        raise _refused(device, port, error) from error
    return DescriptorWire(device, port, line.fileno(), line.close)


def _refused(device: DeviceId, port: str, error: Exception) -> DeviceError:
    number = getattr(error, "errno", None)
    if number in (errno.EAGAIN, errno.EBUSY):
        return DeviceError(device, Fault.OFFLINE, f"{port}: in use by another program")
    why = os.strerror(number) if isinstance(number, int) else "not a serial port"
    return DeviceError(device, Fault.NOT_FOUND, f"{port}: {why}")
