"""What a window shows by itself while the machine behind it gives no answer."""

from collections.abc import Sequence
from typing import Any

from kiosk.locale import SOURCE, complete_languages, say

Json = dict[str, Any]


def lost_screen(languages: Sequence[str], *, staff_hint: bool) -> Json:
    """The touch screen's: nothing can be touched. After a while it sends people to the staff.

    ``languages`` are the branch's; the first two that have texts are shown, English when none has.
    """
    two = _two(languages)
    hint = [say(one, "Please ask our staff for your number.") for one in two]
    return {
        "kind": "lost",
        "branch": "",
        "notice": None,
        "buttons": [],
        "title": [say(one, "One moment, please") for one in two],
        "text": hint if staff_hint else [],
        "footer": "",
    }


def stale(board: Json, languages: Sequence[str], since: str) -> Json:
    """The last board that was heard of, marked as old. ``since`` is local time, ``hh:mm:ss``."""
    texts = [
        say(one, "This board is out of date since {time}", time=since) for one in _two(languages)
    ]
    return board | {"clock": "", "stale": texts}


def _two(languages: Sequence[str]) -> list[str]:
    return [one for one in languages if one in complete_languages()][:2] or [SOURCE]
