"""The keypad's screen in its places."""

from typing import Any

from kiosk.display.scene import Align, Label, Panel, Rect
from kiosk.display.sheet import INNER, LANGUAGES, LOW_REACH, MARGIN, REACH, WAY_OUT, Sheet, grid

Json = dict[str, Any]

SLOT, BETWEEN_GROUPS = 54, 22
"""Pixels across."""

CHOICES = 92
"""Height of the row of countries."""


def lay_phone(sheet: Sheet) -> None:
    """What is typed above, the keys below."""
    hero = 1020 if sheet.low else 608
    sheet.hero(hero)
    lower = (hero - 608) // 2
    if not sheet.countdown(120 + lower):
        sheet.speak(Rect(MARGIN, 116 + lower, INNER, 124), sheet.screen["title"], 60, bold=True)
        _number(sheet, 252 + lower)
        if not sheet.notice(Rect(MARGIN, 400 + lower, INNER, 150)):
            text = Rect(MARGIN, 400 + lower, INNER, 150)
            sheet.speak(text, sheet.screen["text"], 40, quiet=True)
    countries, languages = sheet.styled("country"), sheet.styled("language")
    top, bottom = REACH, LANGUAGES.y - 24
    if sheet.low:  # one row for both
        countries, languages = [*countries, *languages], []
        top, bottom = LOW_REACH, WAY_OUT.y - 20
    sheet.row(countries, Rect(MARGIN, top, INNER, CHOICES), 40)
    sheet.row(languages, LANGUAGES, 40)
    if countries:
        top += CHOICES + 20
    _keys(sheet, Rect(MARGIN, top, INNER, bottom - top))
    sheet.row(sheet.styled("quiet", "primary"), WAY_OUT, 46)


def _keys(sheet: Sheet, area: Rect) -> None:
    keys = sheet.styled("key")
    for button, place in zip(keys, grid(area, len(keys), 3), strict=True):
        sheet.button(button, place, 84 if len(button["label"]) == 1 else 42)


def _number(sheet: Sheet, top: int) -> None:
    """The country code and a place for each digit: empty, covered or, for a moment, readable."""
    groups, on = sheet.screen["groups"], (sheet.inks.on_hero, sheet.inks.hero)
    digits = sum(len(group) for group in groups) * SLOT
    length = 190 + digits + BETWEEN_GROUPS * (len(groups) - 1)
    left = MARGIN + max(0, (INNER - length) // 2)
    code = Rect(left, top, 170, 110)
    sheet.put(Label(code, sheet.screen["country"], 72, *on, True, Align.LEFT, one_line=True))
    left += 190
    for group in groups:
        for digit in group:
            _digit(sheet, digit, Rect(left, top, SLOT, 110))
            left += SLOT
        left += BETWEEN_GROUPS


def _digit(sheet: Sheet, digit: str, place: Rect) -> None:
    inks = sheet.inks
    if not digit:
        line = Rect(place.x + 7, place.bottom - 20, place.width - 14, 8)
        sheet.put(Panel(line, inks.on_hero_quiet, radius=4))
    elif digit.isdigit():
        sheet.put(Label(place, digit, 84, inks.on_hero, inks.hero, bold=True, one_line=True))
    else:
        dot = Rect(place.x + 11, place.y + 39, place.width - 22, place.width - 22)
        sheet.put(Panel(dot, inks.on_hero, radius=dot.width // 2))
