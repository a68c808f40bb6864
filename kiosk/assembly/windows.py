"""The branch's own windows: touch screens and hall boards, processes on the feed.

They are the controller's children, or, where systemd keeps every process alone, services of their
own that find what they need in a folder.
"""

import contextlib
import logging
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from kiosk.access import window_token
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.machine.privatefile import write_private
from kiosk.messaging.credentials import no_hash
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.store.accounts import AccountFault, Accounts
from kiosk.store.tokens import digest
from kiosk.supervisor import Child, supervise_child
from kiosk.tasks import Tasks

logger = logging.getLogger(__name__)

_SPARING = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""What a picture took while it was drawn goes back to the system (mallopt(3)): 6 MB of a window."""


def screens_here(dev: Path = Path("/dev")) -> bool:
    """Whether this machine, whose devices are in ``dev``, has anything to show a window on."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))
    return named or any((dev / "dri").glob("card*"))


class Windows:
    """Opens the windows that the settings name, or leaves them to others."""

    def __init__(
        self, accounts: Accounts, address: str, report: ReportCondition, certificate: Path
    ) -> None:
        """``certificate``: the file that has what the branch presents, where it speaks TLS."""
        self._accounts = accounts
        self._certificate = certificate
        self._feed = "ws" + address.removeprefix("http") + "/api/v1/feed"
        self._report = report

    def open(self, settings: Settings, tasks: Tasks) -> None:
        """Start a child for each; without a screen none, and the branch goes on."""
        if not settings.display:
            return
        if not screens_here():
            logger.info("no screen on this machine: its windows are not opened")
            return
        for display in settings.display:
            child = self._child(display.id, settings.branch.languages)
            report = partial(self._tell, DeviceId(display.id))
            tasks.keep(child.name, partial(supervise_child, child, report))

    def leave(self, settings: Settings, folder: Path) -> None:
        """Write for each, under its id, the environment that it needs; kiosk-window@.service reads
        it. A window's token stays the same as long as it is good, for nobody starts it anew.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        for display in settings.display:
            file = folder / display.id
            token = self._known(file) or self._token(display.id)
            environment = self._environment(display.id, token, settings.branch.languages)
            text = "".join(f"{name}={value}\n" for name, value in environment.items())
            write_private(file, text)

    def _child(self, name: str, languages: Iterable[str]) -> Child:
        """Address and token travel in the environment: arguments are everybody's to read."""
        return Child(
            name=f"window {name}",
            argv=(sys.executable, "-m", "kiosk", "display", name),
            env=os.environ | self._environment(name, self._token(name), languages),
        )

    def _environment(self, name: str, token: str, languages: Iterable[str]) -> dict[str, str]:
        return {
            "KIOSK_FEED": f"{self._feed}?display={name}",
            "KIOSK_TOKEN": token,
            "KIOSK_CERTIFICATE": str(self._certificate.absolute()),
            "KIOSK_LANGUAGES": " ".join(languages),
            **_SPARING,
        }

    def _known(self, file: Path) -> str | None:
        """The token in a window's file, when it still lets in."""
        with contextlib.suppress(OSError, UnicodeError):
            for line in file.read_text().splitlines():
                name, _, token = line.partition("=")
                if name == "KIOSK_TOKEN" and self._accounts.program(digest(token)):
                    return token
        return None

    def _token(self, name: str) -> str:
        """A new token: nobody else ever has it. A window follows the feed and has no business at the
        broker."""
        program = window_token(name)
        with contextlib.suppress(AccountFault):  # the first start
            self._accounts.revoke_token(program)
        return self._accounts.add_token(program, Role.DISPLAY, no_hash)

    def _tell(self, device: DeviceId, fault: Fault | None, detail: str) -> None:
        status = DeviceStatus.ONLINE if fault is None else DeviceStatus.NO_DEVICE
        self._report(DeviceCondition(device, DeviceKind.DISPLAY, status, fault, detail))
