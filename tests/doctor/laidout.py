"""A machine that is laid out in a folder: what sysfs, /dev and /proc would show."""

from pathlib import Path

from kiosk.doctor.machine import Machine, User

ROOT = User("root", 0)
KIOSK = User("kiosk", 4242, frozenset({4242}))


def machine(folder: Path, user: User = ROOT) -> Machine:
    """One with nothing plugged in and nobody at work."""
    found = Machine(folder / "dev", folder / "sys", folder / "proc", user)
    for one in (found.dev, found.sys, found.proc / "self"):
        one.mkdir(parents=True)
    return found


def plug_serial(at: Machine, name: str, product: str = "", link: str = "") -> Path:
    """A serial port, on USB when it has a product; its node."""
    device = at.sys / "devices" / ("usb1/1-1" if product else "platform") / name
    (device / name).mkdir(parents=True)
    if product:
        (device.parent / "idVendor").write_text("0403\n")
        (device.parent / "idProduct").write_text("6001\n")
        (device.parent / "product").write_text(f"{product}\n")
    (device / name / "device").symlink_to(device)
    (device / name / "type").write_text("4\n")
    (at.sys / "class/tty").mkdir(parents=True, exist_ok=True)
    (at.sys / "class/tty" / name).symlink_to(device / name)
    return _node(at, name, link and f"serial/by-id/{link}")


def plug_keyboard(at: Machine, name: str, link: str) -> Path:
    """An input device; its node."""
    (at.sys / "class/input" / name).mkdir(parents=True)
    return _node(at, f"input/{name}", f"input/{link}")


def add_process(at: Machine, pid: int, name: str, *arguments: str) -> Path:
    """A program that runs; its folder."""
    folder = at.proc / str(pid)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "cmdline").write_text("\0".join((f"/sbin/{name}", *arguments, "")))
    return folder


def _node(at: Machine, name: str, link: str) -> Path:
    node = at.dev / name
    node.parent.mkdir(parents=True, exist_ok=True)
    node.touch()
    if link:
        (at.dev / link).parent.mkdir(parents=True, exist_ok=True)
        (at.dev / link).symlink_to(node)
    return node
