"""Touch screens in their places: finished screen → scene of 1080 by 1920 pixels."""

from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.display import palette
from kiosk.display.boardlayout import board_scene
from kiosk.display.phonelayout import phone
from kiosk.display.portrait import (
    FOOTER,
    HEIGHT,
    INNER,
    MARGIN,
    ON_HERO,
    REACH,
    WIDTH,
    grid,
    hero,
    on_hero,
    put_button,
    put_countdown,
    put_notice,
    put_row,
    styled,
)
from kiosk.display.scene import Align, Code, Icon, Label, Panel, Part, Rect, Scene

Json = dict[str, Any]


def scene(screen: Json, page: int = 0) -> Scene:
    """Everything on the screen in its place. ``page`` turns the pages of a board."""
    if screen["kind"] == "board":
        return board_scene(screen, page)
    parts = {
        "idle": _idle,
        "wait": _wait,
        "phone": phone,
        "services": _services,
        "ticket": _ticket,
        "lost": _lost,
    }[screen["kind"]](screen)
    return Scene(WIDTH, HEIGHT, palette.PAPER, (*parts, *_footer(screen["footer"])))


def _footer(text: str) -> Iterator[Part]:
    if text:
        yield Label(FOOTER, text, 32, palette.QUIET, palette.PAPER)


def _idle(screen: Json) -> Iterator[Part]:
    yield from hero(screen, 960)
    yield Icon(Rect(WIDTH // 2 - 150, 170, 300, 300), screen["icon"], *ON_HERO)
    first, *others = screen["welcome"]
    yield on_hero(Rect(MARGIN, 500, INNER, 130), first["title"], 104, bold=True)
    yield on_hero(Rect(MARGIN, 640, INNER, 76), first["text"], 48)
    for other in others:
        yield on_hero(Rect(MARGIN, 744, INNER, 68), other["title"], 52, quiet=True, bold=True)
        yield on_hero(Rect(MARGIN, 816, INNER, 96), other["text"], 40, quiet=True)
    yield from put_notice(screen["notice"], Rect(MARGIN, 1000, INNER, 150))
    languages = styled(screen, "language")
    columns = 1 if len(languages) == 1 else 2
    top = 1190 if screen["notice"] else 1030
    places = grid(Rect(MARGIN, top, INNER, 1540 - top), len(languages), columns, tallest=220)
    for button, place in zip(languages, places, strict=True):
        yield from put_button(button, place, 64)
    for button in styled(screen, "phone"):
        yield from _in_two_languages(button, Rect(MARGIN, 1572, INNER, 184))


def _in_two_languages(button: Json, place: Rect) -> Iterator[Part]:
    yield Panel(place, palette.ACCENT_PALE, 28, palette.LINE, button["action"])
    on, words = (palette.ACCENT, palette.ACCENT_PALE), place.inset(24, 16)
    first = words.strip(0, 88) if button["detail"] else words
    yield Label(first, button["label"], 54, *on, bold=True)
    if button["detail"]:
        yield Label(words.strip(92, 60), button["detail"], 40, *on)


def _wait(screen: Json) -> Iterator[Part]:
    yield from hero(screen, HEIGHT - 160)
    yield Icon(Rect(WIDTH // 2 - 130, 560, 260, 260), "wait", *ON_HERO)
    yield on_hero(Rect(MARGIN, 880, INNER, 140), screen["title"], 92, bold=True)
    yield on_hero(Rect(MARGIN, 1040, INNER, 120), screen["text"], 52, quiet=True)


def _lost(screen: Json) -> Iterator[Part]:
    yield Panel(Rect(0, 0, WIDTH, HEIGHT), palette.ACCENT)
    yield Icon(Rect(WIDTH // 2 - 130, 480, 260, 260), "wait", *ON_HERO)
    for nth, title in enumerate(screen["title"]):
        place = Rect(MARGIN, 800 + 130 * nth, INNER, 120)
        yield on_hero(place, title, 92 - 24 * nth, bold=True, quiet=nth > 0)
    for nth, text in enumerate(screen["text"]):
        place = Rect(MARGIN, 1120 + 100 * nth, INNER, 90)
        yield on_hero(place, text, 56 - 12 * nth, quiet=nth > 0)


def _services(screen: Json) -> Iterator[Part]:
    yield from hero(screen, 560)
    yield from _greeting(screen)
    top = REACH
    if screen["notice"] is not None:
        yield from put_notice(screen["notice"], Rect(MARGIN, 592, INNER, 116))
        top = 740
    yield from _service_cards(styled(screen, "service"), Rect(MARGIN, top, INNER, 1530 - top))
    yield from put_row(styled(screen, "language"), Rect(MARGIN, 1556, INNER, 100), 40)
    yield from put_row(styled(screen, "quiet", "primary"), Rect(MARGIN, 1688, INNER, 112), 46)


def _greeting(screen: Json) -> Iterator[Part]:
    if screen["countdown"] is not None:
        yield from put_countdown(screen["countdown"])
        return
    yield on_hero(Rect(MARGIN, 150, INNER, 130), screen["greeting"], 84, bold=True)
    yield on_hero(Rect(MARGIN, 296, INNER, 90), screen["title"], 52)
    if screen["priority"]:
        pill = Rect(WIDTH // 2 - 300, 420, 600, 84)
        yield Panel(pill, palette.ACCENT_PALE, radius=42)
        yield Label(
            pill.inset(36, 8), screen["priority"], 40, palette.ACCENT, palette.ACCENT_PALE, True
        )


def _service_cards(buttons: Sequence[Json], area: Rect) -> Iterator[Part]:
    columns = 1 + (len(buttons) > 4) + (len(buttons) > 8)
    places = grid(area, len(buttons), columns, tallest=206)
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
    yield from hero(screen, 940)
    yield on_hero(Rect(MARGIN, 150, INNER, 76), screen["title"], 56, quiet=True)
    number = Rect(MARGIN, 230, INNER, 400)
    yield Label(number, screen["ticket"], 330, *ON_HERO, bold=True, one_line=True)
    yield on_hero(Rect(MARGIN, 650, INNER, 92), screen["service"], 68, bold=True)
    if screen["ahead"]:
        yield on_hero(Rect(MARGIN, 754, INNER, 72), screen["ahead"], 52)
    if screen["wait"]:
        yield on_hero(Rect(MARGIN, 830, INNER, 72), screen["wait"], 46, quiet=True)
    if screen["follow"]:
        yield from _slip(screen["slip"], Rect(MARGIN, 984, INNER, 220))
        yield from _follow(screen["follow"], Rect(MARGIN, 1228, INNER, 370))
    else:
        yield from _slip(screen["slip"], Rect(MARGIN, 1140, INNER, 300))
    yield from put_row(screen["buttons"], Rect(MARGIN, 1640, INNER, 150), 60)


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
