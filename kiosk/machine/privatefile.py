"""Files and folders that nobody else may read; files are replaced as a whole."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file, mode 0600: it holds the old or the new text, also after a power loss."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(path)


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, mode 0700."""
    for folder in reversed([path, *path.parents]):
        folder.mkdir(mode=0o700, exist_ok=True)
