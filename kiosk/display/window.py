"""A window: draws the screens that the controller finished, and sends touches back.

A process of its own, kept small: neither pydantic nor MQTT nor the settings are loaded here.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.display.boardlayout import pages
from kiosk.display.buttons import repeat_within
from kiosk.display.connection import Connection
from kiosk.display.layout import scene
from kiosk.display.outage import lost_screen, stale
from kiosk.display.scene import Scene
from kiosk.machine.correlation import correlate
from kiosk.machine.journal import MarkedLines, keep_journal

if TYPE_CHECKING:
    from kiosk.display.canvas import Canvas

Json = dict[str, Any]

WELL, NO_FEED, NO_VIDEO = 0, 2, 3
"""Exit codes."""

HINT_AFTER = 2.0
"""Seconds without a connection after which the touch screen sends people to the staff."""

PAGE_SECONDS = 5
"""How long one page of a board with many calls stands."""

NAP = 0.5
"""Seconds that the window waits for something to happen before it looks at the time."""

logger = logging.getLogger(__name__)


def run(name: str) -> int:
    """Show the display of this name until SIGTERM; the exit code.

    ``KIOSK_FEED`` has the address of its feed and ``KIOSK_TOKEN`` the token that lets it in;
    ``KIOSK_CERTIFICATE`` names the file with the branch's certificate, for a feed by TLS;
    ``KIOSK_LANGUAGES`` has the branch's languages, for what it says by itself. Exits with 3 when
    there is no video output.
    """
    feed, token = os.environ.get("KIOSK_FEED"), os.environ.get("KIOSK_TOKEN")
    if not feed or not token:
        print(f"kiosk display {name}: KIOSK_FEED and KIOSK_TOKEN are not set", file=sys.stderr)
        return NO_FEED
    keep_journal(sys.stderr, os.environ, MarkedLines(), device=name)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    # An accelerated window would take 159 MB and 26 ms a frame instead of 42 MB and 2 ms.
    os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = "0"
    # Sound and picture files would be 3 and 1 MB of libraries for nothing: it has neither.
    spared = ("pygame.mixer", "pygame.mixer_music", "pygame.imageext")
    sys.modules |= dict.fromkeys(spared)  # type: ignore[arg-type]
    os.environ["SDL_VIDEO_X11_WMCLASS"] = window_class(name)
    from kiosk.display.canvas import Canvas, NoVideo

    try:
        with Canvas(f"kiosk {name}") as canvas:
            _follow(canvas, feed, token, os.environ.get("KIOSK_LANGUAGES", "").split())
    except NoVideo as error:
        logger.error("no video output: %s", error)
        return NO_VIDEO
    return WELL


def window_class(name: str) -> str:
    """What the window of this display calls itself, for a compositor to know it by."""
    return f"kiosk-{name}"


def _follow(canvas: "Canvas", feed: str, token: str, languages: Sequence[str]) -> None:
    """Until SIGTERM, or until the window is closed."""
    signal.signal(signal.SIGTERM, lambda *_: canvas.stop())
    window = Window(canvas.show, canvas.arrange, languages)
    certificate = Path(os.environ.get("KIOSK_CERTIFICATE", ""))
    connection = Connection(
        feed, token, canvas.post, lambda: canvas.post({"lost": True}), certificate
    )
    connection.open()
    try:
        for happening in canvas.happenings(NAP):
            match happening:
                case (x, y):
                    if touch := window.touched(x, y, time.monotonic()):
                        connection.send(touch)
                case {"lost": True}:
                    window.lose(datetime.now(UTC), time.monotonic())
                case dict():
                    window.receive(happening)
            window.refresh(datetime.now(UTC), time.monotonic())
    finally:
        connection.close()


class Window:
    """What a window shows at each moment. Times come in: UTC, and seconds of a steady clock."""

    def __init__(
        self,
        show: Callable[[Scene], None],
        arrange: Callable[[Json], None],
        languages: Sequence[str] = (),
    ) -> None:
        """``show`` draws; ``arrange`` is told how the window is to stand, whenever that changes.

        ``languages`` are the branch's, for what is said without it; English when there are none.
        """
        self._languages = languages
        self._show = show
        self._arrange = arrange
        self._arrangement: Json | None = None
        self._screen: Json | None = None
        self._lost_at: float | None = None
        self._lost_since: datetime | None = None
        self._shown: Scene | None = None
        self._pressed = float("-inf")

    def receive(self, message: Json) -> None:
        """A message of the feed; whatever isn't for windows is passed over."""
        if (arrangement := message.get("window")) and arrangement != self._arrangement:
            self._arrangement = arrangement
            self._arrange(arrangement)
            self._shown = None
        if "screen" in message:
            self._turn_to(message["screen"])
            self._lost_at = self._lost_since = None

    def _turn_to(self, screen: Json) -> None:
        """Lines from now on are about this screen's visit; no text of a screen is ever in one."""
        if self._lost_at is not None:
            logger.info("the branch is there")
        correlate(screen.get("visit"))
        if self._screen is None or self._screen["kind"] != screen["kind"]:
            logger.info("shows %s", screen["kind"])
        self._screen = screen

    def lose(self, now: datetime, moment: float) -> None:
        """The connection ended."""
        logger.warning("the branch is away")
        self._be_lost(now, moment)

    def _be_lost(self, now: datetime, moment: float) -> None:
        self._lost_at, self._lost_since = moment, now

    def touched(self, x: float, y: float, moment: float) -> Json | None:
        """What to send for a touch at a point of the scene; None when it means nothing."""
        if self._lost_at is not None or self._screen is None or self._shown is None:
            return None
        action = self._shown.action_at(x, y)
        if action is None or moment - self._pressed < repeat_within(action):
            return None
        self._pressed = moment
        return {"touch": action, "screen": self._screen.get("number")}

    def refresh(self, now: datetime, moment: float) -> None:
        """Draw what is to be seen now, when it isn't drawn already."""
        if self._lost_at is None and self._screen is None:
            self._be_lost(now, moment)
        wanted = self._scene(now, moment)
        if wanted is not None and wanted != self._shown:
            self._shown = wanted
            self._show(wanted)

    def _scene(self, now: datetime, moment: float) -> Scene | None:
        """None while it isn't known yet what kind of window this is."""
        screen = self._screen
        if screen is not None and screen["kind"] == "board":
            page = int(moment) // PAGE_SECONDS % pages(screen)
            return scene(self._board(screen, now), page)
        if screen is not None and self._lost_at is None:
            return scene(screen)
        assert self._lost_at is not None
        hint = moment - self._lost_at >= HINT_AFTER
        if screen is None and not hint:
            return None
        return scene(lost_screen(self._languages, staff_hint=hint))

    def _board(self, board: Json, now: datetime) -> Json:
        """The board with the clock going, or with the time since when it stands still."""
        offset = timedelta(seconds=board["offset"])
        if self._lost_since is not None:
            return stale(board, self._languages, f"{self._lost_since + offset:%H:%M:%S}")
        return board | {"clock": f"{now + offset:%H:%M}"}
