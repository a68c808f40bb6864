"""Recorded clips: words that somebody has spoken, joined to calls.

They lie in one folder for each language, ``zh/begin.wav``, ``zh/A.wav``, ``zh/0.wav``,
``zh/counter-1.wav`` (everything behind the number), and beside those ``chime.wav``, if there is a
better one than the machine's.
"""

import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from kiosk.domain.ids import Language
from kiosk.voice.sound import UnusableSound, at_volume, from_wav, silence, trimmed
from kiosk.voice.wording import LANGUAGES

GAP = 0.12
"""Seconds between two clips."""
CHIME = "chime"

logger = logging.getLogger(__name__)


class Clips:
    """The clips of a folder, read once; what can't be used is told and counts as missing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._samples: dict[tuple[str, str], bytes] = {}
        self._at_volume = lru_cache(maxsize=512)(self._clip_at_volume)

    def read(self) -> None:
        """Read all of them. Blocks, for a few milliseconds a clip."""
        if self._folder is None:
            return
        if not self._folder.is_dir():
            logger.warning("voice: there is no folder %s with clips", self._folder)
            return
        for language in LANGUAGES:
            for file in sorted((self._folder / language).glob("*.wav")):
                self._keep(language, file)
        if (own := self._folder / f"{CHIME}.wav").exists():
            self._keep("", own)

    def missing(self, language: Language, needed: Iterable[str]) -> list[str]:
        """Which of the clips aren't there."""
        return sorted(name for name in needed if (language, name) not in self._samples)

    def joined(self, language: Language, names: Iterable[str], volume: int) -> bytes | None:
        """The clips one after the other; None when one is missing."""
        keys = [(language, name) for name in names]
        if not all(key in self._samples for key in keys):
            return None
        return silence(GAP).join(self._at_volume(*key, volume) for key in keys)

    def chime(self, volume: int) -> bytes | None:
        """The site's own chime."""
        return self._at_volume("", CHIME, volume) if ("", CHIME) in self._samples else None

    def _keep(self, language: str, file: Path) -> None:
        try:
            self._samples[language, file.stem] = trimmed(from_wav(file.read_bytes()))
        except (UnusableSound, OSError) as error:
            logger.warning("voice: the clip %s %s", file, error)

    def _clip_at_volume(self, language: str, name: str, volume: int) -> bytes:
        return at_volume(self._samples[language, name], volume)
