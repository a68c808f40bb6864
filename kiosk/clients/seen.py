"""Who was asked for lately: kept beside clients, for how long they are kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.domain.client import Client
from kiosk.domain.ids import ClientRef
from kiosk.identities import Identity
from kiosk.ports import ClientDirectory

_SEEN = "UPDATE client SET seen = date('now') WHERE reference = ?"


class SeenClients:
    """A ``ClientDirectory`` before another one: remembers whom that found, until it is written down."""

    def __init__(self, directory: ClientDirectory, database: Path) -> None:
        self._directory = directory
        self.database = database
        self._seen: set[ClientRef] = set()

    async def find(self, identity: Identity) -> Client | None:
        """As the other one does."""
        client = await self._directory.find(identity)
        if client:
            self._seen.add(client.reference)
        return client

    def note(self) -> None:
        """Write down who was found since. Blocks. Raises sqlite3.Error; then it is still known.

        Nothing is left in the write-ahead log: a backup may take the file's place.
        """
        seen = set(self._seen)
        if not seen:
            return
        address = f"{self.database.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as opened:
            with opened:
                opened.executemany(_SEEN, [(client,) for client in seen])
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._seen -= seen
