"""The announcer: chime, languages in turn, no overlap; what it lacks is told once, and it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.flow.announcing import VOICE
from kiosk.voice.announcer import BREATH
from kiosk.voice.chime import chime
from kiosk.voice.simulator import Heard, SimulatedLoudspeaker
from tests.flow.work import at_work
from tests.support.eventually import until
from tests.voice.hall import Hall, a_call
from tests.voice.tones import Note, call, listen, record

WELL = DeviceCondition(VOICE, DeviceKind.VOICE)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    return record(tmp_path / "clips")


def notes(heard: Heard) -> list[Note]:
    return listen(b"".join(sound.samples for sound in heard.sounds))


def names(heard: Heard) -> list[str]:
    return [note.name for note in notes(heard)]


@asynccontextmanager
async def looked_after(hall: Hall) -> AsyncIterator[None]:
    """The announcer's task, once it has told how it is."""
    async with at_work(hall.voice.run()):
        await until(lambda: hall.told)
        yield


async def test_the_chime_then_the_customers_language_then_the_others(clips: Path) -> None:
    hall = Hall(clips)
    assert await hall.voice.say(a_call("A001", "ru", "2")) is None
    (heard,) = hall.simulated.heard
    spoken = [call(language, "A001", "2") for language in ("ru", "zh", "en")]
    assert names(heard) == ["chime", *spoken[0], *spoken[1], *spoken[2]]
    assert [sound.language for sound in heard.words] == ["ru", "zh", "en"]
    assert heard.words[2].text == "Ticket A, zero zero one, please go to counter two."


async def test_a_breath_between_languages(clips: Path) -> None:
    hall = Hall(clips)
    await hall.voice.say(a_call())
    said = notes(hall.simulated.heard[0])
    begins = [at for at, note in enumerate(said) if note.name.endswith("begin")]
    for at in begins:
        assert said[at].begins - said[at - 1].ends == pytest.approx(BREATH, abs=0.01)


async def test_two_calls_at_once_are_spoken_one_after_the_other(clips: Path) -> None:
    hall = Hall(clips, languages=("zh",))
    moments: list[tuple[int, float]] = []

    async def watch() -> None:
        seen: dict[int, int] = {}
        while True:
            for heard in hall.simulated.heard:
                if seen.get(heard.number) != len(heard.sounds):
                    seen[heard.number] = len(heard.sounds)
                    moments.append((heard.number, asyncio.get_running_loop().time()))
            await asyncio.sleep(0.001)

    async with at_work(watch()):
        await asyncio.gather(*(hall.voice.say(a_call(number)) for number in ("A001", "A002")))
    first, second = hall.simulated.heard
    assert names(first) == ["chime", *call("zh", "A001")]
    assert names(second) == ["chime", *call("zh", "A002")]
    turns = [number for number, _ in moments]
    assert turns == sorted(turns)


async def test_the_volume_follows_the_day(clips: Path) -> None:
    hall = Hall(clips, languages=("zh",), volume={time(8): 100, time(10): 25, time(11): 0})
    for _ in range(3):  # 9, 10 and 11 o'clock in the branch
        assert await hall.voice.say(a_call()) is None
        hall.clock.move(hours=1)
    day, noon = (notes(heard) for heard in hall.simulated.heard)
    for loud, quiet in zip(day, noon, strict=True):
        assert quiet.loudest == pytest.approx(loud.loudest / 4, rel=0.02)


class TestWhatItLacks:
    async def test_one_clip_and_no_synthesizer_is_one_sentence_less(self, clips: Path) -> None:
        (clips / "zh/1.wav").unlink()
        hall = Hall(clips)
        assert await hall.voice.say(a_call("A001")) is Fault.NO_PROGRAM
        assert names(hall.simulated.heard[0]) == ["chime", *call("en", "A001")]
        assert await hall.voice.say(a_call("A002")) is None

    async def test_without_any_voice_the_chime_sounds_and_staff_are_told_once(self) -> None:
        hall = Hall()
        async with looked_after(hall):
            for _ in range(3):
                assert await hall.voice.say(a_call()) is Fault.NO_PROGRAM
        assert [heard.sounds[0].samples for heard in hall.simulated.heard] == [chime(100)] * 3
        assert not any(heard.words for heard in hall.simulated.heard)
        (told,) = hall.told
        assert (told.kind, told.status) == (DeviceKind.VOICE, DeviceStatus.OFFLINE)
        assert told.fault is Fault.NO_PROGRAM
        assert "install the Debian package espeak-ng" in told.detail

    async def test_no_loudspeaker_is_a_fault_that_begins_and_ends_once(self, clips: Path) -> None:
        hall = Hall(clips)
        async with looked_after(hall):
            assert hall.told == [WELL]
            hall.simulated.unplug()
            for _ in range(3):
                assert await hall.voice.say(a_call()) is Fault.NOT_FOUND
            await until(lambda: len(hall.told) == 2)
            hall.simulated.plug()
            assert await hall.voice.say(a_call()) is None
            await until(lambda: len(hall.told) == 3)
        began, ended = hall.told[1:]
        assert (began.status, began.fault) == (DeviceStatus.NO_DEVICE, Fault.NOT_FOUND)
        assert ended == WELL
        assert len(hall.simulated.heard) == 1

    async def test_unplugged_in_the_middle_the_next_call_is_whole(self, clips: Path) -> None:
        hall = Hall(clips, simulated=SimulatedLoudspeaker(speed=20))
        broken = asyncio.create_task(hall.voice.say(a_call("A001")))
        await until(lambda: hall.simulated.heard)
        hall.simulated.unplug()
        assert await broken is Fault.NOT_FOUND
        hall.simulated.plug()
        assert await hall.voice.say(a_call("A002")) is None
        assert names(hall.simulated.heard[-1])[:7] == ["chime", *call("zh", "A002")]
