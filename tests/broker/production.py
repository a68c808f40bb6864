"""A machine whose mosquitto is set up by ``broker/setup``, and its clients by name."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.domain.events import SYSTEM
from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES, Role
from kiosk.messaging.credentials import token_hash
from kiosk.store.accounts import Accounts
from kiosk.store.brokerlogin import BrokerLogin
from tests.support.ownnetwork import laid_over
from tests.support.runningbranch import PASSWORD, SETTINGS
from tests.support.waiting import until

DEPLOYED = Path(__file__).parents[2] / "broker"
ROOT = "kiosk/v1/0755"
ETC, LIB, LOG = "/etc/mosquitto", "/var/lib/mosquitto", "/var/log/mosquitto"
PLAIN, BY_TLS = 1883, 8883
CLIENT_MODE = "client-mode"
"""Stands in the place of a role: a PAD at which nobody is signed in."""


@dataclass
class Production:
    """``clients`` are user names and passwords by role, ``people`` two who stand at pad-9 in turn."""

    folder: Path
    clients: dict[str, tuple[str, str]] = field(default_factory=dict)
    people: dict[str, BrokerLogin] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.var, self.config = self.folder / "var", self.folder / "branch.toml"
        self.var.mkdir(mode=0o700)
        settings = SETTINGS.format(http=8080, mqtt=1884, public=8081)
        settings = settings.replace("[mqtt]\n", '[mqtt]\nbroker = "mqtt://127.0.0.1:1883"\n')
        self.config.write_text(settings)
        self.folders = {
            where: self.folder / name
            for where, name in {ETC: "etc", LIB: "lib", LOG: "log"}.items()
        }
        shutil.copytree(ETC, self.folders[ETC])
        for where in (LIB, LOG):
            self.folders[where].mkdir()
            shutil.chown(self.folders[where], "mosquitto", "mosquitto")
        for folder in (self.folder, *self.folder.parents):
            if folder.stat().st_uid == os.getuid():
                folder.chmod(folder.stat().st_mode | 0o011)  # mosquitto is another user
        self._let_in()

    def _let_in(self) -> None:
        """One client of each role: programs by token, staff by a session at a PAD of their own; and a
        PAD in client mode."""
        now = SystemClock().now()
        with closing(Accounts(self.var / "accounts.db")) as accounts:
            for role in PROGRAM_ROLES:
                token = accounts.add_token(f"{role}-1", role, token_hash)
                self.clients[role] = (f"{role}-1", token)
            for role in STAFF_ROLES:
                user = accounts.add_user(f"one-{role}", role, PASSWORD)
                began = accounts.sessions.begin(user, f"pad-{role}", now, broker_hash=token_hash)
                assert began.broker
                self.clients[role] = (began.broker.name, began.broker.token)

            for pad in ("pad-1", "pad-shown"):
                accounts.devices.approve(pad, SYSTEM, now)
            shown = accounts.devices.give_token("pad-shown", token_hash)
            self.clients[CLIENT_MODE] = (shown.name, shown.token)
            for name in ("first", "second"):
                user = accounts.add_user(name, Role.LOBBY_MANAGER, PASSWORD)
                began = accounts.sessions.begin(user, "pad-9", now, broker_hash=token_hash)
                assert began.broker
                self.people[name] = began.broker
                self.references[name] = user.reference

    def person(self, name: str) -> list[str]:
        """Words that sign somebody in who stands at pad-9, in MQTT 5."""
        login = self.people[name]
        return ["-V", "5", "-u", login.name, "-P", login.token]

    def set_up(self, *options: str) -> str:
        """Run ``broker/setup``; what it says."""
        done = subprocess.run(
            [
                *laid_over(self.folders),
                str(DEPLOYED / "setup"),
                *("--config", str(self.config), "--var", str(self.var), *options),
            ],
            env=os.environ | {"KIOSK": f"{sys.executable} -m kiosk"},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def password(self) -> str:
        """The controller's."""
        return (self.var / "secrets" / "broker.password").read_text()

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """mosquitto, as the system's unit starts it."""
        process = subprocess.Popen(
            [*laid_over(self.folders), "/usr/sbin/mosquitto", "-c", f"{ETC}/mosquitto.conf"]
        )
        try:
            until(lambda: answers(PLAIN), "mosquitto")
            yield process
        finally:
            process.terminate()
            process.wait(10)

    def as_client(self, name: str) -> list[str]:
        """Words that sign in, in MQTT 5."""
        user, password = (
            ("controller", self.password()) if name == "controller" else self.clients[name]
        )
        return ["-V", "5", "-u", user, "-P", password]


class NotLetIn(Exception):
    """CONNECT was refused."""


def answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def subscribed(words: Sequence[str], topics: Sequence[str]) -> dict[str, int]:
    """What the broker answers to each: 0 to 2 granted, 0x80 and more refused."""
    asked = [word for topic in topics for word in ("-t", topic)]
    done = subprocess.run(
        ["mosquitto_sub", *words, "-q", "0", "-E", "-d", *asked],
        check=False,
        capture_output=True,
        text=True,
        timeout=10,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("Subscribed (mid")]
    assert lines, done.stdout + done.stderr
    return dict(zip(topics, map(int, lines[0].partition("): ")[2].split(", ")), strict=True))


def published(words: Sequence[str], topic: str, payload: str = "x", *more: str) -> int:
    """The reason code of the PUBACK; 0 is well. Raises NotLetIn."""
    done = subprocess.run(
        ["mosquitto_pub", *words, "-q", "1", "-d", "-t", topic, "-m", payload, *more],
        check=False,
        capture_output=True,
        text=True,
        timeout=10,
    )
    if "not authori" in (done.stdout + done.stderr).lower() and "PUBACK" not in done.stdout:
        raise NotLetIn(done.stderr)
    lines = [line for line in done.stdout.splitlines() if "received PUBACK" in line]
    assert lines, done.stdout + done.stderr
    return int(lines[0].partition("RC:")[2].rstrip(")"))


@contextmanager
def listening(words: Sequence[str], topics: Mapping[str, int], *more: str) -> Iterator[list[str]]:
    """The topics of what comes meanwhile; those that are refused are asked for, too."""
    asked = [word for topic in topics for word in ("-t", topic)]
    process = subprocess.Popen(
        ["stdbuf", "-oL", "mosquitto_sub", *words, "-q", "1", "-F", ">%t", "-d", *more, *asked],
        stdout=subprocess.PIPE,
        text=True,
    )
    came: list[str] = []
    assert process.stdout
    for line in process.stdout:
        came += [line[1:].strip()] if line.startswith(">") else []  # what waited for it
        if line.startswith("Subscribed"):
            break
    try:
        yield came
        time.sleep(0.3)  # what is to come has come, and what isn't has had its chance
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=5)
        came += [line[1:] for line in rest.splitlines() if line.startswith(">")]
