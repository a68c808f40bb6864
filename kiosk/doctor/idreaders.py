"""Readers of identity cards: whether one answers, and at which speed. No card is asked for."""

import asyncio

from kiosk.cardreader.sdt import Question, Reply, SdtFraming, request
from kiosk.cardreader.sdtline import SdtLine
from kiosk.devices.serialport import open_serial
from kiosk.doctor.place import SerialLine
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.ports import DeviceError

ANSWER_WITHIN = 0.5
"""Seconds for its status."""
_WRITE_WITHIN = 1.0


async def examined(site: Site, subject: Subject, place: SerialLine) -> Finding:
    """What a reader says that nobody else has open."""
    device = DeviceId(subject.name)
    try:
        if await _answers(device, place.port, place.baud):
            return await _healthy(site, subject, place)
        for baud in place.other_speeds:
            if await _answers(device, place.port, baud):
                return _wrong_speed(site, subject, place.baud, baud)
    except DeviceError as error:
        return faulted(site.language, subject, error.fault, error.detail)
    says, advice = (
        say(site.language, "Silent at every usual speed."),
        say(
            site.language,
            "Is it switched on and on-line? Is the plug in this port? Then the cable: sending and"
            " receiving (2 and 3) may have to be crossed, or must not be.",
        ),
    )
    return subject.wrong(Symptom.SILENT, says, advice)


async def _healthy(site: Site, subject: Subject, place: SerialLine) -> Finding:
    """It answers; whether it is in order it says too. Raises DeviceError when it isn't."""
    device = DeviceId(subject.name)
    line = SdtLine(device, await open_serial(device, place.port, place.baud), place.baud)
    try:
        await line.greet()
    finally:
        await line.close()
    return subject.well(say(site.language, "It answers and is in order."))


async def _answers(device: DeviceId, port: str, baud: int) -> bool:
    """Whether a sound frame comes back at this speed. Raises DeviceError."""
    wire = await open_serial(device, port, baud)
    clock = asyncio.get_running_loop().time
    framing, until = SdtFraming(), clock() + ANSWER_WITHIN
    try:
        await wire.write(request(Question.STATUS), _WRITE_WITHIN)
        while (left := until - clock()) > 0:
            replies = framing.feed(await wire.read(left))
            if any(isinstance(one, Reply) for one in replies):
                return True
    finally:
        framing.clear()
        await wire.close()
    return False


def _wrong_speed(site: Site, subject: Subject, wrong: int, right: int) -> Finding:
    says = say(
        site.language,
        "Silent at {wrong} baud; it answers at {right}.",
        wrong=wrong,
        right=right,
    )
    advice = say(site.language, "Write baud = {right} in its settings.", right=right)
    return subject.wrong(Symptom.WRONG_SPEED, says, advice)
