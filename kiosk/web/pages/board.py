"""The hall board as a page: what the board in the hall shows."""

from typing import Any

from kiosk.web.pages.live import Fragments
from kiosk.web.pages.templates import draw

Json = dict[str, Any]

_CROWDS = ((1, "one"), (3, "few"), (8, "some"))


def board(screen: Json, language: str) -> Fragments:
    """The parts of the board from a finished board screen (see :mod:`kiosk.display.board`)."""
    return {
        "board-head": draw("board_head.html", language, board=screen),
        "calling": draw("board_calling.html", language, board=screen, crowd=_crowd(screen)),
        "last": draw("board_last.html", language, board=screen),
        "counters": draw("board_counters.html", language, board=screen),
    }


def _crowd(screen: Json) -> str:
    """How many are being called at once, in a word: it says how large each can be."""
    calls = len(screen["calling"])
    return next((word for most, word in _CROWDS if calls <= most), "many")
