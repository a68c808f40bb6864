"""Settings of the hall's voice."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from kiosk.settings.values import Section, TimeOfDay

Volumes = Annotated[
    dict[TimeOfDay, Annotated[int, Field(strict=True, ge=0, le=100)]], Field(min_length=1)
]
"""Per cent of full loudness, each from its time of day on."""


class VoiceSection(Section):
    """``[voice]``; without it nothing is spoken"""

    output: Annotated[str, Field(min_length=1)] = "default"
    languages: tuple[Literal["zh", "en", "ru", "cs", "kk"], ...] = ()
    clips: str = ""
    volume: Volumes = Field(default={time(0): 80})
