"""Presence: a retained message that says whether a node of the branch is there."""

from collections.abc import Set
from datetime import datetime
from typing import Literal

from pydantic_core import from_json, to_json
from typing_extensions import TypedDict

from kiosk.messaging.topics import Topics
from kiosk.ports import Message
from kiosk.shapes.hall import InstantText
from kiosk.shapes.writing import instant


class Presence(TypedDict):
    """Whether a node of the branch is there; ``session`` is made anew at each connection.

    ``since`` is when that began.
    """

    node: str
    status: Literal["online", "offline"]
    session: str
    since: InstantText


def presence(
    topics: Topics,
    node: str,
    status: Literal["online", "offline"],
    session: str,
    since: datetime,
) -> Message:
    """``session`` is made anew at each connection, ``since`` is when it began.

    The offline message of a session is its last will too, and then it has the same text.
    """
    content: Presence = {
        "node": node,
        "status": status,
        "session": session,
        "since": instant(since),
    }
    return Message(topics.presence(node), to_json(content), retain=True)


class Attendance:
    """Which nodes say that they are there. :meth:`take` is told what comes at ``presence/#``.

    Whoever is cut off for want of a credential leaves no last will: the broker looks whether it may
    still say so. Somebody else has to say it then.
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._sessions: dict[str, str] = {}

    def take(self, topic: str, payload: bytes) -> None:
        """What a node says of itself. What can't be read is no farewell."""
        node = topic.removeprefix(self._topics.presence(""))
        try:
            content = from_json(payload) if payload else {"status": "offline"}
        except ValueError:
            content = None
        told = content if isinstance(content, dict) else {}
        if told.get("status") == "offline":
            self._sessions.pop(node, None)
        else:
            self._sessions[node] = str(told.get("session", ""))

    def farewells(self, nodes: Set[str], now: datetime) -> list[Message]:
        """For all that say they are there and aren't among ``nodes``."""
        return [
            presence(self._topics, node, "offline", session, now)
            for node, session in self._sessions.items()
            if node not in nodes
        ]
