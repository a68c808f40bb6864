"""A touch screen of the branch that is measured, as its window sees it: the feed's WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from kiosk.bench.processes import command_of, environment_of, family
from kiosk.bench.site import Site

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

Json = dict[str, Any]

NAME = "touch"
SETTINGS = f"""
[[display]]
id = "{NAME}"
kind = "touch"
"""
WITHIN = 10.0
"""Seconds; a screen that takes longer never comes."""


class Touch:
    """What is on the screen, and a finger."""

    def __init__(self, socket: "ClientConnection") -> None:
        self._socket = socket
        self.screen: Json = {}

    async def until(self, wanted: Callable[[Json], bool]) -> Json:
        """The next screen, not the present one, of which ``wanted`` holds. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while not wanted(await self._next()):
                pass
        return self.screen

    async def look_on(self) -> None:
        """Keep to what is shown while nobody touches it, as a window does; until cancelled.

        Who leaves what comes unread doesn't hear either that it is asked whether it is still there.
        """
        while True:
            await self._next()

    async def press(self, action: str) -> None:
        """Touch a button of the present screen."""
        touch = {"touch": action, "screen": self.screen["number"]}
        await self._socket.send(json.dumps(touch))

    async def _next(self) -> Json:
        while "screen" not in (message := json.loads(await self._socket.recv())):
            pass
        self.screen = message["screen"]
        return self.screen


@asynccontextmanager
async def touchscreen(place: Site, token: str) -> AsyncIterator[Touch]:
    """Follow the feed of a branch that serves; it shows the idle screen."""
    from websockets.asyncio.client import connect

    address = f"ws://127.0.0.1:{place.http}/api/v1/feed?display={NAME}"
    bearer = {"Authorization": f"Bearer {token}"}
    async with connect(address, additional_headers=bearer, compression=None, proxy=None) as socket:
        touch = Touch(socket)
        await touch.until(lambda screen: screen["kind"] == "idle")
        yield touch


def window_token(place: Site) -> str:
    """The token of the screen's window; to be made before the branch starts."""
    return place.window(NAME)


async def token_of_window(controller: int) -> str:
    """That of the window which the branch has opened there: nobody else may touch its screen.

    Raises TimeoutError.
    """
    async with asyncio.timeout(2 * WITHIN):
        while True:
            for process in family(controller):
                if {"display", NAME} <= set(command_of(process)):
                    return environment_of(process)["KIOSK_TOKEN"]
            await asyncio.sleep(0.05)
