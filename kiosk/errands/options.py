"""What commands are told: the settings, and how their options are read."""

import math
from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.store.chain import Seal

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2


def settings_of(options: Namespace) -> "Settings":
    """What the settings file says. Raises SettingsError."""
    from kiosk.settings.file import load

    return load(options.config)


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
