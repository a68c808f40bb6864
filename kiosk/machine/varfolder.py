"""The folder in which a branch keeps what it must not lose."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports import KioskError

ROOM = 1 << 20
"""Bytes that a branch must find to start: its databases' first pages, and some hundred tickets."""

LOCK = "controller.lock"

_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What a disk recovers from, or somebody makes good, while the machine waits."""


class FolderUnusable(KioskError):
    """Nothing can be kept in this folder until somebody does something about it."""


def secrets_folder(var: Path) -> Path:
    """Where a machine with this var folder keeps the secrets that it made itself."""
    return var / "secrets"


def obstacle(folder: Path) -> str | None:
    """Why nothing can be written into the folder just now; None when something can.

    Raises FolderUnusable for what doesn't pass by itself, as a folder that is somebody else's.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            os.posix_fallocate(trial.fileno(), 0, ROOM)
    except OSError as error:
        if error.errno not in _PASSING:
            raise FolderUnusable(
                f"{folder}: {error.strerror}: --var names another folder, or let this user write here"
            ) from error
        return f"{folder}: {error.strerror}"
    return None


def is_occupied(folder: Path) -> bool:
    """Whether a controller works in this folder now. Nothing is made there.

    Raises OSError when the folder is somebody else's.
    """
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class FolderTaken(KioskError):
    """Another controller works in this folder."""


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Make the folder, mode 0700, and keep other controllers out of it: one writer a log.

    The system lets go of it when the process ends, however that comes. Raises FolderTaken.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderTaken(
                f"another kiosk runs in {folder}: end it, or give this one another --var"
            ) from None
        yield
