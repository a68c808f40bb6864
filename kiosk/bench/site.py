"""The branch that is measured: settings, folder, ports and accounts of its own, gone afterwards."""

import asyncio
import contextlib
import os
import secrets
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path

from kiosk.access import window_token
from kiosk.bench.caller import Caller
from kiosk.clock import SystemClock
from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.machine.privatefile import write_private
from kiosk.messaging.credentials import NewTokens, no_hash, token_hash
from kiosk.messaging.cursor import FileCursor
from kiosk.ports import KioskError
from kiosk.store.accounts import Accounts
from kiosk.store.staffsessions import SignedIn

BRANCH = BranchId("0755")
COUNTERS = ("1", "2", "3", "4")
READY_WITHIN = 20.0
END_WITHIN = 5.0

_SETTINGS = """
[branch]
id = "{branch}"
name = {{ zh = "科技园支行", en = "Science Park" }}
timezone = "Asia/Shanghai"
languages = ["zh", "en", "ru"]

[http]
listen = "127.0.0.1:{http}"

[mqtt]
listen = "127.0.0.1:{mqtt}"

[[segment]]
id = "vip"
assets_at_least = 500000
grades = ["gold", "diamond"]
class = "vip"

[[queue]]
id = "A"
name = {{ zh = "个人现金", en = "Personal cash" }}

[[queue]]
id = "V"
name = {{ zh = "贵宾", en = "Priority" }}

[[service]]
id = "cash"
name = {{ zh = "存取现金", en = "Pay in or withdraw cash" }}
queue = "A"
vip_queue = "V"
"""
_COUNTER = """
[[counter]]
id = "{}"
queues = ["V", "A"]
"""


class Site:
    """A branch's place on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.var = folder / "var"
        self.config = folder / "branch.toml"
        self.card_key = self.var / "secrets" / "card.key"
        self.http, self.mqtt = _free_ports(2)
        settings = _SETTINGS.format(branch=BRANCH, http=self.http, mqtt=self.mqtt)
        self.config.write_text(settings + "".join(map(_COUNTER.format, COUNTERS)))
        self.var.mkdir(mode=0o700)

    def equip(self, devices: str) -> None:
        """Add these tables to the settings, before the branch starts."""
        with self.config.open("a") as settings:
            settings.write(devices)

    def with_counters(self, count: int) -> list[str]:
        """Have so many counters, before the branch starts; their ids."""
        counters = [str(number) for number in range(1, count + 1)]
        self.equip("".join(map(_COUNTER.format, counters[len(COUNTERS) :])))
        return counters

    def program(self, name: str, role: Role) -> str:
        """The token of a new program."""
        with self._accounts() as accounts:
            token = accounts.add_token(name, role, token_hash)
        NewTokens.of(self.var).put(name, token)
        return token

    def teller(self, name: str) -> str:
        """The session of a new teller, signed in."""
        with self._accounts() as accounts:
            staff = accounts.add_user(name, Role.TELLER, secrets.token_urlsafe(9))
            return accounts.sessions.begin(staff, None, SystemClock().now()).token

    def password_of_teller(self, name: str) -> str:
        """That of a new teller, who will sign in at a page."""
        password = secrets.token_urlsafe(9)
        with self._accounts() as accounts:
            accounts.add_user(name, Role.TELLER, password)
        return password

    def window(self, display: str) -> str:
        """The token of a display's window, left where the branch finds it when it starts."""
        with self._accounts() as accounts:
            token = accounts.add_token(window_token(display), Role.DISPLAY, no_hash)
        folder = self.var / "windows"
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / display, f"KIOSK_TOKEN={token}\n")
        return token

    def managers_at_pads(self, count: int) -> list[SignedIn]:
        """A new lobby manager, signed in at so many PADs and so at the broker."""
        now = SystemClock().now()
        with self._accounts() as accounts:
            password = secrets.token_urlsafe(9)
            manager = accounts.add_user("bench-manager", Role.LOBBY_MANAGER, password)
            begin = partial(accounts.sessions.begin, manager, now=now, broker_hash=token_hash)
            return [begin(device=f"pad-{nth}") for nth in range(count)]

    def told(self, sequence: int) -> None:
        """The broker has had every fact up to here."""
        FileCursor(self.var / "outbox.cursor").save(sequence)

    def _accounts(self) -> "closing[Accounts]":
        return closing(Accounts(self.var / "accounts.db"))


@contextmanager
def site() -> Iterator[Site]:
    """A new place; its folder is on a disk, as it would be in a branch."""
    # /tmp may be memory, where a sync costs nothing; /var/tmp outlives a restart (FHS 3.0, 5.15).
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir="/var/tmp") as folder:
        yield Site(Path(folder))


@asynccontextmanager
async def serving(place: Site, environment: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    """``kiosk run`` there as a child process that is ready, without windows; ended afterwards."""
    async with started(place, environment, "--windows-apart"):
        await ready(place)
        yield


@asynccontextmanager
async def started(
    place: Site,
    environment: Mapping[str, str] | None = None,
    *options: str,
    said: int | None = None,
) -> AsyncIterator[Process]:
    """``kiosk run`` there as a child process that has just been begun; ended afterwards.

    What it says goes into ``output.txt``, or into the open file ``said``.
    """
    with (place.folder / "output.txt").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kiosk", "run"),
            *("--config", str(place.config), "--var", str(place.var), *options),
            stdin=DEVNULL,
            stdout=output if said is None else said,
            stderr=STDOUT,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield process
    finally:
        await ended(process)


async def ended(process: Process) -> None:
    """SIGTERM, and SIGKILL when that does nothing."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(END_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def ready(place: Site) -> None:
    """Wait until the branch there serves. Raises KioskError."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with Caller(place.http) as caller:
                if await caller.status("/health") == 200:
                    return
        await asyncio.sleep(0.02)
    output = (place.folder / "output.txt").read_text()
    raise KioskError(f"the branch that is measured did not start:\n{output[-2000:]}")


def _free_ports(count: int) -> list[int]:
    """All different: a port that was let go may be given again at once."""
    with contextlib.ExitStack() as held:
        here = ("127.0.0.1", 0)
        servers = [held.enter_context(socket.create_server(here)) for _ in range(count)]
        return [int(server.getsockname()[1]) for server in servers]
