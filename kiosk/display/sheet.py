"""The sheet on which a touch screen is laid out: its measures, its colours, and what all of them have.

Made for a portrait screen of 21.5 inches, where 20 mm are 81 pixels and its height is 476 mm. Buttons
stay in the lower two thirds; the upper third speaks. For somebody in a wheelchair they stay in the
lower 45 %, the lowest 214 mm: below 1.2 m where the screen's lower edge is mounted below 0.98 m.
"""

from collections.abc import Sequence
from typing import Any

from kiosk.display import palette
from kiosk.display.palette import Colour
from kiosk.display.scene import Icon, Label, Panel, Part, Rect, Scene

Json = dict[str, Any]

WIDTH, HEIGHT = 1080, 1920
MARGIN = 56
GAP = 24
INNER = WIDTH - 2 * MARGIN

REACH = HEIGHT // 3
LOW_REACH = HEIGHT * 55 // 100
"""Buttons stand below this line, from a wheelchair below the other."""

LANGUAGES = Rect(MARGIN, 1556, INNER, 100)
WAY_OUT = Rect(MARGIN, 1680, INNER, 106)
BOTTOM = Rect(MARGIN, 1808, INNER, 94)
"""Rows of most screens."""

ACCESS_WIDTH = 116


class Sheet:
    """One touch screen on its way, as large and as low as its person wants it."""

    def __init__(self, screen: Json) -> None:
        self.screen = screen
        self.large = bool(screen.get("large_text"))
        self.low = bool(screen.get("low_reach"))
        self.inks = palette.STRONG if self.large else palette.USUAL
        self._parts: list[Part] = []

    def scene(self) -> Scene:
        """Everything that was put on it."""
        return Scene(WIDTH, HEIGHT, self.inks.paper, tuple(self._parts))

    def put(self, *parts: Part) -> None:
        """Put parts on it, each above those before."""
        self._parts += parts

    def size(self, pixels: int) -> int:
        """How large a text is that usually has this size."""
        return pixels * 4 // 3 if self.large else pixels

    def styled(self, *styles: str) -> list[Json]:
        """The screen's buttons of these styles."""
        return [button for button in self.screen["buttons"] if button["style"] in styles]

    def hero(self, height: int) -> None:
        """The upper part, with the branch's name."""
        self.put(Panel(Rect(0, 0, WIDTH, height), self.inks.hero))
        if branch := self.screen["branch"]:
            self.speak(Rect(MARGIN, 40, INNER, 64), branch, 40, quiet=True)

    def speak(
        self, place: Rect, text: str, size: int, *, quiet: bool = False, bold: bool = False
    ) -> None:
        """A text of the upper part."""
        colour = self.inks.on_hero_quiet if quiet else self.inks.on_hero
        self.put(Label(place, text, self.size(size), colour, self.inks.hero, bold))

    def sign(self, place: Rect, name: str) -> None:
        """A sign of the upper part."""
        self.put(Icon(place, name, self.inks.on_hero, self.inks.hero))

    def notice(self, place: Rect) -> bool:
        """The screen's notice; False when it has none."""
        text = self.screen["notice"]
        if text is None:
            return False
        on = (self.inks.on_notice, self.inks.notice)
        self.put(Panel(place, self.inks.notice, radius=24))
        self.put(Label(place.inset(40, 16), text, self.size(40), *on, bold=True))
        return True

    def countdown(self, top: int) -> bool:
        """The seconds left, in a circle, and a bar that grows shorter with them; False: not yet."""
        left = self.screen["countdown"]
        if left is None:
            return False
        circle = Rect(WIDTH // 2 - 100, top, 200, 200)
        on = (self.inks.hero, self.inks.on_hero)
        self.put(Panel(circle, self.inks.on_hero, radius=100))
        self.put(Label(circle.inset(24, 24), str(left["seconds"]), 110, *on, bold=True))
        self.speak(Rect(MARGIN, top + 212, INNER, 108), left["text"], 64, bold=True)
        length = min(left["seconds"] * 72, INNER)
        bar = Rect((WIDTH - length) // 2, top + 340, length, 16)
        self.put(Panel(bar, self.inks.on_hero, radius=8))
        return True

    def row(self, buttons: Sequence[Json], area: Rect, size: int) -> None:
        """Buttons beside each other, as wide as the row."""
        for button, place in zip(buttons, grid(area, len(buttons), len(buttons)), strict=True):
            self.button(button, place, size)

    def button(self, button: Json, place: Rect, size: int) -> None:
        """One button; while it is disabled it can't be touched and looks so."""
        fill, colour, outline = self._style(button["style"])
        action = button["action"]
        if not button["enabled"]:
            fill, colour, outline = self.inks.disabled, self.inks.quiet, self.inks.line
            action = None
        self.put(Panel(place, fill, min(28, place.height // 3), outline, action))
        words = place.inset(min(24, place.width // 12), 6)
        if button["detail"] and button["style"] == "phone":
            detail = words.strip(words.height * 3 // 5, words.height * 2 // 5)
            words = words.strip(0, words.height * 3 // 5)
            self.put(Label(detail, button["detail"], self.size(40), colour, fill))
        self.put(Label(words, button["label"], self.size(size), colour, fill, bold=True))

    def bottom(self) -> None:
        """What stands below every screen: the way to help, and how else the screen can be."""
        sides = (BOTTOM.x, BOTTOM.right - ACCESS_WIDTH)
        buttons = self.styled("access", "access-on")
        for button, left in zip(buttons, sides, strict=False):
            fill, colour, outline = self._style(button["style"])
            place = Rect(left, BOTTOM.y, ACCESS_WIDTH, BOTTOM.height)
            self.put(Panel(place, fill, 24, outline, button["action"]))
            self.put(Icon(place.inset(22, 11), button["icon"], colour, fill))
        if text := self.screen["footer"]:
            words = BOTTOM.inset(ACCESS_WIDTH + 12, 0) if buttons else BOTTOM
            self.put(Label(words, text, self.size(32), self.inks.quiet, self.inks.paper))

    def _style(self, style: str) -> tuple[Colour, Colour, Colour | None]:
        """What a button is filled with, written in, and outlined by."""
        inks = self.inks
        match style:
            case "primary" | "access-on":
                return inks.primary, inks.on_primary, None
            case "quiet":
                return inks.paper, inks.ink, inks.quiet
            case "phone":
                return inks.pale, inks.on_pale, inks.line
            case "key":
                return inks.card, inks.ink, inks.line
            case _:
                return inks.card, inks.link, inks.line


def grid(area: Rect, count: int, columns: int, tallest: int | None = None) -> list[Rect]:
    """Equal places from the upper left on; rows fill the area unless that makes them too tall."""
    if count == 0:
        return []
    rows = -(-count // columns)
    gap = GAP if area.height // rows >= 150 else GAP // 2
    height = (area.height - gap * (rows - 1)) // rows
    height = min(height, tallest) if tallest else height
    width = (area.width - GAP * (columns - 1)) // columns
    return [
        Rect(
            area.x + nth % columns * (width + GAP),
            area.y + nth // columns * (height + gap),
            width,
            height,
        )
        for nth in range(count)
    ]
