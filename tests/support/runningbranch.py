"""``kiosk run`` as a child of a test: a whole branch in a folder of its own, on free ports."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.documents import document_keys
from kiosk.domain.client import Client as BankClient
from kiosk.domain.ids import CardToken
from kiosk.domain.role import Role
from kiosk.identities import Scheme
from kiosk.keys.keyring import Keyring
from kiosk.settings.file import load
from kiosk.store.accounts import Accounts
from tests.support.ports import free_port

SETTINGS = """
[branch]
id = "0755"
name = {{ zh = "科技园支行", en = "Science Park" }}
timezone = "Asia/Shanghai"
languages = ["zh", "en"]

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
name = {{ zh = "存取现金", en = "Cash" }}
queue = "A"
vip_queue = "V"

[[counter]]
id = "1"
queues = ["V", "A"]

[[counter]]
id = "2"
queues = ["V", "A"]

[[display]]
id = "touch"
kind = "touch"
"""

PASSWORD = "a password of a test"


class RunningBranch:
    """A branch of its own folder: start it, kill it, start it again."""

    def __init__(
        self,
        folder: Path,
        devices: str = "",
        settings: str = SETTINGS,
        environment: Mapping[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
    ) -> None:
        """``wrapper`` goes before the command, each time."""
        self.folder = folder
        self._wrapper = wrapper
        self.var = folder / "var"
        self.config = folder / "branch.toml"
        self.http, self.mqtt, self.public = free_port(), free_port(), free_port()
        self.output = folder / "output.txt"
        ports = {"http": self.http, "mqtt": self.mqtt, "public": self.public}
        self.config.write_text(settings.format(**ports) + devices)
        self._added = environment or {}
        self._clients: list[Client] = []
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            print(f"what the branch said last:\n{self.output.read_text()[-5000:]}")
        self.stop()

    @property
    def pid(self) -> int:
        """Of the controller."""
        assert self._process is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How the controller ended; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def kiosk(self, *arguments: str, text: str = "") -> str:
        """Run one command of the command line on this branch; its standard output."""
        command = [sys.executable, "-m", "kiosk", *arguments, *self._where()]
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout.strip()

    def token(self, name: str, role: str) -> str:
        """Let a program in; its token."""
        return self.kiosk("token", "add", name, "--role", role)

    def enrol(self, number: str, client: BankClient) -> None:
        """Enter a client with the card of this number in the branch's directory."""
        token, scheme = self.kiosk("cards", "token", text=number).split()
        keys = Keyring.of(load(self.config), self.var)
        documents = partial(document_keys, keys.card_key())

        async def enter() -> None:
            async with EmbeddedDirectory(self.var / "clients.db", documents) as directory:
                await directory.add_client(client, cards={CardToken(token): Scheme(scheme)})

        asyncio.run(enter())

    def start(self, wrapper: tuple[str, ...] = ()) -> None:
        """Start and wait until it is ready; ``wrapper`` goes before the command. Else nothing is left."""
        self.launch(wrapper)
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def launch(self, wrapper: tuple[str, ...] = ()) -> None:
        """Start and don't wait."""
        command = [*wrapper, *self._wrapper, sys.executable, "-m", "kiosk", "run", *self._where()]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, env=self._environment()
            )

    def kill(self) -> None:
        """kill -9, no farewell."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """SIGTERM; it has 3 s to end."""
        for client in self._clients:
            client.close()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def client(self, token: str) -> "Client":
        """Somebody who calls its HTTP interface with a bearer token."""
        self._clients.append(Client(self.http, token))
        return self._clients[-1]

    def teller(self, name: str) -> "Client":
        """A teller who is signed in; added when new."""
        return self.client(self.session(name, "teller"))

    def session(self, name: str, role: str) -> str:
        """The token of a member of staff who is signed in; added when new."""
        with closing(Accounts(self.var / "accounts.db")) as accounts:
            accounts.add_user(name, Role(role), PASSWORD)
        with Client(self.http) as door:
            answer = door.post("/login", {"user": name, "password": PASSWORD})
        return str(answer["token"])

    def _where(self) -> list[str]:
        return ["--config", str(self.config), "--var", str(self.var)]

    def _environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        return {**inherited, **self._added}

    def wait_until_ready(self, seconds: float = 40) -> None:
        """Wait until it says that it is ready or degraded."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, self.output.read_text()
            try:
                with Client(self.http) as door:
                    if door.status("GET", "/health") == 200:
                        return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"not ready within {seconds:.0f} s:\n{self.output.read_text()}")


class Client:
    """An HTTP client on one connection that is kept alive. Not for several threads."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def status(self, method: str, path: str) -> int:
        """Only the status of an answer."""
        return self._ask(method, path, None, {})[0]

    def get(self, path: str) -> Any:
        """The JSON of a successful answer."""
        return self._good(*self._ask("GET", path, None, {}))

    def body(self, path: str) -> bytes:
        """An answer as it came, whatever its status."""
        return self._ask("GET", path, None, {})[1]

    def answer(
        self, method: str, path: str, body: Mapping[str, object] | None = None, key: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of an answer, whatever they are; ``key`` is the idempotency key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._ask(method, path, body, headers)

    def page(self, path: str) -> str:
        """The text of a page."""
        return self._ask("GET", path, None, {}, root="")[1].decode()

    def post(self, path: str, body: Mapping[str, object] | None = None, key: str = "") -> Any:
        """The JSON of a successful answer; ``key`` is the idempotency key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._good(*self._ask("POST", path, body, headers))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        headers: Mapping[str, str],
        root: str = "/api/v1",
    ) -> tuple[int, bytes]:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        kind = {"Content-Type": "application/json"} if data else {}
        try:
            self._connection.request(
                method, f"{root}{path}", data, {**self._headers, **kind, **headers}
            )
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    @staticmethod
    def _good(status: int, body: bytes) -> Any:
        assert status < 300, (status, body)
        return json.loads(body)
