"""The keypad's screen in its places."""

from collections.abc import Iterator
from typing import Any

from kiosk.display import palette
from kiosk.display.portrait import (
    INNER,
    MARGIN,
    ON_HERO,
    REACH,
    grid,
    hero,
    on_hero,
    put_button,
    put_countdown,
    put_notice,
    put_row,
    styled,
)
from kiosk.display.scene import Align, Label, Panel, Part, Rect

Json = dict[str, Any]

SLOT, BETWEEN_GROUPS = 54, 22
"""Pixels across."""

COUNTRIES = Rect(MARGIN, REACH, INNER, 92)
KEYS = Rect(MARGIN, REACH, INNER, 888)
KEYS_BELOW_COUNTRIES = Rect(
    MARGIN, COUNTRIES.bottom + 24, INNER, KEYS.bottom - COUNTRIES.bottom - 24
)
LANGUAGES = Rect(MARGIN, 1556, INNER, 100)
WAY_OUT = Rect(MARGIN, 1688, INNER, 112)


def phone(screen: Json) -> Iterator[Part]:
    """What is typed above, the keys below."""
    yield from hero(screen, 608)
    if screen["countdown"] is not None:
        yield from put_countdown(screen["countdown"])
    else:
        yield on_hero(Rect(MARGIN, 124, INNER, 96), screen["title"], 60, bold=True)
        yield from _number(screen, 244)
        if screen["notice"]:
            yield from put_notice(screen["notice"], Rect(MARGIN, 410, INNER, 130))
        else:
            yield on_hero(Rect(MARGIN, 420, INNER, 110), screen["text"], 40, quiet=True)
    keys, countries = styled(screen, "key"), styled(screen, "country")
    yield from put_row(countries, COUNTRIES, 44)
    places = grid(KEYS_BELOW_COUNTRIES if countries else KEYS, len(keys), 3)
    for button, place in zip(keys, places, strict=True):
        yield from put_button(button, place, 84 if len(button["label"]) == 1 else 42)
    yield from put_row(styled(screen, "language"), LANGUAGES, 40)
    yield from put_row(styled(screen, "quiet", "primary"), WAY_OUT, 46)


def _number(screen: Json, top: int) -> Iterator[Part]:
    """The country code and a place for each digit: empty, covered or, for a moment, readable."""
    groups = screen["groups"]
    digits = sum(len(group) for group in groups) * SLOT
    length = 190 + digits + BETWEEN_GROUPS * (len(groups) - 1)
    left = MARGIN + max(0, (INNER - length) // 2)
    code = Rect(left, top, 170, 110)
    yield Label(code, screen["country"], 72, *ON_HERO, True, Align.LEFT, one_line=True)
    left += 190
    for group in groups:
        for digit in group:
            yield from _digit(digit, Rect(left, top, SLOT, 110))
            left += SLOT
        left += BETWEEN_GROUPS


def _digit(digit: str, place: Rect) -> Iterator[Part]:
    if not digit:
        line = Rect(place.x + 7, place.bottom - 20, place.width - 14, 8)
        yield Panel(line, palette.ON_ACCENT_QUIET, radius=4)
    elif digit.isdigit():
        yield Label(place, digit, 84, *ON_HERO, bold=True, one_line=True)
    else:
        dot = Rect(place.x + 11, place.y + 39, place.width - 22, place.width - 22)
        yield Panel(dot, palette.ON_ACCENT, radius=dot.width // 2)
