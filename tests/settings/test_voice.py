"""The voice in the settings: outputs, languages, the volume of the day."""

from datetime import time
from pathlib import Path

import pytest

from tests.settings.site import BRANCH, HALL, faults, settings


class TestTheVoice:
    def test_without_its_table_there_is_none(self, tmp_path: Path) -> None:
        assert settings(tmp_path).voice is None

    def test_what_it_says_when_nothing_is_said(self, tmp_path: Path) -> None:
        voice = settings(tmp_path, "[voice]\n").voice
        assert voice
        assert (voice.output, voice.languages, voice.clips) == ("default", (), "")
        assert voice.volume == {time(0): 80}

    def test_the_volume_of_the_day(self, tmp_path: Path) -> None:
        voice = settings(tmp_path, '[voice]\nvolume = { "08:30" = 80, "18:00" = 0 }\n').voice
        assert voice
        assert voice.volume == {time(8, 30): 80, time(18): 0}

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            ('outptu = "default"', "[voice] outptu: is not known here; did you mean 'output'?"),
            ('output = ""', "[voice] output: '': String should have at least 1 character"),
            (
                'languages = ["zh", "de"]',
                "[voice] languages.1: 'de' is none of 'zh', 'en', 'ru', 'cs' or 'kk'",
            ),
            ("volume = {}", "[voice] volume: at least one is needed"),
            ('volume = { "8:30" = 80 }', "[voice] volume.8:30: '8:30' is no time of day such as"),
            ('volume = { "08:30" = 101 }', "[voice] volume.08:30: 101: Input should be less than"),
            ('volume = { "08:30" = "loud" }', "[voice] volume.08:30: 'loud': Input should be a"),
            ("volume = 80", "[voice] volume: 80: Input should be a valid dictionary"),
        ],
    )
    def test_a_bad_value_is_named(self, tmp_path: Path, line: str, fault: str) -> None:
        (told,) = faults(tmp_path, BRANCH + HALL + f"[voice]\n{line}\n")
        assert told.startswith(f"kiosk.toml: {fault}")
