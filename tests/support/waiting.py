"""Waiting for what other processes do: looked for again and again, up to a deadline."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
    """Return as soon as the condition is true; AssertionError naming ``what`` when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"no {what} within {seconds:.0f} s"
        time.sleep(0.01)
