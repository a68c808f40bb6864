"""A window of the branch, as far as the controller can tell: it follows the feed and touches."""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.waiting import until

Json = dict[str, Any]


class Window:
    """The display ``name`` on the feed of the branch at ``port``; a thread takes what comes."""

    def __init__(self, port: int, token: str, name: str) -> None:
        self._address = f"ws://127.0.0.1:{port}/api/v1/feed?display={name}"
        self._token = token
        self._ending = ExitStack()
        self.messages: list[Json] = []

    def __enter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._token}"}
        connection = connect(self._address, additional_headers=headers, proxy=None)
        self._socket = self._ending.enter_context(connection)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        until(lambda: self.messages, "first message of the feed")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.close()
        self._thread.join(5)

    @property
    def screen(self) -> Json:
        """What it shows now."""
        return next(one["screen"] for one in reversed(self.messages) if "screen" in one)

    @property
    def sequences(self) -> list[int]:
        """Of the events that it was told of."""
        return [one["sequence"] for one in self.messages if "event" in one]

    def shows(self, what: Callable[[Json], object], name: str) -> Json:
        """The first screen from now on of which this is true."""
        until(lambda: what(self.screen), f"screen with {name}; it shows {self.screen}")
        return self.screen

    def touch(self, action: str) -> None:
        """Touch a button of what it shows."""
        screen = self.screen
        assert action in [one["action"] for one in screen["buttons"] if one["enabled"]], screen
        self._socket.send(json.dumps({"touch": action, "screen": screen["number"]}))

    def _listen(self) -> None:
        try:
            for message in self._socket:
                self.messages.append(json.loads(message))
        except ConnectionClosed:
            return  # the branch was killed
