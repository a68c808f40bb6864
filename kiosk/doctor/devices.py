"""The devices that the settings name: each of them and how it is."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import assert_never

from kiosk.doctor import idreaders, listeners, printers, stations, terminals
from kiosk.doctor.nodes import obstacle, remark
from kiosk.doctor.place import Bench, CardService, NetworkAddress, Node, Place, SerialLine, place_of
from kiosk.doctor.site import Site
from kiosk.doctor.swapped import swapped
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom, Verdict
from kiosk.locale import say
from kiosk.settings.buses import CallpadSection, LedSection, shipped
from kiosk.settings.devices import IdReaderSection, ReaderSection
from kiosk.settings.printers import PrinterFacts, PrinterSection

Conditions = Mapping[DeviceId, DeviceCondition]
"""How a running branch finds its devices; one that isn't in it has never had a fault."""


async def asked(site: Site) -> list[Finding]:
    """What the devices say when the branch doesn't run: each is opened, asked and given back."""
    alone = (*site.settings.reader, *site.settings.printer)
    findings = await asyncio.gather(*(_asked(site, one) for one in alone))
    buses = await asyncio.gather(*(_bus(site, line, on) for line, on in _buses(site).items()))
    return [*await swapped(site, findings), *(one for bus in buses for one in bus)]


def told(site: Site, conditions: Conditions) -> list[Finding]:
    """What a running branch tells of its devices. Nothing is opened: the branch has all of them."""
    settings = site.settings
    sections = (*settings.reader, *settings.printer, *settings.led, *settings.callpad)
    return [_told(site, one, conditions.get(DeviceId(one.id))) for one in sections]


def subject_of(section: ReaderSection | PrinterSection | LedSection | CallpadSection) -> Subject:
    """A device as it stands in the settings."""
    place = place_of(section)
    match section:
        case LedSection() | CallpadSection():
            table = "led" if isinstance(section, LedSection) else "callpad"
            return Subject(section.id, f"{table} {section.template} {section.address}, {place}")
        case _:
            return Subject(section.id, f"{section.driver}, {place}")


async def _asked(site: Site, section: ReaderSection | PrinterSection) -> Finding:
    subject, place = subject_of(section), place_of(section)
    match place:
        case Bench():
            return _simulated(site, subject)
        case CardService(reader=reader):
            return await terminals.examined(site, subject, reader)
        case NetworkAddress():
            assert isinstance(section, PrinterFacts)  # nothing else is on the network
            return await printers.examined(site, subject, section, place)
        case _:
            return await _opened(site, subject, section, place)


async def _opened(
    site: Site, subject: Subject, section: ReaderSection | PrinterSection, place: Node
) -> Finding:
    if closed := obstacle(site, subject, place):
        return closed
    if isinstance(section, PrinterFacts):
        found = await printers.examined(site, subject, section, place)
    elif isinstance(section, IdReaderSection) and isinstance(place, SerialLine):
        found = await idreaders.examined(site, subject, place)
    else:
        found = await listeners.examined(site, subject, place)
    better = found.status in {Verdict.WARN, Verdict.WRONG}
    return found if better else remark(site, subject, place) or found


def _told(
    site: Site,
    section: ReaderSection | PrinterSection | LedSection | CallpadSection,
    condition: DeviceCondition | None,
) -> Finding:
    subject, place = subject_of(section), place_of(section)
    if condition is not None and (unwell := _unwell(site, subject, place, condition)):
        return unwell
    if isinstance(place, Bench):
        return _simulated(site, subject)
    mend = remark(site, subject, place) if isinstance(place, Node) else None
    return mend or subject.well(say(site.language, "The branch works with it."))


def _unwell(
    site: Site, subject: Subject, place: Place, condition: DeviceCondition
) -> Finding | None:
    """None: the branch works with it."""
    if condition.fault is None:
        return None
    closed = obstacle(site, subject, place) if isinstance(place, Node) else None
    fault, detail, kind = condition.fault, condition.detail, condition.kind
    return closed or faulted(site.language, subject, fault, detail, kind)


def _simulated(site: Site, subject: Subject) -> Finding:
    says = say(site.language, "Simulated: its hands are on the page /bench.")
    return Finding(subject.name, subject.what, says, Verdict.OK, Symptom.SIMULATED)


def _buses(site: Site) -> dict[SerialLine | Bench, list[LedSection | CallpadSection]]:
    buses: defaultdict[SerialLine | Bench, list[LedSection | CallpadSection]] = defaultdict(list)
    sections: Sequence[LedSection | CallpadSection]
    sections = (*site.settings.led, *site.settings.callpad)
    for section in sections:
        place = place_of(section)
        assert isinstance(place, SerialLine | Bench)  # they have nothing else in the settings
        buses[place].append(section)
    return buses


async def _bus(
    site: Site, line: SerialLine | Bench, on: Sequence[LedSection | CallpadSection]
) -> list[Finding]:
    subjects = [subject_of(one) for one in on]
    match line:
        case Bench():
            return [_simulated(site, one) for one in subjects]
        case SerialLine():
            if closed := [found for one in subjects if (found := obstacle(site, one, line))]:
                return closed
            there = [
                _station(site, one, subject) for one, subject in zip(on, subjects, strict=True)
            ]
            return await stations.examined(site, line, there)
    assert_never(line)


def _station(
    site: Site, section: LedSection | CallpadSection, subject: Subject
) -> stations.Station:
    settings = site.settings
    templates = (
        (*shipped().led_template, *settings.led_template)
        if isinstance(section, LedSection)
        else (*shipped().callpad_template, *settings.callpad_template)
    )
    template = next(one for one in templates if one.id == section.template)
    return stations.Station(subject, section.address, template)
