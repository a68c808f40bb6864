"""The outbox's place in the log."""

from pathlib import Path
from typing import Protocol

from kiosk.machine.privatefile import write_private


class Cursor(Protocol):
    """Remembers a place in the log over a restart."""

    def load(self) -> int:
        """The sequence saved last; 0 when there is none. Blocks."""
        ...

    def save(self, sequence: int) -> None:
        """Remember this sequence. Blocks. Raises OSError; then the former one is kept."""
        ...


class FileCursor:
    """``Cursor`` in one small file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> int:
        """The sequence saved last.

        A file that can't be understood counts as none: repeats do no harm, gaps do.
        """
        try:
            return max(0, int(self._path.read_text()))
        except (FileNotFoundError, ValueError):
            return 0

    def save(self, sequence: int) -> None:
        """Replace the file."""
        write_private(self._path, f"{sequence}\n")
