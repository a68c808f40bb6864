"""The embedded broker: the distribution's mosquitto, with files written for it (messaging.md).

Client ids are bound to credentials with ``use_username_as_clientid``: whoever signs in as ``crm``
is client ``crm``, whatever it calls itself, so nobody can take over another's session or queue. It
follows that one credential is one connection. That suits the controller too: it is one process, and
a second one started by mistake must not publish beside it unnoticed.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import to_json

from kiosk.machine.privatefile import write_private
from kiosk.machine.tls import CIPHERS
from kiosk.messaging.credentials import new_token, token_hash
from kiosk.messaging.dynamicsecurity import CONTROLLER, Admitted
from kiosk.messaging.mqtt import BrokerAddress
from kiosk.ports import KioskError
from kiosk.supervisor import Child, running

PROGRAM = "mosquitto"
PACKAGE = "mosquitto"
PLUGIN = "mosquitto_dynamic_security.so"
LIBRARIES = Path("/usr/lib")

AT_ONCE = 300
"""Connections to one listener."""
LARGEST_PACKET = 1 << 20
"""Bytes: the state of a queue in which a thousand people wait is half as large. So much anybody can have
the broker hold before it has asked who they are, and a controller that sends more is cut off."""
LONGEST_KEEPALIVE = 60
"""Seconds in which a client has to say something."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PadListener:
    """Where PADs outside the machine connect, by TLS 1.2 and newer."""

    listen: str
    """``0.0.0.0:8883``"""
    certificate: Path
    key: Path


class EmbeddedBroker:
    """mosquitto in a folder of its own (mode 0700), listening at ``listen`` (``127.0.0.1:1883``) for
    this machine and at ``pads`` for others.

    Its files are written before each start. ``admitted`` says who may sign in besides the
    controller; it blocks. While the broker runs that is changed over the controller's connection
    (:mod:`kiosk.messaging.admission`), and the broker writes its file itself.
    """

    def __init__(
        self,
        folder: Path,
        listen: str,
        admitted: Callable[[], Admitted],
        pads: PadListener | None = None,
    ) -> None:
        self._folder = folder
        self._host, self._port = _host_and_port(listen)
        self._pads = pads
        self._admitted = admitted
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._token = self._controller_token()

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
            prepare=self.prepare,
            package=PACKAGE,
        )

    def prepare(self) -> None:
        """Write its files, for a start. When that can't be done it does with those it has."""
        try:
            write_private(self._configuration, self._settings())
            document = self._admitted().document(token_hash(self._token))
            write_private(self._access, to_json(document, indent=1).decode())
        except (OSError, KioskError) as fault:
            if not self._access.exists():
                raise
            logger.warning("the broker starts with the files it has: %s", fault)
        for former in ("passwords", "access"):  # until version 0.4
            (self._folder / former).unlink(missing_ok=True)

    def take_certificate(self) -> None:
        """Its files are new ones: present them to whoever connects next."""
        if process := running(self.child()):
            os.kill(process, signal.SIGHUP)

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
    def _access(self) -> Path:
        return self._folder / "access.json"

    def _settings(self) -> str:
        """mosquitto.conf. Why each setting is there stands in broker/mosquitto.conf."""
        lines = [
            "# Written by kiosk at each start: changes made here are lost.",
            "per_listener_settings false",
            "allow_anonymous false",
            f"plugin {_plugin()}",
            f"plugin_opt_config_file {self._access}",
            "set_tcp_nodelay true",
            "persistence true",
            f"persistence_location {self._folder}/",
            "autosave_interval 10",
            "autosave_on_changes false",
            "max_queued_messages 20000",
            "max_inflight_messages 100",
            "persistent_client_expiration 1d",
            f"max_packet_size {LARGEST_PACKET}",
            f"max_keepalive {LONGEST_KEEPALIVE}",
            "log_dest stderr",
            "log_timestamp false",
            "log_type error",
            "log_type warning",
            "connection_messages false",
            *_listener(self._host, self._port),
            *(_pad_listener(self._pads) if self._pads else ()),
        ]
        if os.geteuid() == 0:
            # Otherwise it becomes the user mosquitto, can't read this folder and ends at once.
            lines.insert(1, "user root")
        return "\n".join(lines) + "\n"


def _listener(host: str, port: int) -> list[str]:
    return [
        f"listener {port} {host}",
        "use_username_as_clientid true",
        f"max_connections {AT_ONCE}",
    ]


def _pad_listener(pads: PadListener) -> list[str]:
    return [
        *_listener(*_host_and_port(pads.listen)),
        f"certfile {pads.certificate}",
        f"keyfile {pads.key}",
        "tls_version tlsv1.2",
        f"ciphers {CIPHERS}",
    ]


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _plugin() -> Path:
    """Where Debian's package has it: below the name of the architecture."""
    return next(LIBRARIES.glob(f"*/{PLUGIN}"), LIBRARIES / PLUGIN)
