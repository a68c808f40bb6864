"""A client directory with hands: it can be made slow and taken away, as the bench likes to show."""

import asyncio

from kiosk.domain.client import Client
from kiosk.identities import Identity
from kiosk.ports import ClientDirectory, DirectoryUnavailable


class HinderedDirectory:
    """Stands before a directory and passes every question on; a ``ClientDirectory``."""

    def __init__(self, directory: ClientDirectory) -> None:
        self._directory = directory
        self._delay = 0.0
        self._away = False
        self.asked = 0
        """How often."""

    def __repr__(self) -> str:
        state = "away" if self._away else f"answers after {self._delay:g} s"
        return f"<HinderedDirectory {state} {self._directory!r}>"

    def answer_after(self, seconds: float) -> None:
        """Let every answer from now on take so much longer; 0: as fast as it can."""
        self._delay = seconds

    def go_away(self) -> None:
        """Answer nobody, not even who is waiting."""
        self._away = True

    def come_back(self) -> None:
        """Answer again, as slowly as before."""
        self._away = False

    async def find(self, identity: Identity) -> Client | None:
        """What the directory behind says, later. Raises DirectoryUnavailable also while away."""
        self.asked += 1
        if self._delay and not self._away:
            await asyncio.sleep(self._delay)
        if self._away:
            raise DirectoryUnavailable("the directory was taken away at the bench: bring it back")
        return await self._directory.find(identity)
