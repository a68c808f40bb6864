"""A branch that doesn't run, with one device at one cable; what is found of it."""

from pathlib import Path

from kiosk.doctor.devices import asked
from kiosk.doctor.machine import Machine
from kiosk.doctor.site import Site
from kiosk.finding import Finding
from kiosk.settings.file import load
from tests.doctor.laidout import machine
from tests.support.runningbranch import RunningBranch


def site(folder: Path, devices: str, here: Machine | None = None) -> Site:
    """A branch with these devices that doesn't run."""
    settings = load(RunningBranch(folder, devices).config)
    here = here or machine(folder / "machine")
    return Site.seen(settings, folder / "var", "en", here)


def serial_printer(port: Path | str, baud: int = 19200) -> str:
    return f'[[printer]]\nid = "slip"\ndriver = "escpos-serial"\nport = "{port}"\nbaud = {baud}\n'


def serial_reader(port: Path | str) -> str:
    return f'[[reader]]\nid = "swipe"\ndriver = "magstripe-serial"\nport = "{port}"\n'


def network_printer(port: int, host: str = "127.0.0.1", profile: str = "generic") -> str:
    return (
        f'[[printer]]\nid = "slip"\ndriver = "escpos-tcp"\nhost = "{host}"\nport = {port}\n'
        f'profile = "{profile}"\n'
    )


async def one(folder: Path, devices: str, here: Machine | None = None) -> Finding:
    """What is found of the only device."""
    [finding] = await asked(site(folder, devices, here))
    return finding


def id_reader(port: Path) -> str:
    return f'[[reader]]\nid = "id-card"\ndriver = "idcard-sdt"\nport = "{port}"\nbaud = 115200\n'
