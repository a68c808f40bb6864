"""The broker: installed for the branch's own, within reach when it is another machine's."""

import os
import shutil
import socket
from urllib.parse import urlsplit

from kiosk.devices.tcp import open_tcp
from kiosk.doctor.house import missing
from kiosk.doctor.place import NetworkAddress
from kiosk.doctor.site import Site
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.messaging.telling import BROKER
from kiosk.ports import DeviceError

SYSTEM_PROGRAMS = ":/usr/local/sbin:/usr/sbin"
"""Not in every user's PATH."""
_PORTS = {"mqtt": 1883, "mqtts": 8883}


async def examined(site: Site, *, running: bool) -> Finding:
    """Of a running branch only what can be seen: it tells by itself when it loses its broker."""
    mqtt = site.settings.mqtt
    if mqtt.broker == "embedded":
        return _embedded(site, Subject(BROKER, f"mosquitto, {mqtt.listen}"))
    subject = Subject(BROKER, mqtt.broker)
    if running:
        return subject.well(say(site.language, "The branch works with it."))
    return await _outside(site, subject)


def _embedded(site: Site, subject: Subject) -> Finding:
    places = os.environ.get("PATH", os.defpath) + SYSTEM_PROGRAMS
    if shutil.which("mosquitto", path=places):
        return subject.well(say(site.language, "It is installed."))
    return missing(site, subject, Symptom.NO_PROGRAM, ["mosquitto"])


async def _outside(site: Site, subject: Subject) -> Finding:
    url = urlsplit(site.settings.mqtt.broker)
    where = NetworkAddress(url.hostname or "", url.port or _PORTS[url.scheme])
    try:
        wire = await open_tcp(BROKER, where.host, where.port)
    except DeviceError as error:
        return _unreached(site, subject, where, error)
    await wire.close()
    return subject.well(say(site.language, "{where} takes the connection.", where=where))


def _unreached(site: Site, subject: Subject, where: NetworkAddress, error: DeviceError) -> Finding:
    advice = say(
        site.language,
        "Check its address and the network. Without it the branch works on, and tells afterwards.",
    )
    if isinstance(error.__cause__, socket.gaierror):
        says = say(site.language, "Nobody knows the name {where}.", where=where)
        return subject.wrong(Symptom.UNKNOWN_HOST, says, advice)
    if isinstance(error.__cause__, ConnectionRefusedError):
        says = say(site.language, "{where} refuses the connection.", where=where)
        return subject.wrong(Symptom.REFUSED, says, advice)
    says = say(site.language, "{where} can't be reached.", where=where)
    return subject.wrong(Symptom.UNREACHABLE, says, advice)
