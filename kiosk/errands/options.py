"""What commands are told: the settings, and how their options are read."""

import math
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.store.chain import Seal

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2


def settings_of(options: Namespace) -> "Settings":
    """What the settings file says. Raises SettingsError."""
    from kiosk.settings.file import load

    return load(options.config)


def folder_of(options: Namespace) -> Path:
    """The branch's var folder. Raises KioskError where there is none."""
    folder: Path = options.var
    if not folder.is_dir():
        raise KioskError(f"{folder}: there is no such folder; --var names the var folder")
    return folder


@contextmanager
def folder_begun(options: Namespace) -> Iterator[Path]:
    """The branch's var folder, before its first start too: what is made there is told then."""
    folder: Path = options.var
    new = not folder.exists()
    try:
        yield folder
    finally:
        if new and folder.exists():
            print(f"{folder}: a new folder; --var names the var folder", file=sys.stderr)


def hours(text: str) -> float:
    """More than none, and no more than a leap year has. Raises ValueError."""
    hours = float(text)
    if not 0 < hours <= 24 * 366:
        raise ValueError
    return hours


def seal(text: str) -> "Seal":
    """A seal as a report tells it. Raises ValueError."""
    from kiosk.store.chain import Seal

    return Seal.of(text)


def positive(text: str) -> float:
    """More than nothing. Raises ValueError."""
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError
    return value


def count(text: str) -> int:
    """One or more. Raises ValueError."""
    count = int(text)
    if count < 1:
        raise ValueError
    return count
