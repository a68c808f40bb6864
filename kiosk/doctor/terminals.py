"""Readers of chip cards, behind the PC/SC daemon."""

from kiosk.devices.pcsc import open_pcsc
from kiosk.doctor.site import Site
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.ports import DeviceError


async def examined(site: Site, subject: Subject, reader: str) -> Finding:
    """Whether the daemon is reached and has a reader whose name begins so. No card is asked for."""
    try:
        slot = await open_pcsc(DeviceId(subject.name), reader)
    except DeviceError as error:
        return _away(site, subject, error)
    await slot.close()
    return subject.well(say(site.language, "The card service has this reader."))


def _away(site: Site, subject: Subject, error: DeviceError) -> Finding:
    if error.fault is not Fault.OFFLINE:
        return faulted(site.language, subject, error.fault, error.detail)
    says = say(site.language, "The card service pcscd isn't reached: {detail}", detail=error.detail)
    advice = say(
        site.language,
        "sudo apt-get install pcscd; sudo systemctl enable --now pcscd.socket; the rule of polkit in"
        " systemd/ lets user {user} in.",
        user=site.machine.user.name,
    )
    return subject.wrong(Symptom.NO_PROGRAM, says, advice)
