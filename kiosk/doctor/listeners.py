"""Devices that speak when somebody uses them: card readers, scanners, whatever types."""

import errno

from kiosk.doctor.place import InputNode, Node, open_place
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.ports import DeviceError

LISTENS_FOR = 0.3
"""Seconds; one that is idle says nothing."""


async def examined(site: Site, subject: Subject, place: Node) -> Finding:
    """What can be told without a hand: that it opens, and that it is quiet."""
    try:
        wire = await open_place(DeviceId(subject.name), place)
        try:
            chatters = bool(await wire.read(LISTENS_FOR))
        finally:
            await wire.close()
    except DeviceError as error:
        return _refused(site, subject, place, error)
    return _chatters(site, subject) if chatters else _quiet(site, subject, place)


def _quiet(site: Site, subject: Subject, place: Node) -> Finding:
    if isinstance(place, InputNode):
        return subject.well(say(site.language, "It is there, and nobody else gets what it types."))
    says = say(site.language, "The port opens. Nothing can be asked of what is behind it.")
    return subject.unknown(Symptom.UNTESTED, says, _try_it(site, subject))


def _try_it(site: Site, subject: Subject) -> str:
    return say(site.language, "Try it: kiosk doctor {device}", device=subject.name)


def _chatters(site: Site, subject: Subject) -> Finding:
    says = say(site.language, "It sends by itself, which no reader does.")
    advice = say(
        site.language,
        "Is another device in this port, or is its speed another one? Its manual tells.",
    )
    return subject.wrong(Symptom.GARBLED, says, advice)


def _refused(site: Site, subject: Subject, place: Node, error: DeviceError) -> Finding:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in (errno.ENOTTY, errno.EINVAL):
        says = say(site.language, "{port} is another kind of device.", port=place.port)
        advice = say(site.language, "Name the reader's own port in its settings.")
        return subject.wrong(Symptom.NOT_A_DEVICE, says, advice)
    return faulted(site.language, subject, error.fault, error.detail)
