"""The embedded broker: the distribution's mosquitto, with files written for it (messaging.md).

Client ids are bound to credentials with ``use_username_as_clientid``: whoever signs in as ``crm``
is client ``crm``, whatever it calls itself, so nobody can take over another's session or queue. It
follows that one credential is one connection. That suits the controller too: it is one process, and
a second one started by mistake must not publish beside it unnoticed.
"""

import asyncio
import base64
import hashlib
import os
import secrets
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.access import TOPICS, is_level
from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.messaging.mqtt import BrokerAddress
from kiosk.messaging.topics import Topics
from kiosk.privatefile import write_private
from kiosk.supervisor import Child, running

CONTROLLER = "controller"
"""The controller's name at the broker; no other client may have it."""
PROGRAM = "mosquitto"
PACKAGE = "mosquitto"
ITERATIONS = 101
"""As mosquitto_passwd 2.0 makes them. That is few: only random 128-bit tokens are hashed here,
never a person's password."""


@dataclass(frozen=True, slots=True)
class BrokerClient:
    """A program that may sign in; one whose role has no business at the broker (a terminal) is kept
    out."""

    name: str
    password_hash: str = field(repr=False)
    """See :func:`token_hash`."""
    role: Role


def new_token() -> str:
    """A random token of 128 bits."""
    return secrets.token_hex(16)


def token_hash(token: str) -> str:
    """What mosquitto 2 keeps of a password: ``$7$``, PBKDF2-HMAC-SHA-512, a salt of 12 bytes."""
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", token.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def access_of(client: BrokerClient, topics: Topics) -> list[str]:
    """What a client may do, as lines of an access file; none: it has no business here.

    That goes for names that would mean something in a topic or an access file, too.
    """
    if not is_level(client.name) or client.name == CONTROLLER:
        return []
    rights = TOPICS[client.role].of(client.name)
    return [
        *(f"topic read {topics.under(one)}" for one in rights.reads),
        *(f"topic write {topics.under(one)}" for one in rights.writes),
    ]


class EmbeddedBroker:
    """mosquitto in a folder of its own (mode 0700), listening at ``listen`` (``127.0.0.1:1883``).

    Its files are written at once; :meth:`write` says who else may sign in.
    """

    def __init__(self, folder: Path, listen: str, branch: BranchId) -> None:
        self._folder = folder
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._topics = Topics(branch)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._token = self._controller_token()
        self._hash = token_hash(self._token)
        write_private(self._configuration, self._settings())
        self._clients: tuple[BrokerClient, ...] = ()
        self._write_access()

    def __repr__(self) -> str:
        return f"<EmbeddedBroker at {self._host}:{self._port}>"

    @property
    def address(self) -> BrokerAddress:
        """Where and as whom the controller connects."""
        return BrokerAddress(self._host, self._port, CONTROLLER, self._token)

    def child(self) -> Child:
        """The process for the supervisor."""
        path = os.environ.get("PATH", os.defpath)
        return Child(
            name="broker",
            argv=(PROGRAM, "-c", str(self._configuration)),
            env=os.environ
            | {"PATH": f"{path}:/usr/local/sbin:/usr/sbin"},  # not in every user's PATH
            ready=self._answers,
            pid_file=self._folder / "mosquitto.pid",
            package=PACKAGE,
        )

    def write(self, clients: Sequence[BrokerClient]) -> None:
        """Let these clients and no others sign in, besides the controller.

        A running broker reads it at once; only clients that may no longer sign in are disconnected.
        """
        if tuple(clients) == self._clients:
            return
        self._clients = tuple(clients)
        self._write_access()
        if process := running(self.child()):
            os.kill(process, signal.SIGHUP)

    def _write_access(self) -> None:
        admitted = [client for client in self._clients if access_of(client, self._topics)]
        passwords = [f"{CONTROLLER}:{self._hash}"]
        passwords += [f"{client.name}:{client.password_hash}" for client in admitted]
        access = [f"user {CONTROLLER}", f"topic readwrite {self._topics.under('#')}"]
        for client in admitted:
            access += ["", f"user {client.name}", *access_of(client, self._topics)]
        write_private(self._passwords, "\n".join(passwords) + "\n")
        write_private(self._access, "\n".join(access) + "\n")

    def _controller_token(self) -> str:
        file = self._folder / "controller.token"
        if not file.exists():
            write_private(file, new_token())
        return file.read_text().strip()

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            return False
        writer.close()
        return True

    @property
    def _configuration(self) -> Path:
        return self._folder / "mosquitto.conf"

    @property
    def _passwords(self) -> Path:
        return self._folder / "passwords"

    @property
    def _access(self) -> Path:
        return self._folder / "access"

    def _settings(self) -> str:
        """mosquitto.conf. Why each setting is there stands in broker/mosquitto.conf."""
        lines = [
            "# Written by kiosk at each start: changes made here are lost.",
            "per_listener_settings false",
            "allow_anonymous false",
            f"password_file {self._passwords}",
            f"acl_file {self._access}",
            "set_tcp_nodelay true",
            "persistence true",
            f"persistence_location {self._folder}/",
            "autosave_interval 10",
            "autosave_on_changes false",
            "max_queued_messages 20000",
            "max_inflight_messages 100",
            "persistent_client_expiration 1d",
            "log_dest stderr",
            "log_timestamp false",
            "log_type error",
            "log_type warning",
            "connection_messages false",
            f"listener {self._port} {self._host}",
            "use_username_as_clientid true",
        ]
        if os.geteuid() == 0:
            # Otherwise it becomes the user mosquitto, can't read this folder and ends at once.
            lines.insert(1, "user root")
        return "\n".join(lines) + "\n"
