"""What is plugged into the machine: serial ports, input devices and printers, as sysfs shows them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.machine import Machine


@dataclass(frozen=True, slots=True)
class Plugged:
    """A device node that has something behind it."""

    node: str
    """``/dev/ttyUSB0``"""
    stable: str = ""
    """The name that it keeps: ``/dev/serial/by-id/…``; empty when it has none."""
    usb: str = ""
    """``0403:6001 FTDI FT232R``: vendor, product and what it calls itself; empty: not on USB."""

    def __str__(self) -> str:
        return f"{self.stable or self.node}{f' ({self.usb})' if self.usb else ''}"

    @property
    def names(self) -> frozenset[str]:
        """Every name that settings may give it."""
        return frozenset({self.node, self.stable} - {""})


def serial_ports(machine: Machine) -> list[Plugged]:
    """Those with a line behind them: the kernel shows ttyS0 to ttyS3 also where there is none."""
    folders = sorted(_entries(machine.sys / "class/tty"))
    there = (one for one in folders if (one / "device").exists() and _read(one / "type") != "0")
    return [_plugged(machine, one, machine.dev / one.name, "serial/by-id") for one in there]


def keyboards(machine: Machine) -> list[Plugged]:
    """Input devices that type, card readers among them."""
    folders = sorted(_entries(machine.sys / "class/input"))
    events = (one for one in folders if one.name.startswith("event"))
    found = (_plugged(machine, one, machine.dev / "input" / one.name, "input") for one in events)
    return [one for one in found if one.stable.endswith("-kbd") or "/kiosk-" in one.stable]


def usb_printers(machine: Machine) -> list[Plugged]:
    """Printers of the USB printer class."""
    folders = sorted(_entries(machine.sys / "class/usbmisc"))
    printers = (one for one in folders if one.name.startswith("lp"))
    return [_plugged(machine, one, machine.dev / "usb" / one.name, "usb") for one in printers]


def screens(machine: Machine) -> dict[str, bool]:
    """Connectors of the graphics card, and whether a screen is plugged into each."""
    folders = sorted(_entries(machine.sys / "class/drm"))
    states = {one.name.partition("-")[2]: _read(one / "status") for one in folders}
    return {name: state == "connected" for name, state in states.items() if name and state}


def _plugged(machine: Machine, sysfs: Path, node: Path, links: str) -> Plugged:
    return Plugged(str(node), _stable(machine.dev / links, node), _usb(sysfs))


def _stable(folder: Path, node: Path) -> str:
    """A link to the node that a rule of udev made; one of ours before others."""
    links = sorted(one for one in (*folder.glob("*"), *folder.glob("by-id/*")) if one.is_symlink())
    ours = sorted(links, key=lambda link: not link.name.startswith("kiosk-"))
    real = node.resolve()
    return next((str(link) for link in ours if link.resolve() == real), "")


def _usb(sysfs: Path) -> str:
    for folder in sysfs.resolve().parents:
        if vendor := _read(folder / "idVendor"):
            words = (_read(folder / "manufacturer"), _read(folder / "product"))
            ids = f"{vendor}:{_read(folder / 'idProduct')}"
            return " ".join(word for word in (ids, *words) if word)
    return ""


def _entries(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from folder.iterdir()


def _read(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text(errors="replace").strip()
    return ""
