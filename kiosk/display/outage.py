"""What a window shows by itself while the machine behind it gives no answer."""

from typing import Any

from kiosk.locale import complete_languages, say

Json = dict[str, Any]


def lost_screen(*, staff_hint: bool) -> Json:
    """The touch screen's: nothing can be touched. After a while it sends people to the staff."""
    languages = _languages()
    hint = [say(one, "Please ask our staff for your number.") for one in languages]
    return {
        "kind": "lost",
        "branch": "",
        "notice": None,
        "buttons": [],
        "title": [say(one, "One moment, please") for one in languages],
        "text": hint if staff_hint else [],
        "footer": "",
    }


def stale(board: Json, since: str) -> Json:
    """The last board that was heard of, marked as old. ``since`` is local time, ``hh:mm:ss``."""
    texts = [say(one, "This board is out of date since {time}", time=since) for one in _languages()]
    return board | {"clock": "", "stale": texts}


def _languages() -> list[str]:
    return sorted(complete_languages(), key=lambda language: language == "en")[:2]
