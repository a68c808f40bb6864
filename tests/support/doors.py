"""The demonstration branch in this process, with all its doors: every route, page and socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from kiosk.main import RunningBranch, branch
from kiosk.settings import Settings
from kiosk.settingsfile import load
from tests.support.runningbranch import free_port

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
    return [
        Entrance(route.name or "", method, path)
        for route in app.routes
        for method, path in _ways(route)
    ]


def _ways(route: object) -> list[tuple[str, str]]:
    match route:
        case Route():
            return [(one, route.path) for one in sorted((route.methods or set()) - {"HEAD"})]
        case WebSocketRoute():
            return [(SOCKET, route.path)]
        case Mount():
            return [("GET", f"{route.path}/{{file}}")]
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
