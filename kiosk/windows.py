"""The branch's own windows: touch screens and hall boards, child processes on the feed."""

import contextlib
import logging
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.messaging.broker import token_hash
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.store.accounts import AccountFault, Accounts
from kiosk.supervisor import Child, supervise_child
from kiosk.tasks import Tasks

logger = logging.getLogger(__name__)


def screens_here() -> bool:
    """Whether this machine has anything that a window could be shown on."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))
    return named or any(Path("/dev/dri").glob("card*"))


class Windows:
    """Opens the windows that the settings name."""

    def __init__(self, accounts: Accounts, address: str, report: ReportCondition) -> None:
        self._accounts = accounts
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

    def _child(self, name: str, languages: Iterable[str]) -> Child:
        """Address and token travel in the environment: arguments are everybody's to read."""
        environment = {
            "KIOSK_FEED": f"{self._feed}?display={name}",
            "KIOSK_TOKEN": self._token(name),
            "KIOSK_LANGUAGES": " ".join(languages),
        }
        return Child(
            name=f"window {name}",
            argv=(sys.executable, "-m", "kiosk", "display", name),
            env=os.environ | environment,
        )

    def _token(self, name: str) -> str:
        """A new token at each start: nobody else ever has it."""
        program = f"window-{name}"
        with contextlib.suppress(AccountFault):  # the first start
            self._accounts.revoke_token(program)
        return self._accounts.add_token(program, Role.DISPLAY, token_hash)

    def _tell(self, device: DeviceId, fault: Fault | None, detail: str) -> None:
        status = DeviceStatus.ONLINE if fault is None else DeviceStatus.NO_DEVICE
        self._report(DeviceCondition(device, DeviceKind.DISPLAY, status, fault, detail))
