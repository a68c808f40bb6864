"""Backups: everything that a branch must not lose, in one file, made while it runs.

A tar archive (POSIX.1-2001) of the databases, each copied whole by SQLite's own backup, the keys and
the places of readers in the log. The log is copied first: whatever it refers to is in the others.
"""

import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from kiosk.ports import KioskError
from kiosk.store.chain import Seal, follow_chain, verify
from kiosk.store.logfile import refuse_newer

LOG = "log.db"
_BESIDES = ("*.cursor", "secrets/**/*", "rolls/*")
_TOP = frozenset({"secrets", "rolls"})


def back_up(var: Path, file: Path) -> Seal:
    """Write the var folder's backup, mode 0600; returns the seal of the log in it.

    An older file of this name is replaced once the new one is whole. Raises KioskError.
    """
    if not (var / LOG).exists():
        raise KioskError(f"{var}: there is no log; --var names the var folder")
    part = file.with_name(f"{file.name}.part")
    try:
        with TemporaryDirectory(dir=file.parent, prefix="unfinished-") as folder:
            copies = [_copy(var / name, Path(folder) / name) for name in _databases(var)]
            seal = verify(Path(folder) / LOG)
            part.touch(mode=0o600)
            with part.open("wb") as out:
                with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    for copy in copies:
                        archive.add(copy, copy.name)
                    for path in _others(var):
                        archive.add(path, path.relative_to(var).as_posix(), recursive=False)
                out.flush()
                os.fsync(out.fileno())
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink()
        cause = getattr(error, "strerror", None) or error
        raise KioskError(f"{file}: no backup was made: {cause}") from error
    return seal


def restore(file: Path, var: Path) -> Seal:
    """Make a var folder of a backup; returns the seal of its log.

    Nothing is ever overwritten, and no log is there before all of it is. A folder that is there and
    empty stays the same folder: it may be a mount, or all that its owner may write. Raises KioskError.
    """
    if var.exists() and any(var.iterdir()):
        raise KioskError(f"{var}: there is something already: move it away first")
    try:
        opened = file.open("rb")
    except OSError as error:
        raise KioskError(f"{file}: can't be read: {error.strerror}") from error
    with opened:
        return _restored(opened, file, var)


def _restored(opened: BinaryIO, file: Path, var: Path) -> Seal:
    try:
        with tarfile.open(fileobj=opened, mode="r:") as archive:
            members = [(_checked(member), member) for member in archive]
            if PurePosixPath(LOG) not in [name for name, _ in members]:
                raise KioskError(f"{file}: is no backup of a branch: it has no {LOG}")
            beside = var if var.exists() else var.parent
            beside.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=beside, prefix="restoring-") as folder:
                whole = Path(folder) / "var"
                whole.mkdir(mode=0o700)
                for name, member in members:
                    _extract(archive, member, whole / name)
                seal = _seal_of(whole / LOG, file)
                _hand_over(whole, var)
    except (tarfile.TarError, EOFError) as error:
        raise KioskError(
            f"{file}: is no backup of a branch, or not all of one ({error}): take another"
        ) from error
    except OSError as error:
        raise KioskError(f"{var}: {file.name} can't be restored: {error.strerror}") from error
    return seal


def _seal_of(log: Path, file: Path) -> Seal:
    """Raises KioskError for a log that this program doesn't know, or that isn't as it was written."""
    try:
        with closing(sqlite3.connect(log)) as opened:
            refuse_newer(opened)
            return follow_chain(opened)
    except KioskError as error:
        raise KioskError(f"{file}: {error}") from error
    except sqlite3.Error as error:
        raise KioskError(f"{file}: its log is damaged ({error}): take another") from error


def _hand_over(whole: Path, var: Path) -> None:
    if not var.exists():
        whole.rename(var)
        return
    for path in sorted(whole.iterdir(), key=lambda path: path.name == LOG):
        path.rename(var / path.name)


def _databases(var: Path) -> list[str]:
    return [LOG, *sorted(path.name for path in var.glob("*.db") if path.name != LOG)]


def _others(var: Path) -> Iterator[Path]:
    for pattern in _BESIDES:
        yield from sorted(path for path in var.glob(pattern) if path.is_file())


def _copy(database: Path, copy: Path) -> Path:
    source = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as opened, closing(sqlite3.connect(copy)) as to:
        opened.backup(to)
    return copy


def _checked(member: tarfile.TarInfo) -> PurePosixPath:
    """Where a member belongs in the var folder. Raises TarError for what no backup has."""
    name = PurePosixPath(member.name)
    known = len(name.parts) == 1 or name.parts[0] in _TOP
    if not member.isreg() or name.is_absolute() or ".." in name.parts or not known:
        raise tarfile.TarError(f"{member.name!r} has no business in a backup")
    return name


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = archive.extractfile(member) or io.BytesIO()
    to.touch(mode=0o600)
    with to.open("wb") as out:
        while piece := taken.read(1 << 20):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
