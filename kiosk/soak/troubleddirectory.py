"""The machine's client directory as a CRM that has trouble: slow, gone, or not to be understood."""

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path

_RUBBISH = b"no database at all\n" * 512
_NEW_READERS = (1, 0x4000_0000)
"""Length and start of the lock that whoever opens the file takes for a moment (SQLite's PENDING byte)."""
_READERS = (8, 120)
"""Those that a reader takes in the shared memory beside it (SQLite, WAL-mode file format, 2.3.1)."""


class TroubledDirectory:
    """Hands for the file of an ``EmbeddedDirectory`` that is at work. Its writes must be checkpointed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path.with_suffix(".aside")
        self._held = ExitStack()

    def hold_up(self) -> None:
        """Answers take longer, until :meth:`let_go`, than anybody waits at a kiosk."""
        self._hold(self._path, *_NEW_READERS)
        shared = self._path.with_name(f"{self._path.name}-shm")
        if shared.exists():
            self._hold(shared, *_READERS)

    def let_go(self) -> None:
        """Answers come as fast as before."""
        self._held.close()

    def take_away(self) -> None:
        """There is no file, until :meth:`bring_back`."""
        self._path.rename(self._aside)

    def damage(self) -> None:
        """What is in its place is no database, until :meth:`bring_back`."""
        self.take_away()
        self._path.write_bytes(_RUBBISH)

    def bring_back(self) -> None:
        """The file as it was."""
        self._aside.replace(self._path)

    def _hold(self, path: Path, length: int, start: int) -> None:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._held.callback(os.close, file)
        fcntl.lockf(file, fcntl.LOCK_EX, length, start)
