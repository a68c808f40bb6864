"""The services to choose from, in their places."""

from typing import Any

from kiosk.display.scene import Align, Label, Panel, Rect
from kiosk.display.sheet import (
    INNER,
    LANGUAGES,
    LOW_REACH,
    MARGIN,
    REACH,
    WAY_OUT,
    WIDTH,
    Sheet,
    grid,
)

Json = dict[str, Any]


def lay_services(sheet: Sheet) -> None:
    """The greeting above; services, languages and the way out below."""
    sheet.hero(976 if sheet.low else 600 if sheet.large else 560)
    lower = 200 if sheet.low else 0
    if not sheet.countdown(112 + lower):
        _greeting(sheet, lower)
    top, bottom = LOW_REACH if sheet.low else REACH, LANGUAGES.y - 26
    if sheet.large or sheet.low:
        bottom = WAY_OUT.y - 24
        sheet.row(sheet.styled("quiet", "language", "primary"), WAY_OUT, 42)
    else:
        if sheet.notice(Rect(MARGIN, 592, INNER, 116)):
            top = 740
        sheet.row(sheet.styled("language"), LANGUAGES, 40)
        sheet.row(sheet.styled("quiet", "primary"), WAY_OUT, 46)
    _cards(sheet, Rect(MARGIN, top, INNER, bottom - top))


def _greeting(sheet: Sheet, lower: int) -> None:
    """Where there is no room below it a notice takes the place of the greeting."""
    screen = sheet.screen
    above = Rect(MARGIN, 136 + lower, INNER, 150)
    if not (sheet.large or sheet.low) or not sheet.notice(above):
        sheet.speak(above, screen["greeting"], 84, bold=True)
    sheet.speak(Rect(MARGIN, 296 + lower, INNER, 130), screen["title"], 52)
    if screen["priority"]:
        pill = Rect(WIDTH // 2 - 340, 440 + lower, 680, 92)
        on = (sheet.inks.on_pale, sheet.inks.pale)
        sheet.put(Panel(pill, sheet.inks.pale, radius=46))
        sheet.put(Label(pill.inset(36, 8), screen["priority"], sheet.size(40), *on, bold=True))


def _cards(sheet: Sheet, area: Rect) -> None:
    cards = sheet.styled("service", "more")
    columns = _columns(sheet, len(cards))
    tallest = None if sheet.large else 206
    for button, place in zip(cards, grid(area, len(cards), columns, tallest), strict=True):
        if button["style"] == "more":
            sheet.button(button, place, 52)
        else:
            _card(sheet, button, place, narrow=columns > 1)


def _columns(sheet: Sheet, count: int) -> int:
    if sheet.large:
        return 1
    return 1 + (count > (3 if sheet.low else 4)) + (count > 8)


def _card(sheet: Sheet, button: Json, place: Rect, *, narrow: bool) -> None:
    """The service's name; how many wait and how long it takes, or when it opens."""
    inks = sheet.inks
    enabled = button["enabled"]
    fill, name = (inks.card, inks.ink) if enabled else (inks.disabled, inks.quiet)
    sheet.put(Panel(place, fill, 28, inks.line, button["action"] if enabled else None))
    if enabled:
        stripe = Rect(place.x, place.y + 36, 10, place.height - 72)
        sheet.put(Panel(stripe, inks.link, 5))
    side = 28 if narrow else 48
    half = (place.height - 32) * (3 if narrow else 1) // (5 if narrow else 2)
    words = place.inset(side, 0)
    upper, lower = words.strip(16, half + 8), words.strip(24 + half, place.height - half - 40)
    sheet.put(
        Label(upper, button["label"], sheet.size(60), name, fill, bold=True, align=Align.LEFT),
        Label(lower, _detail(button, narrow), sheet.size(38), inks.quiet, fill, align=Align.LEFT),
    )


def _detail(button: Json, narrow: bool) -> str:
    told = [text for text in (button["detail"], button["wait"]) if text]
    return told[-1] if narrow else " · ".join(told)
