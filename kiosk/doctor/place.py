"""Where a device of the settings is reached, whatever its driver makes of it."""

from dataclasses import dataclass
from typing import assert_never

from kiosk.devices.inputdevice import open_input
from kiosk.devices.serialport import open_serial
from kiosk.devices.tcp import open_tcp
from kiosk.devices.transport import Wire
from kiosk.devices.usb import open_usb
from kiosk.domain.ids import DeviceId
from kiosk.settings.values import SIMULATED, Section

USUAL_SPEEDS = (9600, 19200, 38400, 57600, 115200)


@dataclass(frozen=True, slots=True)
class SerialLine:
    """A serial port at a speed."""

    port: str
    baud: int

    def __str__(self) -> str:
        return f"{self.port}, {self.baud} baud"

    @property
    def other_speeds(self) -> tuple[int, ...]:
        """At which the device may be set instead."""
        return tuple(baud for baud in USUAL_SPEEDS if baud != self.baud)


@dataclass(frozen=True, slots=True)
class InputNode:
    """An input device of the kernel."""

    port: str

    def __str__(self) -> str:
        return self.port


@dataclass(frozen=True, slots=True)
class UsbNode:
    """A printer of the USB printer class."""

    port: str

    def __str__(self) -> str:
        return self.port


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """A device on the network."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Bench:
    """A device that is simulated."""

    def __str__(self) -> str:
        return SIMULATED


@dataclass(frozen=True, slots=True)
class CardService:
    """A reader behind the PC/SC daemon, by how its name begins there; empty: the only one."""

    reader: str

    def __str__(self) -> str:
        return self.reader or "pcscd"


Node = SerialLine | InputNode | UsbNode
Place = Node | NetworkAddress | Bench | CardService


def place_of(section: Section) -> Place:
    """Of a ``[[reader]]``, ``[[printer]]``, ``[[led]]`` or ``[[callpad]]``."""
    keys = section.model_dump()
    port, device = keys.get("port"), keys.get("device")
    if port == SIMULATED:
        return Bench()
    if "host" in keys:
        return NetworkAddress(keys["host"], int(keys["port"]))
    if device:
        return InputNode(device)
    if port and "baud" in keys:
        return SerialLine(port, keys["baud"])
    if port:
        return UsbNode(port)
    return CardService(keys["reader"])


async def open_place(device: DeviceId, place: Node | NetworkAddress) -> Wire:
    """Open it for this program alone. Raises DeviceError."""
    match place:
        case SerialLine(port=port, baud=baud):
            return await open_serial(device, port, baud)
        case InputNode(port=port):
            return await open_input(device, port)
        case UsbNode(port=port):
            return await open_usb(device, port)
        case NetworkAddress(host=host, port=number):
            return await open_tcp(device, host, number)
    assert_never(place)
