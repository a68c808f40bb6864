"""The announcer: the hall's voice. A chime, then the call in each language."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import time, tzinfo

from kiosk.devices.supervision import supervise
from kiosk.domain.device import DeviceKind, Fault
from kiosk.domain.ids import Language
from kiosk.flow.announcing import VOICE
from kiosk.ports import Announcement, Clock, DeviceError, ReportCondition
from kiosk.voice.chime import chime
from kiosk.voice.loudspeaker import Loudspeaker, Sounds, check
from kiosk.voice.sound import Sound, silence
from kiosk.voice.speech import Speech
from kiosk.voice.volume import volume_at
from kiosk.voice.wording import in_turn

BREATH = 0.4
"""Seconds between the chime and the first sentence, and between two languages."""
REST = 0.6
"""Seconds of silence after a call, so that the next one's chime is a beginning."""


class Announcer:
    """The ``Voice`` of the hall.

    Whatever it lacks, it says what it can: without a sentence in one language the others, without
    any the chime, which makes people look at the board. What is wrong is reported once, and once
    when it is well again; :meth:`run` is the task that looks.
    """

    def __init__(
        self,
        loudspeaker: Loudspeaker,
        speech: Speech,
        *,
        languages: Iterable[Language],
        volume: Mapping[time, int],
        zone: tzinfo,
        clock: Clock,
        report: ReportCondition,
    ) -> None:
        self._loudspeaker = loudspeaker
        self._speech = speech
        self._languages = tuple(languages)
        self._volume = volume
        self._zone = zone
        self._clock = clock
        self._report = report
        self._speaking = asyncio.Lock()
        self._failures: asyncio.Queue[DeviceError] = asyncio.Queue()

    def __repr__(self) -> str:
        state = "speaking" if self._speaking.locked() else "silent"
        return f"<{VOICE}, {' '.join(self._languages)}, {state}>"

    async def say(self, call: Announcement) -> Fault | None:
        """Speak a call to its end; two at once are spoken one after the other.

        What kept any of it from being heard; None when nothing did, at night's volume 0 too.
        """
        failures: list[DeviceError] = []
        async with self._speaking:
            if volume := self._volume_now():
                try:
                    async with aclosing(self._sounds(call, volume, failures)) as sounds:
                        await self._loudspeaker.play(sounds)
                except DeviceError as error:
                    failures.append(error)
        for failure in failures:
            self._failures.put_nowait(failure)
        return failures[0].fault if failures else None

    async def run(self) -> None:
        """Look after the voice until cancelled."""
        await asyncio.to_thread(self._prepare)
        await supervise(VOICE, DeviceKind.VOICE, self._session, self._report)

    def _prepare(self) -> None:
        """What would cost time at the first call. Blocks."""
        self._speech.prepare()
        for volume in set(self._volume.values()):
            chime(volume)

    def _volume_now(self) -> int:
        now = self._clock.now().astimezone(self._zone)
        return volume_at(self._volume, now.time())

    async def _sounds(self, call: Announcement, volume: int, failures: list[DeviceError]) -> Sounds:
        """The chime at once; each sentence is made while what is before it plays."""
        yield Sound(self._speech.chime(volume) or chime(volume))
        for language in in_turn(call.language, self._languages):
            try:
                spoken = await self._speech.say(call, language, volume)
            except DeviceError as error:
                failures.append(error)
                continue
            yield Sound(silence(BREATH))
            yield spoken
        yield Sound(silence(REST))

    async def _session(self, online: Callable[[], None]) -> None:
        """One stretch of being well: until something couldn't be said."""
        while not self._failures.empty():
            self._failures.get_nowait()
        async with self._speaking:
            await check(self._loudspeaker)
        self._speech.check(self._languages)
        online()
        raise await self._failures.get()
