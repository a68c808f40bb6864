"""A small disk of its own for a test: filled up, emptied, made read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

BLOCK = 1 << 16


class SmallDisk:
    """A file system in memory, mounted on a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, left: int = 0) -> None:
        """Fill it up, but for so many bytes."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (BLOCK, 4096, 1):
                self._write(ballast.fileno(), size)
            if left:
                ballast.truncate(max(0, ballast.tell() - left))

    def empty(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink()

    def free(self) -> int:
        """Bytes."""
        return os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_bsize

    def remount(self, mode: str) -> None:
        """``ro`` or ``rw``; only while nobody has a file open for writing."""
        subprocess.run(["mount", "-o", f"remount,{mode}", str(self.folder)], check=True)

    @staticmethod
    def _write(file: int, size: int) -> None:
        with suppress(OSError):
            while True:
                os.write(file, b"\0" * size)


@contextmanager
def small_disk(folder: Path, size: str = "8m") -> Iterator[SmallDisk]:
    """Mount one on a folder that is made for it. Raises CalledProcessError where that isn't allowed."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)],
        check=True,
        capture_output=True,
    )
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mounting_allowed() -> bool:
    """Whether this user may mount file systems, tried in a namespace of its own."""
    tried = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        os.geteuid() == 0 and not subprocess.run(tried, check=False, capture_output=True).returncode
    )


NEEDS_MOUNTING = pytest.mark.skipif(
    not _mounting_allowed(), reason="to mount a file system needs root and unshare"
)
