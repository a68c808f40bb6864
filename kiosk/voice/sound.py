"""Sound: signed 16-bit samples, one channel, 22,050 a second, as bytes in the machine's order."""

import io
import wave
from array import array
from dataclasses import dataclass

from kiosk.domain.ids import Language

RATE = 22_050
"""Samples a second: what espeak-ng makes, and plenty for speech."""
_SAMPLE = 2
_QUIET = 300
"""Up to this level, about -40 dB, a sample at either end is silence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to be heard, with its words if it has any."""

    samples: bytes
    text: str = ""
    language: Language | None = None

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / _SAMPLE / RATE


class UnusableSound(ValueError):
    """A recording that can't be played; the text says why."""


def silence(seconds: float) -> bytes:
    """Nothing to be heard for so long."""
    return bytes(round(seconds * RATE) * _SAMPLE)


def trimmed(samples: bytes) -> bytes:
    """Without the silence at both ends; of silence alone nothing is left."""
    level = array("h", samples)
    loud = (place for place, value in enumerate(level) if abs(value) > _QUIET)
    first = next(loud, len(level))
    rest = (place for place in range(len(level) - 1, first - 1, -1) if abs(level[place]) > _QUIET)
    return level[first : next(rest, first - 1) + 1].tobytes()


def at_volume(samples: bytes, volume: int) -> bytes:
    """The sound at so many per cent of its amplitude."""
    if volume == 100:
        return samples
    return array("h", (value * volume // 100 for value in array("h", samples))).tobytes()


def from_wav(data: bytes) -> bytes:
    """The samples of a WAV file of any rate with one or two channels of 16 bits.

    Raises UnusableSound for anything else.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            form = file.getparams()
            # A header written to a pipe promises more than follows.
            frames = file.readframes(min(form.nframes, len(data)))
    except (wave.Error, EOFError) as error:
        raise UnusableSound(f"is no WAV file: {error}") from None
    if form.sampwidth != _SAMPLE or form.nchannels not in (1, 2) or form.framerate < 1:
        form_found = f"{8 * form.sampwidth} bits and {form.nchannels} channels"
        raise UnusableSound(f"has {form_found} instead of 16 bits and 1 or 2 channels")
    whole = len(frames) - len(frames) % (_SAMPLE * form.nchannels)
    samples = array("h", frames[:whole])
    mono = samples if form.nchannels == 1 else _mono(samples)
    return (mono if form.framerate == RATE else _at_our_rate(mono, form.framerate)).tobytes()


def _mono(samples: "array[int]") -> "array[int]":
    pairs = zip(samples[::2], samples[1::2], strict=True)
    return array("h", ((left + right) // 2 for left, right in pairs))


def _at_our_rate(samples: "array[int]", rate: int) -> "array[int]":
    """Linear between neighbours: speech needs no better."""
    last = len(samples) - 1

    def level(place: int) -> int:
        before, part = divmod(place * rate, RATE)
        after = samples[min(before + 1, last)]
        return samples[before] + (after - samples[before]) * part // RATE

    return array("h", map(level, range(len(samples) * RATE // rate)))


def to_wav(samples: bytes) -> bytes:
    """A WAV file of the samples."""
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setparams((1, _SAMPLE, RATE, 0, "NONE", ""))
        file.writeframes(samples)
    return data.getvalue()
