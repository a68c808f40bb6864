"""What customers show themselves with: which driver reads it, and the simulated far ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import assert_never

from kiosk.cardreader.framing import SwipeFraming
from kiosk.cardreader.magstripe import Framing, MagstripeReader
from kiosk.cardreader.simulator import SimulatedCardReader, SimulatedWedgeReader
from kiosk.cardreader.wedge import WedgeFraming
from kiosk.devices.hotplug import DeviceNodes
from kiosk.devices.inputdevice import open_input
from kiosk.devices.serialport import open_serial
from kiosk.devices.transport import Wire
from kiosk.domain.ids import DeviceId
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.settingsdevices import SerialReaderSection, WedgeReaderSection
from kiosk.settingsvalues import SIMULATED

_ANY_SPEED = 9600
"""Of a simulated line whose bytes stand for events."""


@dataclass(slots=True)
class Readers:
    """The readers of a branch; for simulated ones the far ends too."""

    nodes: DeviceNodes
    drivers: dict[DeviceId, MagstripeReader] = field(default_factory=dict)
    simulated: dict[DeviceId, SimulatedCardReader] = field(default_factory=dict)

    def unplug(self) -> None:
        """Pull the cables of the simulated ones."""
        for far in self.simulated.values():
            far.unplug()


def assemble_readers(
    settings: Settings, wires: Path, nodes: DeviceNodes, key: bytes, report: ReportCondition
) -> Readers:
    """The readers that the settings name; nothing is opened before they run."""
    readers = Readers(nodes)
    for section in settings.reader:
        _add_magstripe(readers, section, wires, key, report)
    return readers


def _add_magstripe(
    readers: Readers,
    section: SerialReaderSection | WedgeReaderSection,
    wires: Path,
    key: bytes,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    open_wire: Callable[[], Awaitable[Wire]]
    framing: Callable[[], Framing] = SwipeFraming
    match section:
        case SerialReaderSection(port=port, baud=baud):
            if port == SIMULATED:
                port = _plugged(readers, device, SimulatedCardReader(wires, section.id))
            open_wire = partial(open_serial, device, port, baud)
        case WedgeReaderSection(device=path):
            framing = WedgeFraming
            if path:
                port = path
                open_wire = partial(open_input, device, path)
            else:
                port = _plugged(readers, device, SimulatedWedgeReader(wires, section.id))
                open_wire = partial(open_serial, device, port, _ANY_SPEED)
        case _:
            assert_never(section)
    readers.drivers[device] = MagstripeReader(
        device, open_wire, key, report, framing=framing, plug=readers.nodes.plug(port)
    )


def _plugged(readers: Readers, device: DeviceId, far: SimulatedCardReader) -> str:
    """Where a simulated reader is found."""
    far.plug()
    readers.simulated[device] = far
    return far.port
