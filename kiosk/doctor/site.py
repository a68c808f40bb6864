"""What an examination is about: a branch's settings and the machine that they are for."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.machine import Machine
from kiosk.doctor.plugged import Plugged, keyboards, serial_ports, usb_printers
from kiosk.doctor.processes import Census
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """One moment of a machine. Texts are in ``language``."""

    settings: Settings
    var: Path
    language: str
    machine: Machine
    census: Census
    serial_ports: tuple[Plugged, ...] = ()
    keyboards: tuple[Plugged, ...] = ()
    usb_printers: tuple[Plugged, ...] = ()

    @classmethod
    def seen(cls, settings: Settings, var: Path, language: str, machine: Machine) -> "Site":
        """As the machine is now. Blocks for some 10 ms."""
        return cls(
            settings,
            var,
            language,
            machine,
            Census.taken(machine.proc),
            tuple(serial_ports(machine)),
            tuple(keyboards(machine)),
            tuple(usb_printers(machine)),
        )
