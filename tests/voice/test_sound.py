"""Samples: what is read from files, cut, made quieter; the chime; the volume of the day."""

import io
import wave
from array import array
from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voice.chime import chime
from kiosk.voice.sound import (
    RATE,
    Sound,
    UnusableSound,
    at_volume,
    from_wav,
    silence,
    to_wav,
    trimmed,
)
from kiosk.voice.volume import volume_at
from tests.voice.tones import listen, tone


def wav(samples: bytes, *, rate: int = RATE, channels: int = 1, width: int = 2) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return data.getvalue()


def test_a_wav_file_and_back() -> None:
    assert from_wav(to_wav(tone(1000))) == tone(1000)


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100, 48_000])
def test_other_rates_keep_pitch_and_length(rate: int) -> None:
    # A tone of 1,000 Hz in our samples is one of this many in theirs.
    samples = from_wav(wav(tone(1000 * RATE / rate, seconds=0.15 * rate / RATE), rate=rate))
    (note,) = listen(samples)
    assert note.name == "zh/begin"
    assert len(samples) / 2 / RATE == pytest.approx(0.15, abs=0.001)


def test_two_channels_become_one() -> None:
    both = array("h", [100, 300, -32768, -32768, 32767, 32767, 1, 0])
    assert array("h", from_wav(wav(both.tobytes(), channels=2))).tolist() == [200, -32768, 32767, 0]


def test_a_header_written_to_a_pipe_promises_too_much() -> None:
    data = bytearray(to_wav(tone(1000)))
    data[4:8] = data[40:44] = b"\xff\xff\xff\x7f"
    assert from_wav(bytes(data)) == tone(1000)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "is no WAV file"),
        (b"RIFF\x00\x00\x00\x00WAVE", "is no WAV file"),
        (b"ID3\x03 an mp3 that somebody renamed", "is no WAV file"),
        (wav(bytes(300), width=3), "24 bits"),
        (wav(bytes(100), width=1), "8 bits"),
        (wav(bytes(600), channels=6), "6 channels"),
    ],
)
def test_what_is_no_clip(data: bytes, complaint: str) -> None:
    with pytest.raises(UnusableSound, match=complaint):
        from_wav(data)


@given(st.binary(max_size=200))
def test_no_file_does_any_harm(data: bytes) -> None:
    for file in (data, to_wav(tone(1000, 0.001))[:44] + data, b"RIFF" + data):
        try:
            assert len(from_wav(file)) % 2 == 0
        except UnusableSound as error:
            assert str(error)  # noqa: PT017


def test_trimmed_of_the_silence_at_both_ends() -> None:
    loud = tone(1000)[2:]
    cut = trimmed(silence(0.3) + loud + silence(0.1) + loud + silence(0.2))
    assert Sound(cut).seconds == pytest.approx(0.4, abs=0.001)
    assert trimmed(silence(0.1)) == trimmed(b"") == b""


def test_volume_is_a_share_of_the_amplitude() -> None:
    loud, half = tone(1000), at_volume(tone(1000), 50)
    assert max(array("h", half)) == pytest.approx(max(array("h", loud)) / 2, abs=1)
    assert at_volume(loud, 100) == loud
    assert not any(at_volume(loud, 0))


def test_the_chime_is_short_and_neither_clicks_nor_clips() -> None:
    level = array("h", chime(100))
    assert Sound(chime(100)).seconds == pytest.approx(0.9)
    assert 10_000 < max(level) < 25_000
    assert abs(level[0]) < 50
    assert abs(level[-1]) < 50
    steps = max(abs(one - other) for one, other in pairwise(level))
    assert steps < 4000
    assert max(array("h", chime(20))) == pytest.approx(max(level) / 5, rel=0.01)


@pytest.mark.parametrize(
    ("moment", "volume"),
    [
        ("00:00", 30),
        ("08:29", 30),
        ("08:30", 80),
        ("17:59", 80),
        ("18:00", 50),
        ("21:59", 50),
        ("22:00", 30),
    ],
)
def test_the_volume_of_the_day_holds_over_midnight(moment: str, volume: int) -> None:
    table = {time(18): 50, time(8, 30): 80, time(22): 30}
    assert volume_at(table, time.fromisoformat(moment)) == volume
    assert volume_at({time(9): 70}, time(3)) == 70
