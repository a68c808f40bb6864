"""The volume by time of day."""

from collections.abc import Mapping
from datetime import time


def volume_at(table: Mapping[time, int], moment: time) -> int:
    """Per cent of full loudness at this local time; 0 is silence.

    Each entry holds from its time until the next one's, the last over midnight.
    """
    begun = [begin for begin in table if begin <= moment]
    return table[max(begun or table)]
