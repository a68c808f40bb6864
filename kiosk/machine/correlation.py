"""One id from the swipe to the slip: in every line of the journal, and in the facts themselves.

It is the visit's, as in ``correlationid`` of events; a task keeps it until it turns to another visit.
"""

from contextvars import ContextVar

_PRESENT: ContextVar[str | None] = ContextVar("correlation", default=None)


def correlate(correlation: str | None) -> None:
    """What this task does from now on is about this."""
    _PRESENT.set(correlation)


def correlation() -> str | None:
    """What this task is about; None: about nobody's visit."""
    return _PRESENT.get()
