"""Time and identifiers of the running machine."""

import os
import time
from datetime import UTC, datetime, timedelta

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""No machine that runs this lives earlier: a clock that says so is wrong."""


class SystemClock:
    """The clock of the machine it runs on."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds since the machine started, the time that it slept included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    @property
    def skew(self) -> timedelta:
        """None: this is the machine's clock."""
        return timedelta()

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562, 5.7): milliseconds since 1970, then 74 random bits."""
        return uuid7(time.time_ns() // 1_000_000)


def uuid7(milliseconds: int) -> str:
    """A version 7 UUID of the given Unix time."""
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
