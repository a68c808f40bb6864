"""The devices of a branch: which driver stands behind which setting, and the simulated far ends."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import assert_never

from kiosk.assembly.buses import CallingHardware, assemble_buses
from kiosk.assembly.readers import Readers, assemble_readers
from kiosk.clock import SystemClock
from kiosk.devices.hotplug import DeviceNodes
from kiosk.devices.serialport import Handshake, open_serial
from kiosk.devices.simwire import SimulatedSerialLine, SimulatedSocket
from kiosk.devices.supervision import Plug
from kiosk.devices.tcp import open_tcp
from kiosk.devices.transport import Wire
from kiosk.devices.usb import open_usb
from kiosk.domain.ids import DeviceId, Language
from kiosk.flow.announcing import VOICE
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed
from kiosk.keys.keyring import Keyring
from kiosk.ports import Announcement, ReportCondition, TicketPrinter
from kiosk.printer.encoder import slip_encoder
from kiosk.printer.escpos import EscposPrinter
from kiosk.printer.presenter import NotTaken, Patience
from kiosk.printer.profile import printer_profile
from kiosk.printer.roll import PaperRoll
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.printer.standby import WithStandby
from kiosk.settings import Settings
from kiosk.settings.plan import branch_plan
from kiosk.settings.printers import (
    PrinterSection,
    SerialPrinterSection,
    TcpPrinterSection,
    UsbPrinterSection,
)
from kiosk.settings.slip import SlipSection
from kiosk.settings.values import SIMULATED
from kiosk.settings.voice import VoiceSection
from kiosk.voice.announcer import Announcer
from kiosk.voice.clips import Clips
from kiosk.voice.loudspeaker import AlsaLoudspeaker, Loudspeaker
from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.voice.speech import Speech
from kiosk.voice.synthesizer import Synthesizer
from kiosk.voice.wording import needed_clips

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hardware:
    """The drivers of a branch and, for simulated devices, the far ends with their hands."""

    nodes: DeviceNodes
    readers: Readers
    calling: CallingHardware
    printers: dict[DeviceId, EscposPrinter] = field(default_factory=dict)
    voice: Announcer | None = None
    simulated_printers: dict[DeviceId, SimulatedPrinter] = field(default_factory=dict)
    standbys: dict[DeviceId, DeviceId] = field(default_factory=dict)
    """Which printer takes over for which."""
    loudspeaker: SimulatedLoudspeaker | None = None

    @property
    def slip_printers(self) -> dict[DeviceId, TicketPrinter]:
        """Every printer as slips see it: with the one that takes over for it."""
        return {name: self._with_standby(name, one) for name, one in self.printers.items()}

    def _with_standby(self, name: DeviceId, printer: TicketPrinter) -> TicketPrinter:
        standby = self.standbys.get(name)
        return WithStandby(printer, self.printers[standby]) if standby else printer

    def work(self, desk: Desk, feed: Feed) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What has to run for the devices to work, by name."""
        for far in self.simulated_printers.values():
            yield repr(far), far.run
        yield from self.readers.work()
        for printer in self.printers.values():
            yield repr(printer), printer.run
        yield from self.calling.work(desk, feed)
        if self.voice:
            yield "voice", self.voice.run

    @property
    def devices(self) -> frozenset[DeviceId]:
        """Every one of them."""
        calling = (*self.calling.leds, *self.calling.pads)
        voice = (VOICE,) if self.voice else ()
        return frozenset((*self.readers.drivers, *self.printers, *calling, *voice))

    def unplug(self) -> None:
        """Pull every simulated cable, and look after no plug any longer."""
        self.nodes.close()
        self.readers.unplug()
        for printer in self.simulated_printers.values():
            printer.unplug()
        self.calling.unplug()

    def slips_left(self) -> dict[DeviceId, int]:
        """For about how many slips the printers have paper, where anybody knows."""
        known = ((name, printer.slips_left) for name, printer in self.printers.items())
        return {name: left for name, left in known if left is not None}

    @property
    def simulated(self) -> bool:
        """Whether there is anything for hands to do on the hardware bench."""
        calling = self.calling.simulated_bus
        return bool(self.readers.any_simulated or self.simulated_printers or calling)


def assemble(settings: Settings, var: Path, keys: Keyring, report: ReportCondition) -> Hardware:
    """The drivers that the settings name; nothing is opened before they run."""
    wires = var / "wires"
    wires.mkdir(mode=0o700, parents=True, exist_ok=True)
    nodes = DeviceNodes()
    hardware = Hardware(
        nodes,
        assemble_readers(settings, wires, nodes, keys.card_key, report, code_key=keys.code_key()),
        assemble_buses(settings, wires, nodes, report),
    )
    for printer in settings.printer:
        _add_printer(hardware, printer, settings.slip, var, report)
    hardware.standbys = {
        DeviceId(one.id): DeviceId(one.standby) for one in settings.printer if one.standby
    }
    if settings.voice:
        _add_voice(hardware, settings, settings.voice, report)
    return hardware


def _add_printer(
    hardware: Hardware,
    section: PrinterSection,
    slip: SlipSection,
    var: Path,
    report: ReportCondition,
) -> None:
    device = DeviceId(section.id)
    profile = printer_profile(section)
    open_wire: Callable[[], Awaitable[Wire]]
    baud: int | None = None
    plug: Plug | None = None
    match section:
        case SerialPrinterSection(port=port, baud=baud):
            if port == SIMULATED:
                line = SimulatedSerialLine(var / "wires", section.id, baud)
                line.plug()
                port = line.port
                hardware.simulated_printers[device] = SimulatedPrinter(line, profile)
            handshake = Handshake(section.flow_control)
            open_wire = partial(open_serial, device, port, baud, handshake)
            plug = hardware.nodes.plug(port)
        case TcpPrinterSection(port="sim"):
            socket = SimulatedSocket()
            socket.plug()
            hardware.simulated_printers[device] = SimulatedPrinter(socket, profile)
            open_wire = partial(open_tcp, device, socket.host, socket.port)
        case TcpPrinterSection(host=host, port=number):
            open_wire = partial(open_tcp, device, host, int(number))
        case UsbPrinterSection(port=port):
            open_wire = partial(open_usb, device, port)
            plug = hardware.nodes.plug(port)
        case _:
            assert_never(section)
    encoder = slip_encoder(section, slip, partial(_log.error, "%s: %s", section.id))
    hardware.printers[device] = EscposPrinter(
        device,
        open_wire,
        profile,
        encoder,
        report,
        baud=baud,
        plug=plug,
        roll=_roll(section, var / "rolls"),
        patience=Patience(section.not_taken_after, NotTaken(section.not_taken)),
    )


def _roll(section: PrinterSection, rolls: Path) -> PaperRoll:
    if section.roll_m:
        rolls.mkdir(mode=0o700, exist_ok=True)
    return PaperRoll(section.roll_m, rolls / section.id)


def _add_voice(
    hardware: Hardware, settings: Settings, section: VoiceSection, report: ReportCondition
) -> None:
    plan = branch_plan(settings)
    languages = [Language(one) for one in section.languages] or plan.languages
    loudspeaker: Loudspeaker = AlsaLoudspeaker(section.output)
    if section.output == SIMULATED:
        loudspeaker = hardware.loudspeaker = SimulatedLoudspeaker()
    letters = [queue.series.letter for queue in plan.queues.values()]
    clips = Clips(Path(section.clips) if section.clips else None)
    speech = Speech(clips, Synthesizer(), needed_clips(letters, plan.counters.values()))
    hardware.voice = Announcer(
        loudspeaker,
        speech,
        languages=languages,
        volume=section.volume,
        zone=plan.zone,
        clock=SystemClock(),
        report=report,
    )


def sample_call(settings: Settings, language: str) -> Announcement:
    """A call as the branch would speak it, for listening to: ``await hardware.voice.say(…)``."""
    plan = branch_plan(settings)
    queue = next(iter(plan.queues.values()))
    counter = next(iter(plan.counters.values()))
    return Announcement(queue.series.label(1), Language(language), counter)
