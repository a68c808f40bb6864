"""The voice on the hardware bench: what was said, to read and to listen to."""

from collections.abc import Hashable

from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.web.pages.templates import draw


def heard(loudspeaker: SimulatedLoudspeaker | None) -> Hashable:
    """Changes with whatever is said, and with the plug."""
    if loudspeaker is None:
        return None
    said = tuple((one.number, len(one.sounds)) for one in loudspeaker.heard)
    return loudspeaker.plugged, said


def voice(loudspeaker: SimulatedLoudspeaker, condition: str | None, language: str) -> str:
    """The part of the page, the newest announcement first."""
    said = list(reversed(loudspeaker.heard))
    plugged = loudspeaker.plugged
    return draw("bench_voice.html", language, heard=said, plugged=plugged, condition=condition)
