"""The feed inside the machine: whoever draws or tells something follows the hall's facts here."""

import asyncio
from collections.abc import Sequence

from kiosk.domain.events import Fact


class Feed:
    """Hands each commit's facts to every follower, in order."""

    def __init__(self) -> None:
        self._followers: set[Follower] = set()

    def publish(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk; no facts at all wake everyone too."""
        for follower in self._followers:
            follower.take(facts)

    def follow(self, most: int = 2000) -> "Follower":
        """Begin to follow; use it as a context manager."""
        return Follower(self._followers, most)


class Follower:
    """One reader of the feed. One that falls more than ``most`` facts behind has missed some."""

    def __init__(self, followers: "set[Follower]", most: int) -> None:
        self._followers = followers
        self._most = most
        self._facts: list[Fact] = []
        self._arrived = asyncio.Event()
        self.missed = False
        """Facts were dropped: begin again from a snapshot or from the log."""

    def __enter__(self) -> "Follower":
        self._followers.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._followers.discard(self)

    def take(self, facts: Sequence[Fact]) -> None:
        """Facts arrive."""
        if len(self._facts) + len(facts) > self._most:
            self._facts.clear()
            self.missed = True
        else:
            self._facts.extend(facts)
        self._arrived.set()

    async def next(self, timeout: float | None = None) -> list[Fact]:
        """What has arrived since the last time, or arrives within ``timeout`` seconds.

        Empty when nothing does, when an outage begins, and when some were missed: reset ``missed``
        when begun again.
        """
        try:
            await asyncio.wait_for(self._arrived.wait(), timeout)
        except TimeoutError:
            return []
        self._arrived.clear()
        facts, self._facts = self._facts, []
        return facts
