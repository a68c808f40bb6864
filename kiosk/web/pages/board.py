"""The hall board as a page: what the board in the hall shows."""

from typing import Any
from unicodedata import east_asian_width

from kiosk.web.pages.live import Fragments
from kiosk.web.pages.templates import draw

Json = dict[str, Any]

_CROWDS = ((1, "one"), (3, "few"), (8, "some"))
_LENGTHS = ((8, "short"), (16, "long"))


def board(screen: Json, language: str) -> Fragments:
    """The parts of the board from a finished board screen (see :mod:`kiosk.display.board`)."""
    return {
        "board-head": draw("board_head.html", language, board=screen),
        "calling": draw(
            "board_calling.html", language, board=screen, crowd=_crowd(screen), length=_length
        ),
        "last": draw("board_last.html", language, board=screen),
        "counters": draw("board_counters.html", language, board=screen, length=_length),
    }


def _crowd(screen: Json) -> str:
    """How many are being called at once, in a word: it says how large each can be."""
    calls = len(screen["calling"])
    return next((word for most, word in _CROWDS if calls <= most), "many")


def _length(name: str) -> str:
    """How long a counter's name is, in a word: it is written so small that no part of it is cut."""
    places = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in name)
    return next((word for most, word in _LENGTHS if places <= most), "longest")
