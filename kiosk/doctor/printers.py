"""Slip printers: whether one is there, at which speed, which it is and how it is."""

import errno
import re
import socket

from kiosk.doctor.place import NetworkAddress, Node, SerialLine, open_place
from kiosk.doctor.printerprobe import Heard, ask_name, ask_printer
from kiosk.doctor.site import Site
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.ports import DeviceError
from kiosk.settings.printers import PrinterFacts, printer_models


async def examined(
    site: Site, subject: Subject, section: PrinterFacts, place: Node | NetworkAddress
) -> Finding:
    """What a printer says that nobody else has open."""
    device = DeviceId(section.id)
    try:
        heard = await _asked(device, place)
        if isinstance(place, SerialLine) and not heard.condition:
            speed = await answering_speed(device, place)
            if speed is not None:
                return _wrong_speed(site, subject, place, speed)
    except DeviceError as error:
        return _refused(site, subject, place, error)
    if heard.condition is None:
        return _not_understood(site, subject, place, heard)
    if fault := heard.condition.fault:
        return faulted(site.language, subject, fault)
    return _well(site, subject, section, heard)


async def answering_speed(device: DeviceId, place: SerialLine) -> int | None:
    """At which other usual speed a printer answers at this port. Raises DeviceError."""
    for baud in place.other_speeds:
        heard = await _asked(device, SerialLine(place.port, baud))
        if heard.condition is not None:
            return baud
    return None


async def is_printer(device: DeviceId, place: SerialLine) -> bool:
    """Whether a printer answers at this port, at whatever speed; not where it can't be opened."""
    try:
        heard = await _asked(device, place)
        return heard.condition is not None or await answering_speed(device, place) is not None
    except DeviceError:
        return False


async def _asked(device: DeviceId, place: Node | NetworkAddress) -> Heard:
    wire = await open_place(device, place)
    try:
        heard = await ask_printer(wire)
        if heard.condition is not None and heard.condition.fault is None:
            heard = await ask_name(wire, heard)
        return heard
    finally:
        await wire.close()


def _well(site: Site, subject: Subject, section: PrinterFacts, heard: Heard) -> Finding:
    language = site.language
    if heard.condition and heard.condition.paper_low:
        return faulted(language, subject, Fault.PAPER_LOW)
    if better := better_profile(heard.model, section.profile):
        says = say(
            language,
            "It says it is {model}, and its profile is {profile}.",
            model=heard.name,
            profile=section.profile,
        )
        advice = say(language, 'Write profile = "{profile}" in its settings.', profile=better)
        return subject.warn(Symptom.WRONG_MODEL, says, advice)
    if heard.name:
        return subject.well(
            say(language, "Ready, paper in, cover closed; says it is {model}.", model=heard.name)
        )
    return subject.well(say(language, "Ready, paper in, cover closed; doesn't say which it is."))


def better_profile(model: str, profile: str) -> str:
    """The shipped profile that fits what a printer calls itself better; empty: none does."""
    name = _letters(model)
    if not name:
        return ""
    fitting = [one for one in printer_models() if _letters(one).endswith(name)]
    return "" if profile in fitting or not fitting else fitting[0]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _wrong_speed(site: Site, subject: Subject, place: SerialLine, speed: int) -> Finding:
    says = say(
        site.language,
        "Nothing to be understood at {wrong} baud; a printer answers at {right}.",
        wrong=place.baud,
        right=speed,
    )
    advice = say(site.language, "Write baud = {right} in its settings.", right=speed)
    return subject.wrong(Symptom.WRONG_SPEED, says, advice)


def _not_understood(
    site: Site, subject: Subject, place: Node | NetworkAddress, heard: Heard
) -> Finding:
    language = site.language
    if heard.echo:
        says = say(language, "The line returns what is sent.")
        advice = say(
            language,
            "Sending and receiving are bridged (2 and 3 of the plug), or the adapter"
            " is for RS-485: take a cable for this printer.",
        )
        return subject.wrong(Symptom.GARBLED, says, advice)
    if heard.noise:
        says = say(language, "It answers, and not as a printer does.")
        advice = say(
            language,
            "Set it to 8 data bits, no parity, 1 stop bit and to ESC/POS; its self-test page"
            " (switch it on with FEED held down) shows how it is set.",
        )
        return subject.wrong(Symptom.GARBLED, says, advice)
    if isinstance(place, NetworkAddress):
        says = say(language, "It is connected to, and says nothing.")
        advice = say(
            language,
            "Another computer may hold its only connection: find out which, or switch the"
            " printer off and on.",
        )
        return subject.wrong(Symptom.BUSY, says, advice)
    says = say(language, "Silent at every usual speed.")
    advice = say(
        language,
        "Is it switched on and on-line? Is the plug in this port? Then the cable: sending and"
        " receiving (2 and 3) may have to be crossed, or must not be.",
    )
    return subject.wrong(Symptom.SILENT, says, advice)


def _refused(
    site: Site, subject: Subject, place: Node | NetworkAddress, error: DeviceError
) -> Finding:
    language, cause = site.language, error.__cause__
    number = cause.errno if isinstance(cause, OSError) else None
    if isinstance(cause, socket.gaierror):
        says = say(language, "Nobody knows the name {where}.", where=place)
        advice = say(language, "Write the printer's address in numbers as its host.")
        return subject.wrong(Symptom.UNKNOWN_HOST, says, advice)
    if number == errno.ECONNREFUSED:
        says = say(language, "{where} refuses the connection.", where=place)
        advice = say(
            language,
            "Something is there and doesn't print on that port: is the address the printer's,"
            " is the port 9100, does another computer hold it?",
        )
        return subject.wrong(Symptom.REFUSED, says, advice)
    if isinstance(place, NetworkAddress):
        says = say(language, "{where} can't be reached.", where=place)
        advice = say(
            language,
            "Is it switched on, is its network cable in, is it in this network? Its"
            " self-test page shows the address that it has.",
        )
        return subject.wrong(Symptom.UNREACHABLE, says, advice)
    return faulted(language, subject, error.fault, error.detail)
