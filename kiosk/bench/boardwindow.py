"""The hall board's window, in a process of its own: ``python -m kiosk.bench.boardwindow``.

Made of the parts of ``kiosk display``, which itself says nothing of what it draws. ``KIOSK_FEED``
and ``KIOSK_TOKEN`` are as there. After each drawing ``{"at": …, "called": [number]}`` goes out:
``time.perf_counter`` when SDL had the whole picture, and what it says is being called.
"""

import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kiosk.display.connection import Connection
from kiosk.display.window import NAP, Window

if TYPE_CHECKING:
    from kiosk.display.canvas import Canvas
    from kiosk.display.scene import Scene

Json = dict[str, Any]


class WatchedCanvas:
    """Draws, and tells of each drawing."""

    def __init__(self, canvas: "Canvas") -> None:
        self._canvas = canvas
        self._called: list[str] | None = None

    def receive(self, message: Json) -> None:
        """A message of the feed, before it is drawn."""
        if "screen" in message:
            self._called = [call["number"] for call in message["screen"]["calling"]]

    def show(self, scene: "Scene") -> None:
        """See ``Canvas``."""
        self._canvas.show(scene)
        at = time.perf_counter()
        if self._called is not None:
            print(json.dumps({"at": at, "called": self._called}), flush=True)


def main() -> None:
    """Show the board until ended."""
    os.environ |= {"PYGAME_HIDE_SUPPORT_PROMPT": "1", "SDL_FRAMEBUFFER_ACCELERATION": "0"}
    from kiosk.display.canvas import Canvas

    with Canvas("kiosk bench board") as canvas:
        watched = WatchedCanvas(canvas)
        window = Window(watched.show, canvas.arrange)
        feed, token = os.environ["KIOSK_FEED"], os.environ["KIOSK_TOKEN"]
        connection = Connection(feed, token, canvas.post, canvas.stop)
        connection.open()
        for happening in canvas.happenings(NAP):
            if isinstance(happening, dict):
                watched.receive(happening)
                window.receive(happening)
            window.refresh(datetime.now(UTC), time.monotonic())
        connection.close()


if __name__ == "__main__":
    main()
