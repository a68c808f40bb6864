"""Readers of chip cards, behind the PC/SC daemon."""

from kiosk.devices.pcsc import open_pcsc
from kiosk.doctor.site import Site
from kiosk.domain.device import DeviceKind
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject
from kiosk.locale import say
from kiosk.ports import DeviceError


async def examined(site: Site, subject: Subject, reader: str) -> Finding:
    """Whether the daemon is reached and has a reader whose name begins so. No card is asked for."""
    kind = DeviceKind.CARD_READER
    try:
        slot = await open_pcsc(DeviceId(subject.name), reader)
    except DeviceError as error:
        return faulted(site.language, subject, error.fault, error.detail, kind)
    await slot.close()
    return subject.well(say(site.language, "The card service has this reader."))
