"""The two buttons of every screen that make it another one to see and to reach."""

from typing import Any

from kiosk.display.buttons import LARGE_TEXT, LOW_REACH, button
from kiosk.domain.accessibility import Accessibility
from kiosk.locale import say

Json = dict[str, Any]


def accessibility_buttons(accessibility: Accessibility, words: str) -> list[Json]:
    """Each says what it does, now and when it is touched again."""
    large = say(words, "Usual text") if accessibility.large_text else say(words, "Larger text")
    low = say(words, "Usual buttons") if accessibility.low_reach else say(words, "Lower buttons")
    return [
        button(LARGE_TEXT, large, _style(accessibility.large_text), icon="letters"),
        button(LOW_REACH, low, _style(accessibility.low_reach), icon="wheelchair"),
    ]


def _style(on: bool) -> str:
    return "access-on" if on else "access"
