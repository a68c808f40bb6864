"""Trying a reader: somebody uses it, and what comes is told without any number."""

import asyncio

from kiosk.doctor import atwork
from kiosk.doctor.atwork import AtWork, Trial
from kiosk.doctor.devices import subject_of
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Subject, Symptom
from kiosk.identities import CardPresented, CardReading, CardUnreadable, CodeUnreadable
from kiosk.locale import say


async def try_reader(at: AtWork, device: DeviceId, language: str) -> Trial:
    """Wait for one reading. Nothing of whose it is is told, kept or looked up."""
    [section] = [one for one in at.settings.reader if one.id == device]
    subject = subject_of(section)
    with at.readers[device].borrowed() as readings:
        yield say(
            language,
            "Use it now: you have {seconds} seconds. What is read opens no visit.",
            seconds=round(atwork.PATIENCE),
        )
        try:
            reading = await asyncio.wait_for(readings.get(), atwork.PATIENCE)
        except TimeoutError:
            yield silent(subject, language)
        else:
            yield _read(subject, language, reading)


def silent(subject: Subject, language: str) -> Finding:
    """Somebody used it, or so it seems, and nothing came."""
    says = say(language, "Nothing came.")
    advice = say(
        language,
        "Has it power, does it beep or blink when it is used? Then its cable, its speed, and"
        " whether this is its port.",
    )
    return subject.wrong(Symptom.SILENT, says, advice)


def _read(subject: Subject, language: str, reading: CardReading) -> Finding:
    match reading:
        case CardPresented(scheme=scheme):
            return subject.well(say(language, "Read well: a card of {scheme}.", scheme=scheme))
        case CardUnreadable(reason=reason):
            says = say(language, "Something came and wasn't understood: {reason}", reason=reason)
            advice = say(
                language,
                "Once more, evenly, and with another card. If it stays so, clean the reader and"
                " compare its speed and format with its manual.",
            )
            return subject.wrong(Symptom.GARBLED, says, advice)
        case CodeUnreadable():
            return subject.well(say(language, "A code was read. It opens no visit in this branch."))
        case _:
            return subject.well(say(language, "Read well."))
