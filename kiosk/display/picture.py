"""Screens as pictures, without a window: for the hardware bench and the documents.

Both may be called from any thread; only one draws at a time.
"""

import os
import threading
from typing import Any

from kiosk.display.layout import scene

Json = dict[str, Any]

_DRAWING = threading.Lock()
"""Fonts are cached and must not be used by two threads at once."""


def picture(screen: Json, scale: float = 1.0) -> bytes:
    """A finished screen as a PNG file, 1080 by 1920 pixels (a board: 1920 by 1080) at scale 1.

    Raises FontMissing when a typeface isn't installed.
    """
    # Its greeting would go to the standard output of whichever program imports it first.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from kiosk.display.render import png

    with _DRAWING:
        return png(scene(screen), scale)


def action_at(screen: Json, x: float, y: float) -> str | None:
    """The action of the button at a point in full-size pixels; None where there is none."""
    return scene(screen).action_at(x, y)
