"""Tried in a process of its own: what malloc is told, it keeps to."""

import subprocess
import sys

PROGRAM = """
import ctypes, threading
from kiosk.machine.allocator import share_one_arena

libc = ctypes.CDLL(None)
{told}
threads = [threading.Thread(target=libc.malloc, args=(5000,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_stats()
"""


def stats(told: str) -> str:
    """What malloc_stats(3) tells of a process with threads that has told malloc this."""
    program = [sys.executable, "-c", PROGRAM.format(told=told)]
    return subprocess.run(program, capture_output=True, check=True, text=True, timeout=30).stderr


def test_threads_share_one_arena() -> None:
    assert "Arena 1" in stats("")
    assert "Arena 1" not in stats("share_one_arena()")
