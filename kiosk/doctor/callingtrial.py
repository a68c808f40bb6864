"""Trying what calls people: LED displays, call pads, and the voice."""

import asyncio
from contextlib import suppress

from kiosk.assembly.hardware import sample_call
from kiosk.counterports import CounterDisplay, Key, Sign
from kiosk.doctor import atwork
from kiosk.doctor.atwork import AtWork, Trial
from kiosk.doctor.devices import subject_of
from kiosk.doctor.readertrial import silent
from kiosk.domain.counter import CounterState
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.flow.announcing import VOICE
from kiosk.locale import say

SHOWN_FOR = 3.0
"""Seconds for which a display shows one thing."""
_LONGEST = 1000
"""Keys; a pad that presses by itself isn't listened to for ever."""


async def try_led(at: AtWork, device: DeviceId, language: str) -> Trial:
    """Show its address with the lamp of each state of a counter, and ring once."""
    [section] = [one for one in at.settings.led if one.id == device]
    number = f"{section.address:03}"
    with at.hardware.calling.lent_leds[device].borrowed() as display:
        for state in CounterState:
            yield say(
                language,
                "It shows {number}, and the lamp of a counter that is {state}.",
                number=number,
                state=state,
            )
            rings = state is CounterState.OPEN
            display.show(Sign((number,), state), chime=rings)
            await asyncio.sleep(SHOWN_FOR)
    yield _looked_at(subject_of(section), language)


async def try_pad(at: AtWork, device: DeviceId, language: str) -> Trial:
    """Show its address, then each key that is pressed, until nobody presses any more."""
    [section] = [one for one in at.settings.callpad if one.id == device]
    number, subject = f"{section.address:03}", subject_of(section)
    with at.hardware.calling.lent_pads[device].borrowed_keys() as (display, keys):
        display.show(Sign((number,), CounterState.OPEN))
        yield say(
            language,
            "It shows {number}. Press its keys, they call nobody; it ends {seconds} seconds after"
            " the last one.",
            number=number,
            seconds=round(atwork.PATIENCE / 3),
        )
        pressed = 0
        while pressed < _LONGEST and (key := await _next(keys)):
            pressed += 1
            _answer(display, pressed)
            yield say(language, "Key: {key}", key=key)
    yield _looked_at(subject, language) if pressed else silent(subject, language)


async def try_voice(at: AtWork, language: str) -> Trial:
    """Speak a call as the branch would."""
    assert at.settings.voice is not None
    voice = at.hardware.voice
    assert voice is not None  # the settings have it
    subject = Subject(VOICE, f"voice, output {at.settings.voice.output}")
    yield say(language, "Listen: a number is called.")
    if fault := await voice.say(sample_call(at.settings, language)):
        yield faulted(language, subject, fault)
        return
    says = say(language, "The call was played to its end.")
    advice = say(
        language,
        "If it wasn't heard: the amplifier, alsamixer, and the volume for this time of day in"
        " [voice].",
    )
    yield subject.unknown(Symptom.UNTESTED, says, advice)


async def _next(keys: "asyncio.Queue[Key]") -> Key | None:
    with suppress(TimeoutError):
        return await asyncio.wait_for(keys.get(), atwork.PATIENCE / 3)
    return None


def _answer(display: CounterDisplay, count: int) -> None:
    """Digits are what every pad can show."""
    display.show(Sign((f"{count:03}", f"{count % 10}"), CounterState.SERVING))


def _looked_at(subject: Subject, language: str) -> Finding:
    says = say(language, "It was told what to show.")
    advice = say(
        language,
        "If it showed something else, or only its neighbour did: compare its address and its"
        " template with the settings.",
    )
    return subject.unknown(Symptom.UNTESTED, says, advice)
