"""The synthetic voice: every language spoken by the real espeak-ng, and what it may not say."""

import shutil
import stat
import subprocess
from array import array
from pathlib import Path

import pytest

from kiosk.domain.device import Fault
from kiosk.domain.ids import Language
from kiosk.ports import DeviceError
from kiosk.voice import synthesizer
from kiosk.voice.sound import Sound
from kiosk.voice.synthesizer import PROGRAM, Synthesizer
from kiosk.voice.wording import LANGUAGES, sentence, wording
from tests.voice.hall import Hall, a_call

needs_espeak = pytest.mark.skipif(not shutil.which(PROGRAM), reason="espeak-ng is not installed")


def phonemes(language: str, text: str) -> str:
    """What espeak-ng is going to say, in the International Phonetic Alphabet."""
    voice = wording(Language(language)).synthesizer
    command = [PROGRAM, "-q", "--ipa", "-v", voice, text]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_espeak
class TestWithEspeak:
    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_a_call_takes_a_few_seconds(self, language: Language) -> None:
        words = wording(language)
        text = sentence(words, a_call("A001", at="3"), language).text
        said = Sound(await Synthesizer().speak(words.synthesizer, text, 80))
        assert 2 < said.seconds < 7
        level = array("h", said.samples)
        assert max(level) > 5000
        assert abs(level[0]) > 300  # no silence before it: speech begins at once
        longer = sentence(words, a_call("A10007", at="3"), language).text
        more = Sound(await Synthesizer().speak(words.synthesizer, longer, 80))
        assert more.seconds > said.seconds + 0.3

    async def test_quieter_is_quieter(self) -> None:
        loud, quiet = [
            max(array("h", await Synthesizer().speak("en-gb", "Ticket one", volume)))
            for volume in (80, 20)
        ]
        assert quiet == pytest.approx(loud / 4, rel=0.15)

    def test_chinese_is_not_read_as_english_letters_and_numbers(self) -> None:
        text = sentence(wording(Language("zh")), a_call("A001", at="12"), Language("zh")).text
        said = phonemes("zh", text)
        assert "(en)" not in said
        assert "jˈɑu" in said  # 1 is yāo
        assert "jˈi5" not in said

    def test_the_letter_a_is_no_article(self) -> None:
        said = phonemes("en", sentence(wording(Language("en")), a_call(), Language("en")).text)
        assert "ˈeɪ" in said.split("\n")[0]

    def test_words_of_one_language_in_every_language(self) -> None:
        for language in LANGUAGES:
            words = wording(language)
            signs = "".join(chr(code) for code in range(ord("A"), ord("Z") + 1))
            for number in (signs, "0123456789"):
                said = phonemes(language, sentence(words, a_call(number), language).text)
                assert f"({language})" not in said, said

    async def test_an_unknown_voice_is_told(self) -> None:
        with pytest.raises(DeviceError) as error:
            await Synthesizer().speak("xx-none", "hello", 80)
        assert error.value.fault is Fault.NO_ANSWER

    async def test_without_clips_everything_is_synthetic(self) -> None:
        hall = Hall(synthesizer=PROGRAM)
        assert await hall.voice.say(a_call("V010", "kk", "2")) is None
        (heard,) = hall.simulated.heard
        assert [sound.language for sound in heard.words] == ["kk", "zh", "en"]
        assert all(2 < sound.seconds < 7 for sound in heard.words)


async def test_without_the_program_its_package_is_named() -> None:
    with pytest.raises(DeviceError, match="install the Debian package espeak-ng") as error:
        await Synthesizer("no-such-program").speak("en-gb", "hello", 80)
    assert error.value.fault is Fault.NO_PROGRAM


async def test_one_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesizer, "WITHIN", 0.1)
    program = tmp_path / "hangs"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(DeviceError) as error:
        await Synthesizer(str(program)).speak("en-gb", "hello", 80)
    assert error.value.fault is Fault.NO_ANSWER
