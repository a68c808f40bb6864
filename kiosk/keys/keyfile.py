"""A key in a file of its own: made once, whole, and its owner's alone to read."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from kiosk.machine.privatefile import private_folder
from kiosk.ports import KioskError

KEY_BYTES = 32
_LONGEST_TEXT = 4096


class KeyUnusable(KioskError):
    """The file with a key can't be used; the text says what to do about it."""


def load_key(path: Path, name: str = "card key", *, make: bool = True) -> bytes:
    """The 32 bytes in the key file; on first use the file is made, readable by its owner alone.

    Raises KeyUnusable when others may read it, its length is wrong or it can't be read or made; also
    when there is none and ``make`` says that somebody has to bring it.
    """
    try:
        if make and not path.exists():
            make_key(path)
        key = _private_bytes(path, name, KEY_BYTES + 1)
    except OSError as error:
        raise KeyUnusable(f"{name} {path}: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{name} {path}: it has to be {KEY_BYTES} bytes long; restore it")
    return key


def private_text(path: Path, name: str) -> str:
    """What stands in a file that only its owner may read, without the line's end.

    Raises KeyUnusable.
    """
    try:
        return _private_bytes(path, name, _LONGEST_TEXT).decode().strip()
    except OSError as error:
        raise KeyUnusable(f"{name} {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise KeyUnusable(f"{name} {path}: is no UTF-8 text") from None


def make_key(path: Path) -> None:
    """Make the file, unless it is there already. Raises OSError."""
    private_folder(path.parent)
    # Linked into place when it is whole: neither a crash nor a second program at the same moment
    # leaves half a key, and a key that is there already stays.
    file, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        os.write(file, os.urandom(KEY_BYTES))
        os.fsync(file)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.close(file)
        os.unlink(draft)
    sync(path.parent)


def _private_bytes(path: Path, name: str, most: int) -> bytes:
    """Raises KeyUnusable when others can read it, OSError."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        content = file.read(most)
    if status.st_mode & _forbidden(status):
        raise KeyUnusable(f"{name} {path}: others can read it; chmod 600 {path}")
    return content


def _forbidden(status: os.stat_result) -> int:
    """The bits of the mode that let others in.

    A systemd credential belongs to root and is opened to the service by an access list, whose mask
    shows as the group's right to read.
    """
    if status.st_uid == os.geteuid():
        return stat.S_IRWXG | stat.S_IRWXO
    return stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO


def sync(folder: Path) -> None:
    """What was made, renamed or removed in it stays so, also after a power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
