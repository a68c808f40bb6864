"""How a stage ends: by the person, or by its time, which is said before."""

from collections.abc import Iterator
from typing import Any

from kiosk.display.buttons import CANCEL, STAY, button
from kiosk.locale import say

Json = dict[str, Any]


def way_out(remaining: int | None, words: str) -> Iterator[Json]:
    """Leave, and while the time runs out also stay."""
    yield button(CANCEL, say(words, "Cancel"), "quiet")
    if remaining is not None:
        yield button(STAY, say(words, "I need more time"), "primary")


def countdown(remaining: int | None, words: str) -> Json | None:
    """The last seconds of a stage; None before."""
    if remaining is None:
        return None
    return {"seconds": remaining, "text": say(words, "Are you still there?")}
