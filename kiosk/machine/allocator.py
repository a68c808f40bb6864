"""What the C library keeps of memory that a program gave back (mallopt(3)); only glibc can be told."""

import ctypes

LARGE = 1 << 17
"""Bytes from which memory is asked of the system and given back to it each time."""

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""<malloc.h>"""


def give_back_what_is_large() -> None:
    """Pieces of ``LARGE`` bytes and more leave this process as soon as they are free: pictures of
    slips, and the 19 MiB that checking a password takes.

    Else malloc learns from the first that was given back to keep such pieces, and what is small and
    stays comes to lie between them.
    """
    _tell(_M_MMAP_THRESHOLD, LARGE)


def share_one_arena() -> None:
    """Threads take memory from one place, not each from its own with its own leftovers.

    Before any thread has begun. Of Python's threads one runs at a time: none waits for another here.
    """
    _tell(_M_ARENA_MAX, 1)


def _tell(parameter: int, value: int) -> None:
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(parameter, value)
