"""Touch screens in their places: finished screen → scene of 1080 by 1920 pixels.

Made for a portrait screen of 21.5 inches, where 20 mm are 81 pixels. Buttons stay in the lower two
thirds, within reach from a wheelchair; the upper third speaks.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.display import palette
from kiosk.display.boardlayout import board_scene
from kiosk.display.palette import Colour
from kiosk.display.scene import Align, Code, Icon, Label, Panel, Part, Rect, Scene

Json = dict[str, Any]

WIDTH, HEIGHT = 1080, 1920
MARGIN = 56
GAP = 24
REACH = HEIGHT // 3
"""Buttons stand below this line."""

INNER = WIDTH - 2 * MARGIN
FOOTER = Rect(MARGIN, 1826, INNER, 60)


def scene(screen: Json, page: int = 0) -> Scene:
    """Everything on the screen in its place. ``page`` turns the pages of a board."""
    if screen["kind"] == "board":
        return board_scene(screen, page)
    parts = {
        "idle": _idle,
        "wait": _wait,
        "services": _services,
        "ticket": _ticket,
        "lost": _lost,
    }[screen["kind"]](screen)
    return Scene(WIDTH, HEIGHT, palette.PAPER, (*parts, *_footer(screen["footer"])))


def _footer(text: str) -> Iterator[Part]:
    if text:
        yield Label(FOOTER, text, 32, palette.QUIET, palette.PAPER)


def _hero(screen: Json, height: int) -> Iterator[Part]:
    """The accent-coloured upper part, with the branch's name."""
    yield Panel(Rect(0, 0, WIDTH, height), palette.ACCENT)
    place = Rect(MARGIN, 48, INNER, 56)
    yield Label(place, screen["branch"], 40, palette.ON_ACCENT_QUIET, palette.ACCENT)


def _on_hero(
    place: Rect, text: str, size: int, *, quiet: bool = False, bold: bool = False
) -> Label:
    colour = palette.ON_ACCENT_QUIET if quiet else palette.ON_ACCENT
    return Label(place, text, size, colour, palette.ACCENT, bold)


def _notice(text: str | None, place: Rect) -> Iterator[Part]:
    if text is None:
        return
    yield Panel(place, palette.NOTICE, radius=24)
    yield Label(place.inset(40, 16), text, 40, palette.ON_NOTICE, palette.NOTICE, bold=True)


def _idle(screen: Json) -> Iterator[Part]:
    yield from _hero(screen, 960)
    yield Icon(Rect(WIDTH // 2 - 150, 170, 300, 300), screen["icon"], *_HERO_ICON)
    first, *others = screen["welcome"]
    yield _on_hero(Rect(MARGIN, 500, INNER, 130), first["title"], 104, bold=True)
    yield _on_hero(Rect(MARGIN, 640, INNER, 76), first["text"], 48)
    for other in others:
        yield _on_hero(Rect(MARGIN, 744, INNER, 68), other["title"], 52, quiet=True, bold=True)
        yield _on_hero(Rect(MARGIN, 816, INNER, 96), other["text"], 40, quiet=True)
    yield from _notice(screen["notice"], Rect(MARGIN, 1000, INNER, 150))
    columns = 1 if len(screen["buttons"]) == 1 else 2
    area = Rect(MARGIN, 1190 if screen["notice"] else 1030, INNER, 590)
    places = _grid(area, len(screen["buttons"]), columns, tallest=220)
    for button, place in zip(screen["buttons"], places, strict=True):
        yield from _button(button, place, 64)


_HERO_ICON = (palette.ON_ACCENT, palette.ACCENT)


def _wait(screen: Json) -> Iterator[Part]:
    yield from _hero(screen, HEIGHT - 160)
    yield Icon(Rect(WIDTH // 2 - 130, 560, 260, 260), "wait", *_HERO_ICON)
    yield _on_hero(Rect(MARGIN, 880, INNER, 140), screen["title"], 92, bold=True)
    yield _on_hero(Rect(MARGIN, 1040, INNER, 120), screen["text"], 52, quiet=True)


def _lost(screen: Json) -> Iterator[Part]:
    yield Panel(Rect(0, 0, WIDTH, HEIGHT), palette.ACCENT)
    yield Icon(Rect(WIDTH // 2 - 130, 480, 260, 260), "wait", *_HERO_ICON)
    for nth, title in enumerate(screen["title"]):
        place = Rect(MARGIN, 800 + 130 * nth, INNER, 120)
        yield _on_hero(place, title, 92 - 24 * nth, bold=True, quiet=nth > 0)
    for nth, text in enumerate(screen["text"]):
        place = Rect(MARGIN, 1120 + 100 * nth, INNER, 90)
        yield _on_hero(place, text, 56 - 12 * nth, quiet=nth > 0)


def _services(screen: Json) -> Iterator[Part]:
    yield from _hero(screen, 560)
    yield from _greeting(screen)
    styled = [(button["style"], button) for button in screen["buttons"]]
    services = [button for style, button in styled if style == "service"]
    languages = [button for style, button in styled if style == "language"]
    way_out = [button for style, button in styled if style in {"quiet", "primary"}]
    top = REACH
    if screen["notice"] is not None:
        yield from _notice(screen["notice"], Rect(MARGIN, 592, INNER, 116))
        top = 740
    yield from _service_cards(services, Rect(MARGIN, top, INNER, 1530 - top))
    yield from _row(languages, Rect(MARGIN, 1556, INNER, 100), 40)
    yield from _row(way_out, Rect(MARGIN, 1688, INNER, 112), 46)


def _greeting(screen: Json) -> Iterator[Part]:
    if screen["countdown"] is not None:
        yield from _countdown(screen["countdown"])
        return
    yield _on_hero(Rect(MARGIN, 150, INNER, 130), screen["greeting"], 84, bold=True)
    yield _on_hero(Rect(MARGIN, 296, INNER, 90), screen["title"], 52)
    if screen["priority"]:
        pill = Rect(WIDTH // 2 - 300, 420, 600, 84)
        yield Panel(pill, palette.ACCENT_PALE, radius=42)
        yield Label(
            pill.inset(36, 8), screen["priority"], 40, palette.ACCENT, palette.ACCENT_PALE, True
        )


def _countdown(countdown: Json) -> Iterator[Part]:
    """The seconds left, in a circle, and a bar that grows shorter with them."""
    circle = Rect(WIDTH // 2 - 100, 136, 200, 200)
    yield Panel(circle, palette.ON_ACCENT, radius=100)
    seconds = str(countdown["seconds"])
    yield Label(circle.inset(24, 24), seconds, 110, palette.ACCENT, palette.ON_ACCENT, True)
    yield _on_hero(Rect(MARGIN, 352, INNER, 96), countdown["text"], 64, bold=True)
    length = min(countdown["seconds"] * 72, INNER)
    yield Panel(Rect((WIDTH - length) // 2, 484, length, 16), palette.ON_ACCENT, radius=8)


def _service_cards(buttons: Sequence[Json], area: Rect) -> Iterator[Part]:
    columns = 1 + (len(buttons) > 4) + (len(buttons) > 8)
    places = _grid(area, len(buttons), columns, tallest=206)
    for button, place in zip(buttons, places, strict=True):
        yield from _service_card(button, place, narrow=columns > 1)


def _service_card(button: Json, place: Rect, *, narrow: bool) -> Iterator[Part]:
    """The service's name; how many wait and how long it takes, or when it opens."""
    fill = palette.CARD if button["enabled"] else palette.DISABLED
    name = palette.INK if button["enabled"] else palette.QUIET
    action = button["action"] if button["enabled"] else None
    yield Panel(place, fill, 28, palette.LINE, action)
    if button["enabled"]:
        yield Panel(Rect(place.x, place.y + 36, 10, place.height - 72), palette.ACCENT, 5)
    side = 28 if narrow else 48
    half = (place.height - 32) * (3 if narrow else 1) // (5 if narrow else 2)
    words = place.inset(side, 0)
    yield Label(
        words.strip(16, half + 8), button["label"], 60, name, fill, bold=True, align=Align.LEFT
    )
    detail = words.strip(24 + half, place.height - half - 40)
    yield Label(detail, _detail(button, narrow=narrow), 38, palette.QUIET, fill, align=Align.LEFT)


def _detail(button: Json, *, narrow: bool) -> str:
    told = [text for text in (button["detail"], button["wait"]) if text]
    return told[-1] if narrow else " · ".join(told)


def _ticket(screen: Json) -> Iterator[Part]:
    yield from _hero(screen, 940)
    yield _on_hero(Rect(MARGIN, 150, INNER, 76), screen["title"], 56, quiet=True)
    number = Rect(MARGIN, 230, INNER, 400)
    yield Label(number, screen["ticket"], 330, *_HERO_ICON, bold=True, one_line=True)
    yield _on_hero(Rect(MARGIN, 650, INNER, 92), screen["service"], 68, bold=True)
    if screen["ahead"]:
        yield _on_hero(Rect(MARGIN, 754, INNER, 72), screen["ahead"], 52)
    if screen["wait"]:
        yield _on_hero(Rect(MARGIN, 830, INNER, 72), screen["wait"], 46, quiet=True)
    if screen["follow"]:
        yield from _slip(screen["slip"], Rect(MARGIN, 984, INNER, 220))
        yield from _follow(screen["follow"], Rect(MARGIN, 1228, INNER, 370))
    else:
        yield from _slip(screen["slip"], Rect(MARGIN, 1140, INNER, 300))
    yield from _row(screen["buttons"], Rect(MARGIN, 1640, INNER, 150), 60)


def _slip(slip: Json, card: Rect) -> Iterator[Part]:
    urgent = slip["icon"] == "eye"
    fill = palette.NOTICE if urgent else palette.CARD
    ink = palette.ON_NOTICE if urgent else palette.INK
    yield Panel(card, fill, 28, None if urgent else palette.LINE)
    yield Icon(Rect(card.x + 48, card.y + card.height // 2 - 70, 140, 140), slip["icon"], ink, fill)
    words = Rect(card.x + 232, card.y + 20, card.width - 272, card.height - 40)
    yield Label(words, slip["text"], 56, ink, fill, bold=True, align=Align.LEFT)


def _follow(follow: Json, card: Rect) -> Iterator[Part]:
    yield Panel(card, palette.CARD, 28, palette.LINE)
    yield Code(Rect(card.x + 40, card.y + 25, 320, 320), follow["address"])
    words = Rect(card.x + 400, card.y + 40, card.width - 440, card.height - 80)
    yield Label(words, follow["text"], 48, palette.INK, palette.CARD, align=Align.LEFT)


def _row(buttons: Sequence[Json], area: Rect, size: int) -> Iterator[Part]:
    """Buttons beside each other, as wide as the row."""
    for button, place in zip(buttons, _grid(area, len(buttons), len(buttons)), strict=True):
        yield from _button(button, place, size)


def _button(button: Json, place: Rect, size: int) -> Iterator[Part]:
    fill, colour = _STYLES[button["style"]]
    yield Panel(
        place, fill, min(28, place.height // 3), _OUTLINES[button["style"]], button["action"]
    )
    yield Label(place.inset(24, 10), button["label"], size, colour, fill, bold=True)


_STYLES: dict[str, tuple[Colour, Colour]] = {
    "primary": (palette.ACCENT, palette.ON_ACCENT),
    "quiet": (palette.PAPER, palette.INK),
    "language": (palette.CARD, palette.ACCENT),
}
_OUTLINES: dict[str, Colour | None] = {
    "primary": None,
    "quiet": palette.QUIET,
    "language": palette.LINE,
}


def _grid(area: Rect, count: int, columns: int, tallest: int | None = None) -> list[Rect]:
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
