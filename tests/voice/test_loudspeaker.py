"""ALSA's aplay plays into a file: all of it, in order; and every way in which it can fail."""

import asyncio
import shutil
import stat
from pathlib import Path

import pytest

from kiosk.domain.device import Fault
from kiosk.ports import DeviceError
from kiosk.voice import loudspeaker
from kiosk.voice.loudspeaker import AlsaLoudspeaker, Sounds, check
from kiosk.voice.sound import Sound
from tests.support.eventually import until
from tests.voice.alsa import captured
from tests.voice.hall import Hall, a_call
from tests.voice.tones import call, listen, record, tone

needs_aplay = pytest.mark.skipif(not shutil.which("aplay"), reason="aplay is not installed")


async def sounds(*pitches: float, seconds: float = 0.2, between: float = 0) -> Sounds:
    for pitch in pitches:
        yield Sound(tone(pitch, seconds) + bytes(8000))
        await asyncio.sleep(between)


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    environment, file = captured(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return file


@needs_aplay
class TestWithAplay:
    async def test_everything_is_played_to_its_end(self, played: Path) -> None:
        await AlsaLoudspeaker("capture").play(sounds(1000, 2500, between=0.1))
        sent = b"".join(tone(pitch, 0.2) + bytes(8000) for pitch in (1000, 2500))
        heard = played.read_bytes()
        assert heard.startswith(sent)
        assert not any(heard[len(sent) :])  # aplay fills its last period with silence

    async def test_a_whole_announcement(self, played: Path, tmp_path: Path) -> None:
        hall = Hall(record(tmp_path / "clips"), output=AlsaLoudspeaker("capture"))
        for number in ("A001", "V010"):
            assert await hall.voice.say(a_call(number, "en")) is None
        expected = [
            ["chime", *call("en", number), *call("zh", number)] for number in ("A001", "V010")
        ]
        assert [note.name for note in listen(played.read_bytes())] == [*expected[0], *expected[1]]

    async def test_it_can_be_checked_without_being_heard(self, played: Path) -> None:
        await check(AlsaLoudspeaker("capture"))
        assert not any(played.read_bytes())

    @pytest.mark.usefixtures("played")
    async def test_an_output_that_does_not_exist(self) -> None:
        with pytest.raises(DeviceError) as error:
            await AlsaLoudspeaker("nowhere").play(sounds(*[1000] * 40))
        assert error.value.fault is Fault.NOT_FOUND
        assert "audio open error" in error.value.detail


class TestWithoutIt:
    async def test_the_package_is_named(self) -> None:
        with pytest.raises(DeviceError) as error:
            await check(AlsaLoudspeaker("default", program="no-such-aplay"))
        assert error.value.fault is Fault.NO_PROGRAM
        assert "install the Debian package alsa-utils" in error.value.detail

    @pytest.mark.parametrize("work", ["exec sleep 60", "cat >/dev/null; exec sleep 60"])
    async def test_a_stuck_output_is_given_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str
    ) -> None:
        monkeypatch.setattr(loudspeaker, "GRACE", 0.2)
        with pytest.raises(DeviceError) as error:
            await AlsaLoudspeaker("default", program(tmp_path, work)).play(
                sounds(1000, seconds=0.02)
            )
        assert error.value.fault is Fault.NO_ANSWER

    async def test_one_that_dies_in_the_middle_says_why(self, tmp_path: Path) -> None:
        dying = program(tmp_path, "head -c 9000 >/dev/null; echo 'No such device' >&2; exit 1")
        with pytest.raises(DeviceError, match="No such device"):
            await AlsaLoudspeaker("default", dying).play(sounds(*[1000] * 40))

    async def test_cancelled_it_leaves_nothing_running(self, tmp_path: Path) -> None:
        begun = tmp_path / "begun"
        sleeper = program(tmp_path, f"touch {begun}; exec sleep 60")
        playing = asyncio.create_task(AlsaLoudspeaker("default", sleeper).play(sounds(1000)))
        await until(begun.exists)
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing


def program(folder: Path, work: str) -> str:
    """A player that does this instead of playing."""
    file = folder / "player"
    file.write_text(f"#!/bin/sh\n{work}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)
