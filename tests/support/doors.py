"""The demonstration branch in this process, with all its doors: every route, page and socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from kiosk.main import RunningBranch, branch
from kiosk.settings import Settings
from kiosk.settings.file import load
from tests.support.ports import free_port

DEMONSTRATION = Path(__file__).parents[2] / "config" / "demo.toml"
SOCKET = "WebSocket"
"""In the place of a method."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: the name of its row in the table, method and path, with blanks as in the code."""

    name: str
    method: str
    path: str


def entrances(app: Starlette) -> list[Entrance]:
    """Every way in that the application has."""
    return [way for route in app.routes for way in _ways(route)]


def _ways(route: BaseRoute) -> list[Entrance]:
    match route:
        case Route():
            methods = sorted((route.methods or set()) - {"HEAD"})
            return [Entrance(route.name, method, route.path_format) for method in methods]
        case WebSocketRoute():
            return [Entrance(route.name, SOCKET, route.path_format)]
        case Mount():
            return [Entrance(route.name or "", "GET", f"{route.path}/{{file}}")]
        case _:
            raise AssertionError(f"{route!r} is no way in that is known here")


def settings() -> Settings:
    """The demonstration's, on free ports."""
    found = load(DEMONSTRATION)
    http = found.http.model_copy(update={"listen": "127.0.0.1:0"})
    mqtt = found.mqtt.model_copy(update={"listen": f"127.0.0.1:{free_port()}"})
    return found.model_copy(update={"http": http, "mqtt": mqtt})


@asynccontextmanager
async def open_branch(folder: Path) -> AsyncIterator[RunningBranch]:
    """The branch in a var folder of its own; its windows are nobody's."""
    async with branch(settings(), folder / "var", windows_apart=True) as running:
        yield running
