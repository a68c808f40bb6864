"""Speech: a call as sound in one language, by recorded clips or else by the synthetic voice."""

import logging
from collections.abc import Iterable

from kiosk.domain.ids import Language
from kiosk.ports import Announcement
from kiosk.voice.clips import Clips
from kiosk.voice.sound import Sound
from kiosk.voice.synthesizer import Synthesizer
from kiosk.voice.wording import LANGUAGES, Wording, sentence, wording

logger = logging.getLogger(__name__)


class Speech:
    """Makes sentences. One voice says a whole sentence: clips when there are all, or none of them."""

    def __init__(self, clips: Clips, synthesizer: Synthesizer, needed: frozenset[str]) -> None:
        self._clips = clips
        self._synthesizer = synthesizer
        self._needed = needed
        self._wordings: dict[Language, Wording] = {one: wording(one) for one in LANGUAGES}

    def prepare(self) -> None:
        """Read the clips. Blocks."""
        self._clips.read()

    def check(self, languages: Iterable[Language]) -> None:
        """Raises DeviceError when a call of the branch couldn't be said in one of the languages."""
        for language in languages:
            if missing := self._clips.missing(language, self._needed):
                logger.info("voice: %s is synthetic: no clips %s", language, " ".join(missing))
                self._synthesizer.check()

    def chime(self, volume: int) -> bytes | None:
        """The site's own chime, if it has one."""
        return self._clips.chime(volume)

    async def say(self, call: Announcement, language: Language, volume: int) -> Sound:
        """The call in this language. Raises DeviceError when there is no voice for it."""
        words = self._wordings[language]
        said = sentence(words, call, language)
        samples = self._clips.joined(language, said.clips, volume)
        if samples is None:
            samples = await self._synthesizer.speak(words.synthesizer, said.text, volume)
        return Sound(samples, said.text, language)
