"""The simulated loudspeaker: remembers what was heard, and can be unplugged."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from kiosk.domain.device import Fault
from kiosk.flow.announcing import VOICE
from kiosk.ports import DeviceError
from kiosk.voice.loudspeaker import Sounds
from kiosk.voice.sound import Sound, to_wav

KEPT = 8
"""Announcements that are remembered."""


@dataclass(slots=True)
class Heard:
    """One announcement as it was heard, so far."""

    number: int
    sounds: list[Sound] = field(default_factory=list)

    @property
    def words(self) -> list[Sound]:
        """What of it was spoken."""
        return [sound for sound in self.sounds if sound.text]

    def wav(self) -> bytes:
        """A recording of it."""
        return to_wav(b"".join(sound.samples for sound in self.sounds))


class SimulatedLoudspeaker:
    """A ``Loudspeaker`` that takes its time as a real one does, ``speed`` times faster."""

    def __init__(self, speed: float = 1) -> None:
        self.heard: deque[Heard] = deque(maxlen=KEPT)
        """The latest announcements; one without a sound in it isn't one."""
        self.plugged = True
        self._speed = speed
        self._count = 0

    def unplug(self) -> None:
        """Pull the cable: whatever is being said breaks off."""
        self.plugged = False

    def plug(self) -> None:
        """Put the cable in."""
        self.plugged = True

    async def play(self, sounds: Sounds) -> None:
        """Hear them. Raises DeviceError while unplugged."""
        self._must_be_plugged()
        heard = Heard(self._count + 1)
        async for sound in sounds:
            if any(sound.samples) and not heard.sounds:
                self._count += 1
                self.heard.append(heard)
            heard.sounds.append(sound)
            await asyncio.sleep(sound.seconds / self._speed)
            self._must_be_plugged()

    def _must_be_plugged(self) -> None:
        if not self.plugged:
            raise DeviceError(VOICE, Fault.NOT_FOUND, "the simulated loudspeaker is unplugged")
