"""Waiting in the event loop for what others do in it, in a thread or in another process."""

import asyncio
from collections.abc import Callable


async def until(
    condition: Callable[[], object], what: str = "what was waited for", within: float = 20
) -> None:
    """Return as soon as the condition is true; AssertionError naming ``what`` when it never is.

    ``within`` seconds: they are only spent when the test fails.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not condition():
        assert loop.time() < deadline, f"{what} didn't come within {within:.0f} s"
        await asyncio.sleep(0.005)
