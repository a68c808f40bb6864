"""Card tokens: all that leaves this room of a card, and keys such as they are made with."""

import contextlib
import hashlib
import hmac
import os
import stat
import tempfile
from pathlib import Path

from kiosk.cardreader.pan import Pan
from kiosk.domain.ids import CardToken
from kiosk.ports import KioskError
from kiosk.privatefile import private_folder

KEY_BYTES = 32


class KeyUnusable(KioskError):
    """The file with a key can't be used; the text says what to do about it."""


def card_token(pan: Pan, key: bytes) -> CardToken:
    """HMAC-SHA-256 (RFC 2104) of the number's digits under the bank's card key, in hexadecimal."""
    return CardToken(hmac.new(key, pan.digits.encode("ascii"), hashlib.sha256).hexdigest())


def load_key(path: Path, name: str = "card key") -> bytes:
    """The 32 bytes in the key file; on first use the file is made, readable by its owner alone.

    Raises KeyUnusable when others may read it, its length is wrong or it can't be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        return _read(path, name)
    except OSError as error:
        raise KeyUnusable(f"{name} {path}: {error.strerror}") from error


def _make(path: Path) -> None:
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
    _sync(path.parent)


def _read(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        key = file.read(KEY_BYTES + 1)
    if status.st_mode & _forbidden(status):
        raise KeyUnusable(f"{name} {path}: others can read it; chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{name} {path}: it has to be {KEY_BYTES} bytes long; restore it")
    return key


def _forbidden(status: os.stat_result) -> int:
    """The bits of the mode that let others in.

    A systemd credential belongs to root and is opened to the service by an access list, whose mask
    shows as the group's right to read.
    """
    if status.st_uid == os.geteuid():
        return stat.S_IRWXG | stat.S_IRWXO
    return stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
