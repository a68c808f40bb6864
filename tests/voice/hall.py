"""A hall with a voice: loudspeaker and clock in the test's hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.domain.counter import CounterPlan, WorkProfile
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import CounterId, Language
from kiosk.ports import Announcement
from kiosk.voice.announcer import Announcer
from kiosk.voice.clips import Clips
from kiosk.voice.loudspeaker import Loudspeaker
from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.voice.speech import Speech
from kiosk.voice.synthesizer import Synthesizer
from kiosk.voice.wording import needed_clips
from tests.flow.clock import HandClock

NO_SYNTHESIZER = "no-such-synthesizer"


def counter(name: str = "1", **names: str) -> CounterPlan:
    by_language = {Language(language): text for language, text in names.items()}
    return CounterPlan(CounterId(name), by_language, WorkProfile(frozenset()))


def a_call(number: str = "A001", language: str = "zh", at: str = "1", **names: str) -> Announcement:
    return Announcement(number, Language(language), counter(at, **names))


@dataclass
class Hall:
    """The announcer with what it reports; without clips it has the synthesizer only."""

    clips: Path | None = None
    languages: tuple[str, ...] = ("zh", "en")
    volume: Mapping[time, int] = field(default_factory=lambda: {time(0): 100})
    synthesizer: str = NO_SYNTHESIZER
    output: Loudspeaker | None = None
    simulated: SimulatedLoudspeaker = field(default_factory=lambda: SimulatedLoudspeaker(speed=200))
    clock: HandClock = field(default_factory=HandClock)
    told: list[DeviceCondition] = field(default_factory=list)

    def __post_init__(self) -> None:
        needed = needed_clips("AV", [counter("1"), counter("2")])
        speech = Speech(Clips(self.clips), Synthesizer(self.synthesizer), needed)
        speech.prepare()
        self.voice = Announcer(
            self.output or self.simulated,
            speech,
            languages=[Language(one) for one in self.languages],
            volume=self.volume,
            zone=ZoneInfo("Asia/Shanghai"),
            clock=self.clock,
            report=self.told.append,
        )
