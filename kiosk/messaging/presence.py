"""Presence: a retained message that says whether a node of the branch is there."""

from datetime import datetime
from typing import Literal

from pydantic_core import to_json

from kiosk.messaging.topics import Topics
from kiosk.ports import Message
from kiosk.shapewriting import instant


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
    content = {"node": node, "status": status, "session": session, "since": instant(since)}
    return Message(topics.presence(node), to_json(content), retain=True)
