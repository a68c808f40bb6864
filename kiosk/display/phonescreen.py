"""The keypad's screen: a phone number is typed, and nobody behind can read it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from kiosk.display.buttons import (
    CLEAR,
    CONFIRM,
    CORRECT,
    button,
    country_buttons,
    digit_button,
    language_buttons,
)
from kiosk.display.ending import countdown, way_out
from kiosk.display.notices import told
from kiosk.domain.visit import EnteringPhone
from kiosk.locale import say

Json = dict[str, Any]

COVERED = "•"


def phone_screen(stage: EnteringPhone, words: str) -> Json:
    """The fields of the screen that are its own (see :mod:`kiosk.display.screen`)."""
    languages = [language for language in stage.languages if language != stage.language]
    return {
        "kind": "phone",
        "title": say(words, "Please type your phone number"),
        "text": say(words, "Only our staff will see it, together with your ticket."),
        "country": f"+{stage.country}",
        "groups": list(_groups(stage)),
        "notice": told(stage.notice, words),
        "countdown": countdown(stage.remaining, words),
        "buttons": [
            *country_buttons(code for code in stage.countries if code != stage.country),
            *_keys(words),
            *language_buttons(languages),
            *way_out(stage.remaining, words),
            *_confirm(stage, words),
        ],
    }


def _groups(stage: EnteringPhone) -> Iterator[list[str]]:
    shown = [COVERED] * stage.count + [""] * (sum(stage.groups) - stage.count)
    if stage.last is not None:
        shown[stage.count - 1] = stage.last
    digits = iter(shown)
    for size in stage.groups:
        yield list(islice(digits, size))


def _confirm(stage: EnteringPhone, words: str) -> Iterator[Json]:
    """Once the number is complete; a warning needs the place of a button that does nothing."""
    complete = stage.count == sum(stage.groups)
    if complete or stage.remaining is None:
        yield button(CONFIRM, say(words, "Continue"), "primary", enabled=complete)


def _keys(words: str) -> Iterator[Json]:
    """As on a telephone: 1 is above."""
    yield from (digit_button(digit) for digit in "123456789")
    yield button(CLEAR, say(words, "Delete all"), "key")
    yield digit_button("0")
    yield button(CORRECT, say(words, "Delete"), "key")
