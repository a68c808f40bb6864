"""Locks: consoles whose teller has left the workplace, until the password is given (OPR-23).

A lock is the session's: whatever it has open stands behind it, a ticket as well as a counter.
"""

from collections.abc import Callable

from kiosk.store.tokens import digest


class Locks:
    """The sessions that are locked now. A machine that starts anew asks nobody."""

    def __init__(self) -> None:
        self._locked: set[str] = set()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` when a session was locked or unlocked."""
        self._listeners.append(listener)

    def lock(self, token: str) -> None:
        """Nothing is commanded with this token until it is unlocked."""
        self._locked.add(digest(token))
        self._tell()

    def is_locked(self, token: str | None) -> bool:
        """Whether the password is asked for first."""
        return token is not None and bool(self._locked) and digest(token) in self._locked

    def unlock(self, token: str) -> None:
        """Go on: the password was right."""
        self._locked.discard(digest(token))
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
