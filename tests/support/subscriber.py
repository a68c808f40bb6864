"""A real subscriber: ``mosquitto_sub`` as a child of the test."""

import json
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.waiting import until


class Subscriber:
    """Follows topics at a branch's broker as the program ``name``; what it sees goes into a file."""

    def __init__(self, folder: Path, port: int, name: str, token: str, *topics: str) -> None:
        self._port = port
        self.file = folder / f"{name}.mqtt"
        self._output = self.file.open("wb")
        self._errors = (folder / f"{name}.errors").open("wb")
        # stdbuf: what goes into a file would otherwise stay in the program's memory.
        self._argv = [
            "stdbuf",
            "-oL",
            "mosquitto_sub",
            "-V",
            "5",
            "-p",
            str(port),
            "-i",
            name,
            "-u",
            name,
        ]
        self._argv += ["-P", token, "-q", "1", "-d", "-F", ">%t %p"]
        for topic in topics:
            self._argv += ["-t", topic]

    def __enter__(self) -> Self:
        until(self._listening, "broker")
        self._process = self._begun()
        try:
            until(self._subscribed, "subscription")
        except AssertionError:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._process.kill()  # asked to end, it may wait for the broker for ever
        self._process.wait(5)
        self._output.close()
        self._errors.close()

    def _begun(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._argv, stdout=self._output, stderr=self._errors)

    def _subscribed(self) -> bool:
        """A token that was made a moment ago reaches a running broker within two seconds."""
        said = self.file.read_bytes()
        if said.rfind(b"CONNACK (135)") > said.rfind(b"sending CONNECT"):
            self._process.kill()
            self._process.wait(5)
            self._process = self._begun()
            until(lambda: self.file.read_bytes() != said, "attempt to connect")
        return b"Subscribed" in said

    def _listening(self) -> bool:
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self._port)) == 0

    def messages(self) -> list[tuple[str, Any]]:
        """Topic and JSON of everything that has arrived."""
        lines = [line for line in self.file.read_text().split("\n")[:-1] if line[:1] == ">"]
        pairs = (line[1:].split(" ", 1) for line in lines)
        return [(topic, json.loads(payload)) for topic, payload in pairs]

    def first(self, topic: str) -> Any:
        """The first message of this topic, as soon as it is there."""
        until(lambda: self._of(topic), f"message of {topic}")
        return self._of(topic)[0]

    def latest(self, topic: str) -> Any:
        """The newest message of this topic, as soon as there is any."""
        until(lambda: self._of(topic), f"message of {topic}")
        return self._of(topic)[-1]

    def _of(self, topic: str) -> list[Any]:
        return [message for where, message in self.messages() if where == topic]
