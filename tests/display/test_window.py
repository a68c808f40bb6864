"""The window process against a real WebSocket server."""

import asyncio
import logging
import os
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.display.scene import Label, Scene
from kiosk.display.window import NO_FEED, NO_VIDEO, WELL, Window
from kiosk.machine.correlation import correlation
from tests.display.examples import board, everything
from tests.display.feedserver import FeedServer, port_of, serving, window
from tests.support.eventually import until

SERVICES = everything()["services.en"] | {"number": 7}


async def test_a_window_comes_back_by_itself_and_ends_when_told() -> None:
    feed = FeedServer({"window": {"kind": "touch"}, "screen": SERVICES, "sequence": 1})
    async with serving(feed) as server:
        port = port_of(server)
        async with window(port, SDL_VIDEODRIVER="dummy") as process:
            await until(lambda: len(feed.connections) == 1)
            await feed.connections[0].close()
            await until(lambda: len(feed.connections) == 2)
            assert feed.tokens == ["Bearer t0", "Bearer t0"]
            began = time.monotonic()
            process.terminate()
            assert await process.wait() == WELL
            assert time.monotonic() - began < 3  # then it would be killed


async def test_without_a_screen_it_says_so() -> None:
    feed = FeedServer({})
    async with (
        serving(feed) as server,
        window(port_of(server), DISPLAY="", SDL_VIDEODRIVER="x11") as process,
    ):
        assert await asyncio.wait_for(process.wait(), 10) == NO_VIDEO


async def test_without_an_address_it_says_so() -> None:
    async with window(0, KIOSK_TOKEN="") as process:
        assert await asyncio.wait_for(process.wait(), 10) == NO_FEED


@pytest.mark.xdist_group("xvfb")
@pytest.mark.skipif(
    not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="xvfb or xdotool is missing"
)
@pytest.mark.parametrize(
    ("rotate", "screen_size", "at"),
    [(0, "540x960", (270, 380)), (90, "960x540", (579, 270))],
    ids=["upright", "turned"],
)
async def test_a_real_click_is_one_touch(
    rotate: int, screen_size: str, at: tuple[int, int]
) -> None:
    feed = FeedServer({"window": {"kind": "touch", "rotate": rotate}, "screen": SERVICES})
    async with (
        serving(feed) as server,
        x_server(screen_size) as display,
        window(port_of(server), DISPLAY=display, SDL_VIDEODRIVER="x11"),
    ):
        await until(lambda: feed.connections)
        while not feed.received:  # at first nothing may be drawn yet that could be touched
            await double_click(display, at)
            with suppress(AssertionError):
                await until(lambda: feed.received, within=2)
    assert feed.received[0] == {"touch": "service:s0", "screen": 7}
    assert len(feed.received) == 1


async def double_click(display: str, at: tuple[int, int]) -> None:
    process = await asyncio.create_subprocess_exec(
        "xdotool",
        *("mousemove", *map(str, at), "click", "1", "click", "1"),
        env=os.environ | {"DISPLAY": display},
    )
    assert await process.wait() == 0


@asynccontextmanager
async def x_server(size: str) -> AsyncIterator[str]:
    """An X server on a free display of its own choice."""
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        f"{size}x24",
        "-nolisten",
        "tcp",
        pass_fds=[writing],
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        number = await asyncio.to_thread(os.read, reading, 16)
        yield f":{number.decode().strip()}"
    finally:
        os.close(reading)
        process.terminate()
        await process.wait()


NOW = datetime(2026, 11, 20, 1, 31, 7, tzinfo=UTC)


class Shown:
    """Where a window draws to in these tests."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.arrangements: list[Any] = []
        self.window = Window(self.scenes.append, self.arrangements.append, ["zh", "en"])

    def texts(self) -> list[str]:
        return [part.text for part in self.scenes[-1].parts if isinstance(part, Label)]


def test_a_board_is_stale_at_once_and_keeps_its_picture() -> None:
    shown = Shown()
    shown.window.receive({"window": {"kind": "board"}, "screen": board(2)})
    shown.window.refresh(NOW, 100)
    assert "09:31" in shown.texts()
    shown.window.lose(NOW, 100)
    shown.window.refresh(NOW + timedelta(seconds=9), 109)
    assert any("09:31:07" in text for text in shown.texts())
    assert "A100" in shown.texts()
    shown.window.receive({"screen": board(1)})
    shown.window.refresh(NOW, 110)
    assert not any("09:31:07" in text for text in shown.texts())


def test_a_touch_screen_without_connection_asks_to_wait_and_then_for_staff() -> None:
    shown = Shown()
    shown.window.receive({"screen": SERVICES})
    shown.window.refresh(NOW, 100)
    shown.window.lose(NOW, 100)
    shown.window.refresh(NOW, 100.5)
    assert "One moment, please" in shown.texts()
    assert "请稍候…" in shown.texts()
    assert "Please ask our staff for your number." not in shown.texts()
    assert shown.window.touched(270 * 2, 380 * 2, 101) is None
    shown.window.refresh(NOW, 102)
    assert "Please ask our staff for your number." in shown.texts()


def test_before_it_knows_what_it_is_a_window_waits_a_moment() -> None:
    shown = Shown()
    shown.window.refresh(NOW, 100)
    assert shown.scenes == []
    shown.window.refresh(NOW, 102)
    assert "One moment, please" in shown.texts()


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        (["cs"], ["Okamžik, prosím"]),
        (["ru", "zh", "en"], ["Подождите, пожалуйста", "请稍候…"]),
        (["kk"], ["One moment, please"]),
        ([], ["One moment, please"]),
    ],
)
def test_a_window_alone_speaks_the_branchs_first_two_languages(
    languages: list[str], said: list[str]
) -> None:
    shown: list[Scene] = []
    alone = Window(shown.append, lambda _: None, languages)
    alone.refresh(NOW, 100)
    alone.refresh(NOW, 102)
    texts = [part.text for part in shown[-1].parts if isinstance(part, Label)]
    assert texts[: len(said)] == said
    assert len(texts) == 2 * len(said)


def test_the_journal_tells_what_was_shown_to_whom_and_nothing_that_stood_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "kiosk.display")
    shown, abouts = Shown(), list[str | None]()

    def note(record: logging.LogRecord) -> bool:
        abouts.append(correlation())
        return True

    caplog.handler.addFilter(note)
    shown.window.receive({"screen": SERVICES | {"visit": "v1"}})
    shown.window.receive({"screen": SERVICES | {"visit": "v1", "number": 8}})
    shown.window.receive({"screen": everything()["idle.en"] | {"visit": None}})
    shown.window.lose(NOW, 100)
    shown.window.refresh(NOW, 100)
    shown.window.receive({"screen": SERVICES | {"visit": "v2"}})
    told = ["shows services", "shows idle", "the branch is away", "the branch is there"]
    assert caplog.messages == [*told, "shows services"]
    assert abouts == ["v1", None, None, None, "v2"]


async def test_what_a_window_says_can_be_read_as_a_childs(tmp_path: Path) -> None:
    feed = FeedServer({"screen": SERVICES | {"visit": "v1"}})
    said = tmp_path / "said"
    async with serving(feed) as server:
        with said.open("w") as stderr:
            async with window(port_of(server), stderr=stderr, SDL_VIDEODRIVER="dummy"):
                await until(lambda: "shows services" in said.read_text())
    assert "<6>shows services [v1]" in said.read_text().splitlines()


async def test_a_window_loads_nothing_that_is_the_controllers_alone(tmp_path: Path) -> None:
    """P11: each of these would be megabytes in every window."""
    feed = FeedServer({"screen": SERVICES})
    said = tmp_path / "said"
    telling = {"PYTHONPROFILEIMPORTTIME": "1", "SDL_VIDEODRIVER": "dummy"}
    async with serving(feed) as server:
        with said.open("w") as stderr:
            async with window(port_of(server), stderr=stderr, **telling) as process:
                await until(lambda: "shows services" in said.read_text())
                libraries = Path(f"/proc/{process.pid}/maps").read_text()
    loaded = set(re.findall(r"^import time:.*\| +(\S+)$", said.read_text(), re.MULTILINE))
    assert loaded >= {"pygame.font", "websockets.sync.client", "kiosk.display.render"}
    assert not loaded & {"asyncio", "pydantic", "kiosk.domain.events", "kiosk.identities"}
    assert "SDL2_ttf" in libraries
    assert not re.findall("SDL2_(?:mixer|image)", libraries)
    assert not {name for name in loaded if name.startswith(("kiosk.settings", "kiosk.store"))}


def test_nothing_is_drawn_twice() -> None:
    shown = Shown()
    shown.window.receive({"screen": SERVICES})
    shown.window.refresh(NOW, 100)
    shown.window.receive({"event": {"type": "kiosk.ticket.issued"}})
    shown.window.refresh(NOW, 101)
    assert len(shown.scenes) == 1


def test_a_second_press_within_a_moment_is_the_same_press() -> None:
    shown = Shown()
    shown.window.receive({"screen": SERVICES})
    shown.window.refresh(NOW, 100)
    touches = [shown.window.touched(540, 760, moment) for moment in (101, 101.3, 101.5)]
    assert [bool(touch) for touch in touches] == [True, False, True]


def test_a_window_is_arranged_when_that_changes() -> None:
    shown = Shown()
    for rotate in (90, 90, 180):
        shown.window.receive({"window": {"kind": "touch", "rotate": rotate}, "screen": SERVICES})
        shown.window.refresh(NOW, 100)
    assert [one["rotate"] for one in shown.arrangements] == [90, 180]
    assert len(shown.scenes) == 2
