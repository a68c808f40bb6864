"""Devices on USB by what they are: ``usb:0483:5740``, vendor and product, and a serial number if need be.

Which node the system has made for them is found in sysfs each time they are opened.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

PREFIX = "usb:"
SYSTEM = Path("/sys")
NODES = Path("/dev")

_CLASSES = (("tty", ""), ("usbmisc", "usb"))
"""Of sysfs, with the folder of ``/dev`` that their nodes stand in."""


def node(device: DeviceId, port: str) -> str:
    """The node that a setting means: itself, or the one of the USB device with these ids.

    Raises ``DeviceError(NOT_FOUND)`` when none or more than one fits.
    """
    if not port.startswith(PREFIX):
        return port
    match nodes(port):
        case [one]:
            return one
        case []:
            raise DeviceError(device, Fault.NOT_FOUND, f"{port}: no such device is plugged in")
        case several:
            names = " and ".join(several)
            how = f'name the serial number too ("{port}:…"), or a link of /dev/serial/by-id'
            raise DeviceError(device, Fault.NOT_FOUND, f"{port}: {names} fit; {how}")


def place(port: str) -> str:
    """Where the node is; while there is none, or more than one fits, a place where there is none."""
    if not port.startswith(PREFIX):
        return port
    found = nodes(port)
    return found[0] if len(found) == 1 else str(NODES / port)


def places(port: str) -> list[str]:
    """Every place at which its node is, or may come to be."""
    if not port.startswith(PREFIX):
        return [port]
    return [*nodes(port), *(str(NODES / folder / port) for _, folder in _CLASSES)]


def nodes(port: str) -> list[str]:
    """Every node of a USB device with these ids, serial lines before printers."""
    vendor, product, *number = port.removeprefix(PREFIX).split(":", 2)
    return [
        node for ids, node in _plugged_in() if ids[: 2 + len(number)] == [vendor, product, *number]
    ]


def _plugged_in() -> Iterator[tuple[list[str], str]]:
    for kind, folder in _CLASSES:
        for entry in sorted((SYSTEM / "class" / kind).glob("*")):
            if ids := _ids(entry):
                yield ids, str(NODES / folder / entry.name)


def _ids(entry: Path) -> list[str]:
    """Vendor, product and serial number of the USB device that an entry of sysfs belongs to."""
    for folder in Path(os.path.realpath(entry)).parents:
        if vendor := _read(folder / "idVendor"):
            return [vendor, _read(folder / "idProduct"), _read(folder / "serial")]
    return []


def _read(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text(errors="replace").strip()
    return ""
