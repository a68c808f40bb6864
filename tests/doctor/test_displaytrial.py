"""Trying a screen: the picture in a window of its own, and real clicks on it."""

import asyncio
import os
import shutil
from contextlib import aclosing
from pathlib import Path

import pytest

from kiosk.doctor import displaytrial
from kiosk.doctor.displaytrial import try_display
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.settings.devices import DisplaySection
from tests.display.test_window import x_server

TOUCH = DisplaySection(id="touch", kind="touch")
TURNED = DisplaySection(id="touch", kind="touch", rotate=90)
BOARD = DisplaySection(id="board", kind="board")
MARKS = {
    TOUCH: [(20, 20), (520, 20), (520, 940), (20, 940), (270, 480)],
    TURNED: [(940, 20), (940, 520), (20, 520), (20, 20), (480, 270)],
}


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.doctor.atwork.PATIENCE", 1.0)


async def tried(section: DisplaySection) -> tuple[list[str], Finding]:
    steps: list[str] = []
    async with asyncio.timeout(30), aclosing(try_display(section, "en")) as told:
        async for step in told:
            if isinstance(step, Finding):
                return steps, step
            steps.append(step)
    raise AssertionError("nothing was found")


@pytest.mark.parametrize(
    ("section", "symptom"), [(TOUCH, Symptom.SILENT), (BOARD, Symptom.UNTESTED)]
)
async def test_a_picture_is_shown_and_judged_by_eyes(
    section: DisplaySection, symptom: Symptom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    steps, found = await tried(section)
    assert len(steps) == 1
    assert "the arrow points up" in steps[0]
    assert (found.status, found.symptom) == (Verdict.UNKNOWN, symptom)


async def test_without_a_screen_it_is_told_where_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.delenv("DISPLAY", raising=False)
    steps, found = await tried(TOUCH)
    assert not steps
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.NO_SCREEN)
    assert "DISPLAY=:0 kiosk doctor touch" in found.advice


@pytest.mark.xdist_group("xvfb")
@pytest.mark.skipif(
    not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="xvfb or xdotool is missing"
)
@pytest.mark.parametrize(
    ("section", "size"), [(TOUCH, "540x960"), (TURNED, "960x540")], ids=["upright", "turned"]
)
async def test_every_mark_is_touched_where_it_shows(
    section: DisplaySection, size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.doctor.atwork.PATIENCE", 20.0)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.delenv("DISPLAY", raising=False)
    async with x_server(size) as display, aclosing(try_display(section, "en")) as told:
        compositor = tmp_path / "display"
        compositor.write_text(f"DISPLAY={display}\n")
        monkeypatch.setattr(displaytrial, "COMPOSITOR", compositor)
        monkeypatch.delenv("SDL_VIDEODRIVER")
        assert "arrow" in str(await anext(told))
        touched: list[str] = []
        found: Finding | None = None
        over = asyncio.Event()
        clicking = asyncio.create_task(_click(display, MARKS[section], touched, over))
        async for step in told:
            if isinstance(step, Finding):
                found = step
            else:
                touched.append(step)
        over.set()
        await clicking
    assert touched == [f"Touched: {n}" for n in range(1, 6)]
    assert found is not None
    assert found.status is Verdict.OK


async def _click(
    display: str, points: list[tuple[int, int]], touched: list[str], over: asyncio.Event
) -> None:
    """Each until its mark is said to be touched: at first no window may listen yet."""
    while len(touched) < len(points) and not over.is_set():
        x, y = points[len(touched)]
        process = await asyncio.create_subprocess_exec(
            *("xdotool", "mousemove", str(x), str(y), "click", "1"),
            env=os.environ | {"DISPLAY": display},
            stderr=asyncio.subprocess.DEVNULL,
        )
        await process.wait()
