"""What stands on which screen, under the compositor of production and by its shipped words."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kiosk.display.compositor import ScreensFault, compositor_configuration
from kiosk.display.picture import picture
from kiosk.display.window import WELL
from kiosk.settings.devices import DisplaySection
from tests.display.examples import Json, board, everything
from tests.display.feedserver import FeedServer, port_of, serving, window
from tests.support.compositor import NEEDS_A_COMPOSITOR, Screens, compositor
from tests.support.eventually import until
from tests.support.touchpanel import NEEDS_A_PANEL, OPENING_IT, beside_a_panel

TOUCH = DisplaySection(id="touch", kind="touch", output="HEADLESS-1", rotate=90)
BOARD = DisplaySection(id="board", kind="board", output="HEADLESS-2")
SERVICES = everything()["services.zh"] | {"number": 7}


def drawn(screen: Json, *, turn: int = 0) -> Image.Image:
    """The driver without a screen; turned clockwise, as the panel lies."""
    return Image.open(io.BytesIO(picture(screen))).convert("RGB").rotate(-turn, expand=True)


def alike(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def on_the_wall(screens: Screens, screen: Json) -> bool:
    """Whether the second screen shows this board; a minute may have passed meanwhile."""
    wall = screens.picture("HEADLESS-2")
    here = datetime.now(UTC) + timedelta(seconds=screen["offset"])
    clocks = (here, here - timedelta(minutes=1))
    return any(alike(wall, drawn(screen | {"clock": f"{clock:%H:%M}"})) for clock in clocks)


@asynccontextmanager
async def window_of(
    display: DisplaySection, screen: Json, screens: Screens
) -> AsyncIterator[FeedServer]:
    setup = display.model_dump(include={"kind", "output", "rotate"})
    feed = FeedServer({"window": setup, "screen": screen})
    async with (
        serving(feed) as server,
        window(port_of(server), display.id, DISPLAY=screens.display),
    ):
        yield feed


@NEEDS_A_COMPOSITOR
@pytest.mark.xdist_group("xvfb")
class TestOnTwoScreens:
    async def test_each_window_fills_its_own_as_it_looks_without_one(self, tmp_path: Path) -> None:
        calls = board(3)
        words = compositor_configuration([TOUCH, BOARD])
        async with (
            compositor(tmp_path / "run", words) as screens,
            window_of(TOUCH, SERVICES, screens),
            window_of(BOARD, calls, screens),
        ):
            wanted = drawn(SERVICES, turn=90)
            await until(lambda: alike(screens.picture("HEADLESS-1"), wanted))
            await until(lambda: on_the_wall(screens, calls))

    async def test_a_window_that_is_begun_anew_comes_back_to_its_place(
        self, tmp_path: Path
    ) -> None:
        words = compositor_configuration([TOUCH, BOARD])
        async with compositor(tmp_path / "run", words) as screens:
            wanted, black = drawn(SERVICES, turn=90), Image.new("RGB", (1920, 1080))
            for _ in range(2):
                async with window_of(TOUCH, SERVICES, screens):
                    await until(lambda: alike(screens.picture("HEADLESS-1"), wanted))
                await until(lambda: alike(screens.picture("HEADLESS-1"), black))
            assert alike(screens.picture("HEADLESS-2"), black)

    async def test_a_screen_that_is_plugged_out_and_in_again_gets_its_window_back(
        self, tmp_path: Path
    ) -> None:
        calls = board(3)
        words = compositor_configuration([TOUCH, BOARD])
        async with (
            compositor(tmp_path / "run", words) as screens,
            window_of(TOUCH, SERVICES, screens),
            window_of(BOARD, calls, screens),
        ):
            wanted = drawn(SERVICES, turn=90)
            await until(lambda: alike(screens.picture("HEADLESS-1"), wanted))
            await until(lambda: on_the_wall(screens, calls))
            screens.tell("output", "HEADLESS-1", "disable")
            assert on_the_wall(screens, calls)
            screens.tell("output", "HEADLESS-1", "enable")
            await until(lambda: alike(screens.picture("HEADLESS-1"), wanted))

    async def test_a_window_ends_with_its_compositor_for_systemd_to_begin_it_anew(
        self, tmp_path: Path
    ) -> None:
        feed = FeedServer({"window": {"kind": "touch", "rotate": 90}, "screen": SERVICES})
        words = compositor_configuration([TOUCH])
        async with AsyncExitStack() as ending:
            server = await ending.enter_async_context(serving(feed))
            async with compositor(tmp_path / "run", words) as screens:
                shown = window(port_of(server), DISPLAY=screens.display)
                process = await ending.enter_async_context(shown)
                wanted = drawn(SERVICES, turn=90)
                await until(lambda: alike(screens.picture("HEADLESS-1"), wanted))
            assert await asyncio.wait_for(process.wait(), 10) != WELL

    @NEEDS_A_PANEL
    @pytest.mark.parametrize(
        ("rotate", "x", "y"), [(90, 1160, 540), (270, 760, 540), (0, 960, 540 - 140)]
    )
    async def test_a_finger_touches_what_it_points_at(
        self, tmp_path: Path, rotate: int, x: int, y: int
    ) -> None:
        """``x`` and ``y`` are where the first service is to be seen, in pixels of the panel."""
        lying = TOUCH.model_copy(update={"rotate": rotate})
        words = compositor_configuration([lying, BOARD])
        panel = beside_a_panel(tmp_path, x / 1920, y / 1080)
        async with (
            compositor(tmp_path / "run", words, OPENING_IT, panel) as screens,
            window_of(lying, SERVICES, screens) as feed,
        ):
            await until(lambda: feed.received)
        assert feed.received[0] == {"touch": "service:s0", "screen": 7}


class TestTheConfiguration:
    def test_maps_the_panel_onto_the_touch_screens_output(self) -> None:
        words = compositor_configuration([TOUCH, BOARD]).splitlines()
        assert "input type:touch map_to_output HEADLESS-1" in words
        assert "workspace kiosk-board output HEADLESS-2" in words

    def test_leaves_several_panels_to_udev(self) -> None:
        other = DisplaySection(id="other", kind="touch", output="DP-1")
        assert "input" not in compositor_configuration([TOUCH, other])

    def test_needs_no_output_for_one_screen(self) -> None:
        alone = DisplaySection(id="touch", kind="touch")
        assert "output HEADLESS" not in compositor_configuration([alone])

    @pytest.mark.parametrize(
        ("outputs", "told"),
        [
            ([], "[[display]] is missing"),
            (["0"], "[[display]] d0: output: a number means nothing to a compositor"),
            (["DP-1", ""], "[[display]] d1: output: is needed to tell several screens apart"),
            (["DP-1", "DP-1"], "[[display]] d1: output: DP-1 is the screen of another display"),
        ],
    )
    def test_names_what_it_cannot_tell_apart(self, outputs: list[str], told: str) -> None:
        displays = [
            DisplaySection(id=f"d{nth}", kind="board", output=output)
            for nth, output in enumerate(outputs)
        ]
        with pytest.raises(ScreensFault) as fault:
            compositor_configuration(displays)
        assert told in str(fault.value)
        assert fault.value.exit_code == 2
