"""What customers show themselves with: which driver reads it, and the simulated far ends."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import assert_never

from kiosk.cardreader.chipreader import ChipReader
from kiosk.cardreader.chipsimulator import SimulatedChipReader
from kiosk.cardreader.framing import Swipe, SwipeFraming
from kiosk.cardreader.idreader import IdCardReader
from kiosk.cardreader.idsimulator import SimulatedIdReader
from kiosk.cardreader.linereader import Framing
from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.cardreader.scanner import CodeScanner
from kiosk.cardreader.scansimulator import SimulatedScanner, SimulatedWedgeScanner
from kiosk.cardreader.simulator import (
    SimulatedCardReader,
    SimulatedReader,
    SimulatedWedgeReader,
)
from kiosk.cardreader.wedge import keys_of_scans, keys_of_swipes
from kiosk.devices.hotplug import DeviceNodes
from kiosk.devices.inputdevice import open_input
from kiosk.devices.pcsc import open_pcsc
from kiosk.devices.serialport import open_serial
from kiosk.devices.transport import Wire
from kiosk.documents import document_keys
from kiosk.domain.ids import DeviceId
from kiosk.domain.visit import CardUse
from kiosk.keys.changing import KeyNow
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.settings.devices import (
    ChipReaderSection,
    IdReaderSection,
    SerialReaderSection,
    SerialScannerSection,
    WedgeReaderSection,
    WedgeScannerSection,
)
from kiosk.settings.values import SIMULATED

Driver = MagstripeReader | IdCardReader | ChipReader | CodeScanner

_ANY_SPEED = 9600
"""Of a simulated line whose bytes stand for events."""


def card_use(drivers: Iterable[Driver]) -> CardUse | None:
    """What customers do with their cards at these readers; whoever can do both swipes."""
    kinds = {type(driver) for driver in drivers}
    if MagstripeReader in kinds:
        return CardUse.SWIPE
    return CardUse.HOLD if kinds & {ChipReader, IdCardReader} else None


@dataclass(slots=True)
class Readers:
    """The readers of a branch; for simulated ones the far ends too."""

    nodes: DeviceNodes
    drivers: dict[DeviceId, Driver] = field(default_factory=dict)
    simulated: dict[DeviceId, SimulatedCardReader] = field(default_factory=dict)
    simulated_id: dict[DeviceId, SimulatedIdReader] = field(default_factory=dict)
    """Those of identity cards."""
    simulated_scanners: dict[DeviceId, SimulatedScanner] = field(default_factory=dict)
    simulated_chip: dict[DeviceId, SimulatedChipReader] = field(default_factory=dict)

    @property
    def any_simulated(self) -> bool:
        """Whether hands have something to do."""
        return bool(
            self.simulated or self.simulated_id or self.simulated_scanners or self.simulated_chip
        )

    def work(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What has to run for the readers to work, by name."""
        for far in self.simulated_id.values():
            yield repr(far), far.run
        for reader in self.drivers.values():
            yield repr(reader), reader.run

    def unplug(self) -> None:
        """Pull the cables of the simulated ones."""
        for reader in self.simulated.values():
            reader.unplug()
        for id_reader in self.simulated_id.values():
            id_reader.unplug()
        for scanner in self.simulated_scanners.values():
            scanner.unplug()
        for chip_reader in self.simulated_chip.values():
            chip_reader.unplug()


def assemble_readers(
    settings: Settings,
    wires: Path,
    nodes: DeviceNodes,
    key: KeyNow,
    report: ReportCondition,
    *,
    code_key: bytes,
) -> Readers:
    """The readers that the settings name; nothing is opened before they run.

    ``key`` is that of cards and documents, ``code_key`` that of visit codes.
    """
    readers = Readers(nodes)
    for section in settings.reader:
        match section:
            case SerialReaderSection() | WedgeReaderSection():
                _add_magstripe(readers, section, wires, key, report)
            case SerialScannerSection() | WedgeScannerSection():
                _add_scanner(readers, section, wires, code_key, report)
            case IdReaderSection():
                _add_id_reader(readers, section, wires, lambda: document_keys(key()), report)
            case ChipReaderSection():
                _add_chip_reader(readers, section, key, report)
            case _:
                assert_never(section)
    return readers


def _add_magstripe(
    readers: Readers,
    section: SerialReaderSection | WedgeReaderSection,
    wires: Path,
    key: KeyNow,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    is_wedge = isinstance(section, WedgeReaderSection)

    def far_end() -> SimulatedCardReader:
        make = SimulatedWedgeReader if is_wedge else SimulatedCardReader
        return readers.simulated.setdefault(device, make(wires, section.id))

    open_wire, port = _line(section, far_end)
    framing: Callable[[], Framing[Swipe]] = keys_of_swipes if is_wedge else SwipeFraming
    readers.drivers[device] = MagstripeReader(
        device, open_wire, key, report, framing=framing, plug=readers.nodes.plug(port)
    )


def _add_scanner(
    readers: Readers,
    section: SerialScannerSection | WedgeScannerSection,
    wires: Path,
    key: bytes,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    is_wedge = isinstance(section, WedgeScannerSection)

    def far_end() -> SimulatedScanner:
        make = SimulatedWedgeScanner if is_wedge else SimulatedScanner
        return readers.simulated_scanners.setdefault(device, make(wires, section.id))

    open_wire, port = _line(section, far_end)
    framing: Callable[[], Framing[Scan]] = keys_of_scans if is_wedge else ScanFraming
    readers.drivers[device] = CodeScanner(
        device, open_wire, key, report, framing=framing, plug=readers.nodes.plug(port)
    )


def _line(
    section: SerialReaderSection | SerialScannerSection | WedgeReaderSection | WedgeScannerSection,
    far_end: Callable[[], SimulatedReader],
) -> tuple[Callable[[], Awaitable[Wire]], str]:
    """How the wire is opened on which a reader sends by itself, and where that is.

    A simulated one is plugged in.
    """
    device = DeviceId(section.id)
    match section:
        case SerialReaderSection(port=port) | SerialScannerSection(port=port):
            port = _plugged(far_end()) if port == SIMULATED else port
            return partial(open_serial, device, port, section.baud), port
        case WedgeReaderSection(device=node) | WedgeScannerSection(device=node):
            if node is not None:
                return partial(open_input, device, node), node
            port = _plugged(far_end())
            return partial(open_serial, device, port, _ANY_SPEED), port
        case _:
            assert_never(section)


def _add_id_reader(
    readers: Readers, section: IdReaderSection, wires: Path, key: KeyNow, report: ReportCondition
) -> None:
    device, port = DeviceId(section.id), section.port
    if port == SIMULATED:
        far = readers.simulated_id[device] = SimulatedIdReader(wires, section.id, section.baud)
        far.plug()
        port = far.port
    open_wire = partial(open_serial, device, port, section.baud)
    plug = readers.nodes.plug(port)
    readers.drivers[device] = IdCardReader(
        device, open_wire, key, report, baud=section.baud, plug=plug
    )


def _add_chip_reader(
    readers: Readers, section: ChipReaderSection, key: KeyNow, report: ReportCondition
) -> None:
    device = DeviceId(section.id)
    if section.port == SIMULATED:
        far = readers.simulated_chip[device] = SimulatedChipReader(device)
        far.plug()
        readers.drivers[device] = ChipReader(device, far.open, key, report)
    else:
        open_slot = partial(open_pcsc, device, section.reader)
        readers.drivers[device] = ChipReader(device, open_slot, key, report)


def _plugged(far: SimulatedReader) -> str:
    """Where a simulated reader is found."""
    far.plug()
    return far.port
