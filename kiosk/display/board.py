"""The hall board: from the hall's state to a finished board in the first two languages.

A finished board is plain JSON: ``kind`` ``board``; ``branch`` and ``headings`` (``calling``,
``last``, ``counters``, ``number``, ``counter``, ``nobody``) each a list of one or two texts;
``clock`` ``hh:mm`` with ``offset``, the seconds that the branch's time is ahead of UTC, so that a
window keeps the clock going; ``calling`` and ``last``, the newest first, of ``{"number", "counter",
"times"}``; ``counters`` of ``{"counter", "state", "number", "text"}``; ``waiting``, texts: how many
wait, or a notice to all of them; ``outage``, texts: what to do while the machine can't call anybody,
else none.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from kiosk.display.screen import spoken
from kiosk.domain.counter import CounterState
from kiosk.domain.ids import Language
from kiosk.flow.state import named
from kiosk.locale import say, say_count

Json = dict[str, Any]


def board_screen(
    board: Mapping[str, Any],
    branch: Mapping[str, Any],
    *,
    languages: Sequence[Language],
    fallback: str,
    clock: datetime,
) -> Json:
    """The finished board of what ``board_state`` and ``branch_state`` tell.

    ``clock`` is the branch's local time. Devices that don't work are no business of the hall, except
    for the log: without it nobody is called here.
    """
    shown = languages[:2]
    words = list(dict.fromkeys(spoken(language, fallback) for language in shown))
    counters = {one["id"]: _counter_name(one, shown) for one in board["counters"]}
    offset = clock.utcoffset()
    return {
        "kind": "board",
        "branch": _each(shown, lambda language: named(branch["name"], language)),
        "headings": _headings(words),
        "clock": f"{clock:%H:%M}",
        "offset": int(offset.total_seconds()) if offset else 0,
        "calling": [_call(call, counters) for call in board["calling"]],
        "last": [_call(call, counters) for call in board["last"]],
        "counters": [_counter(one, counters, words) for one in board["counters"]],
        "waiting": _each(words, lambda language: _told(board, language)),
        "outage": _each(words, _outage) if branch.get("out_of_order") else [],
    }


def _each(languages: Sequence[str], text: Callable[[str], str]) -> list[str]:
    return list(dict.fromkeys(text(language) for language in languages))


def _headings(words: Sequence[str]) -> Json:
    return {
        "calling": _each(words, lambda language: say(language, "Now calling")),
        "last": _each(words, lambda language: say(language, "Called before")),
        "counters": _each(words, lambda language: say(language, "Counters")),
        "number": _each(words, lambda language: say(language, "Number")),
        "counter": _each(words, lambda language: say(language, "Counter")),
        "nobody": _each(words, lambda language: say(language, "Nobody is being called right now")),
    }


def _outage(language: str) -> str:
    return say(language, "Our staff call the numbers themselves just now: please listen")


def _told(board: Mapping[str, Any], language: str) -> str:
    """A notice to everyone in the hall, else how many wait."""
    if notice := board.get("notice"):
        return named(notice, language)
    return _waiting(board["waiting"], language)


def _waiting(count: int, language: str) -> str:
    if count == 0:
        return say(language, "Nobody is waiting")
    return say_count(language, "{count} person is waiting", "{count} people are waiting", count)


def _counter_name(counter: Json, languages: Sequence[str]) -> str:
    """What stands on the counter: its number, or its name when it has one."""
    name = named(counter["name"], languages[0])
    return name or str(counter["id"])


def _call(call: Json, counters: dict[str, str]) -> Json:
    counter = counters.get(call["counter"], call["counter"])
    return {"number": call["number"], "counter": counter, "times": call["times"]}


def _counter(counter: Json, names: dict[str, str], words: Sequence[str]) -> Json:
    state = CounterState(counter["state"])
    return {
        "counter": names[counter["id"]],
        "state": state.value,
        "number": counter["number"],
        "text": counter["number"] or _state(state, words[0]),
    }


def _state(state: CounterState, language: str) -> str:
    match state:
        case CounterState.OPEN | CounterState.SERVING:
            return say(language, "Free")
        case CounterState.PAUSED:
            return say(language, "Paused")
        case CounterState.CLOSED:
            return say(language, "Closed")
        case _:
            assert_never(state)
