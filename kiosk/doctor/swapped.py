"""Two plugs in each other's ports: a silent printer, and a printer that answers where a reader should be."""

from collections.abc import Sequence

from kiosk.doctor import printers
from kiosk.doctor.place import SerialLine, place_of
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.settings.values import Section

_NOT_UNDERSTOOD = frozenset({Symptom.SILENT, Symptom.GARBLED})
_OPENED = frozenset({Symptom.UNTESTED, Symptom.SILENT, Symptom.GARBLED, Symptom.UNSTABLE_NAME})


async def swapped(site: Site, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, and where two devices are swapped that instead.

    Only with a printer that isn't understood are other ports asked: a reader needn't know questions.
    """
    lost = _of(site.settings.printer, findings, _NOT_UNDERSTOOD)
    if not lost:
        return list(findings)
    printer = next(iter(lost))
    for reader, line in _of(site.settings.reader, findings, _OPENED).items():
        if await printers.is_printer(DeviceId(reader), line):
            return [_reworded(site, one, printer, reader, line) for one in findings]
    return list(findings)


def _of(
    sections: Sequence[Section], findings: Sequence[Finding], symptoms: frozenset[Symptom]
) -> dict[str, SerialLine]:
    """By id the serial lines of those with one of these symptoms."""
    names = {one.subject for one in findings if one.symptom in symptoms}
    places = {str(one.model_dump()["id"]): place_of(one) for one in sections}
    lines = {name: place for name, place in places.items() if isinstance(place, SerialLine)}
    return {name: line for name, line in lines.items() if name in names}


def _reworded(site: Site, finding: Finding, printer: str, reader: str, line: SerialLine) -> Finding:
    if finding.subject not in {printer, reader}:
        return finding
    says = say(
        site.language,
        "A printer answers at {port}, the port of {reader}.",
        port=line.port,
        reader=reader,
    )
    advice = say(
        site.language,
        "Swap the plugs of {printer} and {reader}, or the ports in their settings.",
        printer=printer,
        reader=reader,
    )
    return Subject(finding.subject, finding.what).wrong(Symptom.SWAPPED, says, advice)
