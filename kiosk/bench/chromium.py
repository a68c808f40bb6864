"""Chromium without a screen, led over its DevTools protocol (version 1.3): pages as people have them.

What a page paints is told in the time of ``time.perf_counter``: on Linux both read CLOCK_MONOTONIC.
"""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.bench.figure import NotMeasurable
from kiosk.bench.site import ended
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

Json = dict[str, Any]

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WITHIN = 15.0
"""Seconds; what takes a page longer never comes."""

_OPTIONS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--window-size=1366,900",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_AGAIN = 0.05
_WATCHING = Path(__file__).with_name("painted.js")


@dataclass(frozen=True, slots=True)
class Painted:
    """A text that the browser has shown, in seconds of ``time.perf_counter``."""

    text: str
    arrived: float
    """It stood in the document."""
    at: float
    """The frame with it was presented (Element Timing API, ``renderTime``)."""


class Page:
    """A page of the browser. Raises KioskError when the browser refuses something."""

    def __init__(self, socket: "ClientConnection", session: str | None) -> None:
        self._socket = socket
        self._addressed = {"sessionId": session} if session else {}
        self._asked = 0
        self._painted: deque[Json] = deque()
        self._origin = 0.0

    async def watch(self, selector: str) -> None:
        """From the next page on tell when the texts of these elements are painted."""
        script = _WATCHING.read_text().replace("WATCHED", json.dumps(selector))
        await self.ask("Runtime.addBinding", name="painted")
        await self.ask("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def open(self, address: str, shown: str) -> None:
        """Go there and wait until this expression holds in the page. Raises KioskError."""
        await self.ask("Page.navigate", url=address)
        async with _in_time(f"{address} was not shown"):
            await self._until(shown)
        metrics = (await self.ask("Performance.getMetrics"))["metrics"]
        # The clock at which the page's performance.now() was 0.
        (self._origin,) = (one["value"] for one in metrics if one["name"] == "NavigationStart")
        self._painted.clear()

    async def evaluate(self, expression: str) -> Any:
        """What the expression is in the page, awaited; None when it has no value there."""
        answer = await self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        return answer["result"].get("value") if "exceptionDetails" not in answer else None

    async def painted(self, text: str) -> Painted:
        """When it first showed this text. Raises KioskError."""
        async with _in_time(f"the page did not show {text}"):
            while (found := await self._next())["text"] != text:
                pass
        arrived, at = (self._origin + found[name] / 1000 for name in ("arrived", "at"))
        return Painted(text, arrived, at)

    async def ask(self, method: str, **parameters: object) -> Json:
        """Command of the protocol; its result."""
        self._asked += 1
        order = {"id": self._asked, "method": method, "params": parameters, **self._addressed}
        await self._socket.send(json.dumps(order))
        while (answer := await self._message()).get("id") != self._asked:
            pass
        if "error" in answer:
            raise KioskError(f"{method}: {answer['error']['message']}")
        result: Json = answer["result"]
        return result

    async def _until(self, expression: str) -> None:
        while True:
            if await self.evaluate(f"Boolean({expression})"):
                return
            await asyncio.sleep(_AGAIN)

    async def _next(self) -> Json:
        while not self._painted:
            await self._message()
        return self._painted.popleft()

    async def _message(self) -> Json:
        message: Json = json.loads(await self._socket.recv())
        if message.get("method") == "Runtime.bindingCalled":
            self._painted.append(json.loads(message["params"]["payload"]))
        return message


def program() -> str:
    """The machine's browser. Raises NotMeasurable."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise NotMeasurable("there is no Chromium here: apt install chromium")
    return found


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Page]:
    """An empty page of a browser of its own, which keeps its things in this folder.

    Raises NotMeasurable without a browser.
    """
    from websockets.asyncio.client import connect

    # Its sandbox doesn't work for root.
    apart = () if os.geteuid() else ("--no-sandbox",)
    process = await asyncio.create_subprocess_exec(
        *(program(), *_OPTIONS, *apart, f"--user-data-dir={folder}", "about:blank"),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        async with connect(
            await _address(folder / "DevToolsActivePort"),
            compression=None,
            max_size=None,
            proxy=None,
        ) as socket:
            yield await _first_page(socket)
    finally:
        await ended(process)


@asynccontextmanager
async def _in_time(missed: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(WITHIN):
            yield
    except TimeoutError:
        raise KioskError(f"{missed} within {WITHIN:.0f} s") from None


async def _address(told: Path) -> str:
    """Where the browser listens; it writes port and path into this file when it does."""
    async with _in_time("Chromium did not start"):
        while True:
            if len(lines := _lines(told)) == 2:
                return "ws://127.0.0.1:{}{}".format(*lines)
            await asyncio.sleep(_AGAIN)


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


async def _first_page(socket: "ClientConnection") -> Page:
    browser = Page(socket, None)
    targets = (await browser.ask("Target.getTargets"))["targetInfos"]
    target = next(one["targetId"] for one in targets if one["type"] == "page")
    attached = await browser.ask("Target.attachToTarget", targetId=target, flatten=True)
    page = Page(socket, attached["sessionId"])
    for domain in ("Page", "Performance", "Runtime"):
        await page.ask(f"{domain}.enable")
    return page
