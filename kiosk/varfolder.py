"""The folder in which a branch keeps what it must not lose."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports import KioskError


class FolderTaken(KioskError):
    """Another controller works in this folder."""


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Make the folder, mode 0700, and keep other controllers out of it: one writer a log.

    The system lets go of it when the process ends, however that comes. Raises FolderTaken.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "controller.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderTaken(
                f"another kiosk runs in {folder}: end it, or give this one another --var"
            ) from None
        yield
