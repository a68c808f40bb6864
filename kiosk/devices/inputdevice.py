"""Input devices of the Linux kernel: what types as a keyboard does (``linux/input.h``)."""

import contextlib
import errno
import fcntl
import os
import struct
import time

from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.holder import TAKEN, in_use
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

_EVIOCSCLOCKID = 0x400445A0


async def open_input(device: DeviceId, path: str) -> Wire:
    """Open an input device for this program alone; what it sends are ``struct input_event``.

    It is grabbed (EVIOCGRAB): neither the console nor a window gets its keys. What was typed before
    is not delivered. Raises ``DeviceError``: ``NOT_FOUND`` when there is no such device or it is
    none, ``IN_USE`` when another program has grabbed it.
    """
    import evdev

    try:
        source = evdev.InputDevice(path)
    except OSError as error:
        raise _missing(device, path, error) from error
    try:
        source.grab()
    except OSError as error:
        source.close()
        if error.errno in TAKEN:
            raise await in_use(device, path, path) from error
        raise _missing(device, path, error) from error
    _stamp_by_a_clock_that_is_never_set(source.fd)
    return DescriptorWire(device, path, source.fd, source.close)


def _stamp_by_a_clock_that_is_never_set(fd: int) -> None:
    """Have events carry the monotonic time; where that can't be had they carry the machine's."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))


def _missing(device: DeviceId, path: str, error: OSError) -> DeviceError:
    if error.errno in (errno.ENOTTY, errno.EINVAL):
        return DeviceError(device, Fault.NOT_FOUND, f"{path}: not an input device")
    why = os.strerror(error.errno or errno.EIO)
    return DeviceError(device, Fault.NOT_FOUND, f"{path}: {why}")
