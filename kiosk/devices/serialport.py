"""Serial lines."""

import os
import termios
from enum import StrEnum

from kiosk.devices import usbname
from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.holder import TAKEN, in_use
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError


class Handshake(StrEnum):
    """How a device holds a serial line back when it can take no more."""

    NONE = "none"
    XON_XOFF = "xon-xoff"
    """It sends XOFF, and XON when it goes on."""
    RTS_CTS = "rts-cts"
    """By a wire of its own; a device's DTR may be wired to this end's CTS."""


async def open_serial(
    device: DeviceId, port: str, baud: int, handshake: Handshake = Handshake.NONE
) -> Wire:
    """Open a serial port for this program alone: 8 data bits, no parity, 1 stop bit.

    What had arrived before is dropped. Raises ``DeviceError``: ``NOT_FOUND`` when there is no such
    port or it can't be used as one, ``IN_USE`` when another program has it.
    """
    import serial

    path = usbname.node(device, port)
    try:
        line = serial.Serial(
            path,
            baud,
            timeout=0,
            write_timeout=0,
            exclusive=True,
            xonxoff=handshake is Handshake.XON_XOFF,
            rtscts=handshake is Handshake.RTS_CTS,
        )
    except (serial.SerialException, OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        if number in TAKEN:
            raise await in_use(device, port, path) from error
        why = os.strerror(number) if isinstance(number, int) else "not a serial port"
        raise DeviceError(device, Fault.NOT_FOUND, f"{port}: {why}") from error
    _tell_nothing_from_gone(line.fileno())
    return DescriptorWire(device, port, line.fileno(), line.close)


def _tell_nothing_from_gone(fd: int) -> None:
    """A line without data has none *yet* (EAGAIN): with VMIN 0 it would be at its end (termios(3))."""
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
