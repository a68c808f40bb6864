"""The pages of a branch behind a real server, and a browser before them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from kiosk.display.board import board_screen
from kiosk.domain.branch import Branch
from kiosk.domain.role import Role
from kiosk.flow.boardstate import board_state
from kiosk.flow.state import branch_state
from kiosk.shapes.writing import Json
from kiosk.web.app import build
from kiosk.web.pages.routes import pages
from kiosk.web.server import listening, serve
from tests.web.conftest import PASSWORD, House, open_house


@dataclass
class Site:
    """A branch with its pages."""

    house: House
    http: httpx.AsyncClient
    """A browser: it keeps cookies and goes where it is sent only when told to."""

    async def sign_in(self, user: str = "anna", following: str = "/") -> httpx.Response:
        form = {"user": user, "password": PASSWORD, "next": following}
        return await self.http.post("/login", data=form, headers=self._own)

    async def command(self, path: str, console: str | None = None) -> httpx.Response:
        """A command of somebody at a console, or of a program without one."""
        page = {"kiosk-console": console} if console else {}
        body = {"service": "cash"} if path == "tickets" else {}
        return await self.http.post(f"/api/v1/{path}", json=body, headers=self._own | page)

    async def press(self, verb: str, console: str | None = None) -> None:
        answer = await self.command(f"counters/1/{verb}", console)
        assert answer.status_code == 200, answer.text

    @asynccontextmanager
    async def look(
        self, page: str, language: str = "en", console: str = ""
    ) -> AsyncIterator[ClientConnection]:
        """The socket of a live page, with the browser's cookies."""
        host = str(self.http.base_url).rstrip("/").replace("http", "ws", 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        headers = {"Cookie": cookies, "Origin": self._own["origin"]} if cookies else {}
        address = f"{host}/live?page={page}&language={language}&console={console}"
        async with connect(address, additional_headers=headers, proxy=None) as socket:
            yield socket

    @property
    def _own(self) -> dict[str, str]:
        return {"origin": str(self.http.base_url).rstrip("/")}


def _finished_board(branch: Branch) -> Json:
    return board_screen(
        board_state(branch),
        branch_state(branch),
        languages=branch.plan.languages,
        fallback="en",
        clock=(branch.time or pytest.fail("the day is open")).astimezone(branch.plan.zone),
    )


@asynccontextmanager
async def open_site(folder: Path) -> AsyncIterator[Site]:
    """With a teller ``anna``, an auditor ``max`` and one ticket that waits."""
    async with open_house(folder) as house:
        house.accounts.add_user("anna", Role.TELLER, PASSWORD, "Anna Wu")
        house.accounts.add_user("max", Role.AUDITOR, PASSWORD)
        await house.issue()
        context = replace(house.context, board_screen=_finished_board)
        opened = listening("127.0.0.1:0")
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        serving = asyncio.create_task(serve(build(context, pages(context)), opened))
        async with httpx.AsyncClient(
            base_url=address, trust_env=False, headers={"accept-language": "en"}
        ) as http:
            yield Site(house, http)
        serving.cancel()
        await asyncio.wait([serving])
