"""Ports for what a test starts, kills and starts again."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path

FIRST, IN_A_BLOCK, BLOCKS = 20_000, 100, 120
"""Below those that Linux gives out by itself (32,768 and more): nobody is given one by chance while
nobody listens there."""


def free_port() -> int:
    """A port on loopback that nobody listens at, and that no other process of tests is given."""
    return next(port for port in _own() if _is_free(port))


@cache
def _own() -> Iterator[int]:
    """The ports of this process, again and again: a block that is its own until it ends."""
    shared = Path(tempfile.gettempdir()) / f"kiosk-test-ports-{os.getuid()}"
    file = os.open(shared, os.O_RDWR | os.O_CREAT, 0o600)
    for block in range(BLOCKS):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, block)
        except OSError:
            continue
        first = FIRST + block * IN_A_BLOCK
        return cycle(range(first, first + IN_A_BLOCK))
    raise RuntimeError(f"no block of ports is free: {shared}")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
