"""What wakes a window: another thread that rings, or the window system that has something to say.

pygame looks for events every millisecond while it waits, which is 2 % of a core for a window in
which nothing happens. Here nothing is done until something comes.
"""

import ctypes
import os
import select

import pygame

HEADLESS = frozenset({"dummy", "offscreen"})
"""Video drivers of SDL without a screen: nothing ever comes from them."""

_LOOK_EVERY = 0.02
"""Seconds between looks where it can't be told when something comes."""


class Doorbell:
    """Rung by any thread; waited at by one."""

    def __init__(self) -> None:
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._heard = [self._bell]
        self._at_most = _LOOK_EVERY

    def attend(self) -> None:
        """Listen to the window system too; call it when the window has been opened."""
        driver = pygame.display.get_driver()
        connection = _x_connection() if driver == "x11" else None
        self._heard = [self._bell] if connection is None else [self._bell, connection]
        known = driver in HEADLESS or connection is not None
        self._at_most = float("inf") if known else _LOOK_EVERY

    def ring(self) -> None:
        """Wake whoever waits now, or will next."""
        os.eventfd_write(self._bell, 1)

    def wait(self, seconds: float) -> None:
        """Return when it was rung, when the window system may have something, or after that long.

        Take what the window system has said before: it isn't told a second time.
        """
        ready, _, _ = select.select(self._heard, [], [], min(seconds, self._at_most))
        if self._bell in ready:
            os.eventfd_read(self._bell)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._bell)


def _x_connection() -> int | None:
    """The descriptor of SDL's connection to the X server (XConnectionNumber(3)); None: unknown."""
    display = pygame.display.get_wm_info().get("display")
    if display is None:
        return None
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    try:
        number = ctypes.CDLL("libX11.so.6").XConnectionNumber
    except OSError:
        return None
    number.argtypes = [ctypes.c_void_p]
    return int(number(pointer(display, b"display")))
