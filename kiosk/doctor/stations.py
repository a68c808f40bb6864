"""LED displays and call pads: which addresses of a bus answer, and at which speed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.busframe import Expected, Found
from kiosk.devices.bus import Bus, Missed, Question
from kiosk.devices.station import frame
from kiosk.doctor.place import SerialLine
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.ports import DeviceError
from kiosk.settings.buses import (
    ADDRESS,
    ANSWER,
    QUESTION,
    SEEN,
    CallpadTemplateSection,
    LedTemplateSection,
)

ASKED_TIMES = 2


@dataclass(frozen=True, slots=True)
class Station:
    """One address of a bus."""

    subject: Subject
    address: int
    template: LedTemplateSection | CallpadTemplateSection

    @property
    def question(self) -> Question | None:
        """Whether it is there; None: it doesn't answer such a question."""
        asked, answered = (
            frame(self.template.poll, QUESTION),
            frame(self.template.polled, ANSWER),
        )
        if asked is None or answered is None:
            return None
        known = {ADDRESS: self.address}
        data = asked.build({**known, SEEN: 0})
        within = self.template.answer_within_ms / 1000
        return Question(data, Expected(answered, known), self.template.silence, within)


async def examined(site: Site, line: SerialLine, stations: Sequence[Station]) -> list[Finding]:
    """How each of the stations of one bus is, when nobody else has the line open."""
    try:
        heard = await _asked(line.port, line.baud, stations)
        speed = None
        if all(one is Missed.GARBLED or one is Missed.SILENT for one in heard.values()) and heard:
            speed = await _answering_speed(line, stations)
    except DeviceError as error:
        return [faulted(site.language, one.subject, error.fault, error.detail) for one in stations]
    return [_found(site, line, one, heard, speed) for one in stations]


async def _answering_speed(line: SerialLine, stations: Sequence[Station]) -> int | None:
    for baud in line.other_speeds:
        heard = await _asked(line.port, baud, stations)
        if any(isinstance(one, Found) for one in heard.values()):
            return baud
    return None


async def _asked(port: str, baud: int, stations: Sequence[Station]) -> dict[int, Found | Missed]:
    """By address what came of asking; nothing of those that can't be asked. Raises DeviceError."""
    bus = Bus(port, baud)
    heard: dict[int, Found | Missed] = {}
    try:
        for station in stations:
            if question := station.question:
                heard[station.address] = await _answer(bus, station, question)
    finally:
        await bus.close()
    return heard


async def _answer(bus: Bus, station: Station, question: Question) -> Found | Missed:
    device = DeviceId(station.subject.name)
    heard: Found | Missed = Missed.SILENT
    for _ in range(ASKED_TIMES):
        heard = await bus.ask(device, question)
        if isinstance(heard, Found):
            break
    return heard


def _found(
    site: Site,
    line: SerialLine,
    station: Station,
    heard: Mapping[int, Found | Missed],
    speed: int | None,
) -> Finding:
    language, subject = site.language, station.subject
    match heard.get(station.address):
        case None:
            says = say(language, "It never answers: its template has no such question.")
            advice = say(language, "Look at it: kiosk doctor {device}", device=subject.name)
            return subject.unknown(Symptom.UNTESTED, says, advice)
        case Found():
            says = say(language, "It answers at address {address}.", address=station.address)
            return subject.well(says)
        case _ if speed:
            says = say(
                language,
                "Silent at {wrong} baud; the bus answers at {right}.",
                wrong=line.baud,
                right=speed,
            )
            advice = say(language, "Write baud = {right} in its settings.", right=speed)
            return subject.wrong(Symptom.WRONG_SPEED, says, advice)
        case Missed.GARBLED:
            says = say(
                language, "What answers at address {address} is garbled.", address=station.address
            )
            advice = say(
                language,
                "Do two devices have this address? Else look at the cable's screen and at the"
                " resistors at both ends of the bus.",
            )
            return subject.wrong(Symptom.GARBLED, says, advice)
        case _ if any(isinstance(one, Found) for one in heard.values()):
            says = say(language, "Nothing answers at address {address}.", address=station.address)
            advice = say(
                language,
                "Others on this bus do. Check its power and the address that is set on it.",
            )
            return subject.wrong(Symptom.SILENT, says, advice)
        case _:
            says = say(language, "Nothing on this bus answers at any usual speed.")
            advice = say(
                language,
                "Check power and adapter; A and B of the cable may have to be swapped.",
            )
            return subject.wrong(Symptom.SILENT, says, advice)
