"""What the touch screens share: their measures, the coloured upper part, and buttons.

Made for a portrait screen of 21.5 inches, where 20 mm are 81 pixels. Buttons stay in the lower two
thirds, within reach from a wheelchair; the upper third speaks.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.display import palette
from kiosk.display.palette import Colour
from kiosk.display.scene import Label, Panel, Part, Rect

Json = dict[str, Any]

WIDTH, HEIGHT = 1080, 1920
MARGIN = 56
GAP = 24
REACH = HEIGHT // 3
"""Buttons stand below this line."""

INNER = WIDTH - 2 * MARGIN
FOOTER = Rect(MARGIN, 1826, INNER, 60)

ON_HERO: tuple[Colour, Colour] = (palette.ON_ACCENT, palette.ACCENT)


def hero(screen: Json, height: int) -> Iterator[Part]:
    """The accent-coloured upper part, with the branch's name."""
    yield Panel(Rect(0, 0, WIDTH, height), palette.ACCENT)
    place = Rect(MARGIN, 48, INNER, 56)
    yield Label(place, screen["branch"], 40, palette.ON_ACCENT_QUIET, palette.ACCENT)


def on_hero(place: Rect, text: str, size: int, *, quiet: bool = False, bold: bool = False) -> Label:
    """A text of the upper part."""
    colour = palette.ON_ACCENT_QUIET if quiet else palette.ON_ACCENT
    return Label(place, text, size, colour, palette.ACCENT, bold)


def put_notice(text: str | None, place: Rect) -> Iterator[Part]:
    """A notice; nothing when there is none."""
    if text is None:
        return
    yield Panel(place, palette.NOTICE, radius=24)
    yield Label(place.inset(40, 16), text, 40, palette.ON_NOTICE, palette.NOTICE, bold=True)


def put_countdown(countdown: Json) -> Iterator[Part]:
    """The seconds left, in a circle, and a bar that grows shorter with them."""
    circle = Rect(WIDTH // 2 - 100, 136, 200, 200)
    yield Panel(circle, palette.ON_ACCENT, radius=100)
    seconds = str(countdown["seconds"])
    yield Label(circle.inset(24, 24), seconds, 110, palette.ACCENT, palette.ON_ACCENT, True)
    yield on_hero(Rect(MARGIN, 352, INNER, 96), countdown["text"], 64, bold=True)
    length = min(countdown["seconds"] * 72, INNER)
    yield Panel(Rect((WIDTH - length) // 2, 484, length, 16), palette.ON_ACCENT, radius=8)


def put_row(buttons: Sequence[Json], area: Rect, size: int) -> Iterator[Part]:
    """Buttons beside each other, as wide as the row."""
    for button, place in zip(buttons, grid(area, len(buttons), len(buttons)), strict=True):
        yield from put_button(button, place, size)


def put_button(button: Json, place: Rect, size: int) -> Iterator[Part]:
    """One button; while it is disabled it can't be touched and looks so."""
    fill, colour = _STYLES[button["style"]]
    outline, action = _OUTLINES[button["style"]], button["action"]
    if not button["enabled"]:
        fill, colour, outline, action = palette.DISABLED, palette.QUIET, palette.LINE, None
    yield Panel(place, fill, min(28, place.height // 3), outline, action)
    yield Label(place.inset(24, 10), button["label"], size, colour, fill, bold=True)


_STYLES: dict[str, tuple[Colour, Colour]] = {
    "primary": (palette.ACCENT, palette.ON_ACCENT),
    "quiet": (palette.PAPER, palette.INK),
    "language": (palette.CARD, palette.ACCENT),
    "country": (palette.CARD, palette.ACCENT),
    "key": (palette.CARD, palette.INK),
    "phone": (palette.ACCENT_PALE, palette.ACCENT),
}
_OUTLINES: dict[str, Colour | None] = {
    "primary": None,
    "quiet": palette.QUIET,
    "language": palette.LINE,
    "country": palette.LINE,
    "key": palette.LINE,
    "phone": palette.LINE,
}


def styled(screen: Json, *styles: str) -> list[Json]:
    """The screen's buttons of these styles."""
    return [button for button in screen["buttons"] if button["style"] in styles]


def grid(area: Rect, count: int, columns: int, tallest: int | None = None) -> list[Rect]:
    """Equal places from the upper left on; rows fill the area unless that makes them too tall."""
    if count == 0:
        return []
    rows = -(-count // columns)
    gap = GAP if rows <= 5 else GAP // 2
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
