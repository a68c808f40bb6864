"""What the branch needs of the machine besides its devices: user, folder, disk, clock, fonts, ports."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.doctor.site import Site
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.machine.typefaces import DEJAVU_MONO, DEJAVU_SANS, MICRO_HEI, NOTO_SANS

ENOUGH = 1 << 30
"""Bytes for some years of log."""
TOO_LITTLE = 50 << 20
_MB = 1 << 20


def examined(site: Site, *, running: bool) -> Iterator[Finding]:
    """Each part of the house."""
    yield _folder(site)
    yield _disk(site)
    yield _clock(site)
    yield _fonts(site)
    if not running:
        yield from _ports(site)


def _folder(site: Site) -> Finding:
    language, user = site.language, site.machine.user.name
    subject = Subject("folder", str(site.var))
    if not site.var.exists():
        says = say(language, "It isn't there yet; the branch makes it when it starts.")
        return subject.well(says)
    found = site.var.stat()
    if found.st_mode & 0o077:
        says = say(language, "Other users may read what the branch keeps there.")
        advice = f"sudo chmod 700 {site.var}"
        return subject.wrong(Symptom.FOLDER_OPEN, says, advice)
    if stranger := next(_strangers(site.var, found.st_uid), None):
        says = say(language, "{file} belongs to another user.", file=stranger.name)
        advice = f"sudo chown -R {user}: {site.var}"
        return subject.wrong(Symptom.WRONG_USER, says, advice)
    return subject.well(say(language, "It belongs to {user} and to nobody else.", user=user))


def _strangers(folder: Path, owner: int) -> Iterator[Path]:
    """What in it is somebody else's. A running branch makes and removes files meanwhile."""
    for one in folder.iterdir():
        with suppress(FileNotFoundError):
            if one.lstat().st_uid != owner:
                yield one


def _disk(site: Site) -> Finding:
    language = site.language
    where = next(one for one in (site.var, *site.var.resolve().parents) if one.exists())
    free = shutil.disk_usage(where).free
    subject = Subject("disk", str(where))
    says = say(language, "{megabytes} MB are free.", megabytes=free // _MB)
    advice = say(language, "Make room: without it no ticket can be given.")
    if free < TOO_LITTLE:
        return subject.wrong(Symptom.DISK_LOW, says, advice)
    return subject.warn(Symptom.DISK_LOW, says, advice) if free < ENOUGH else subject.well(says)


def _clock(site: Site) -> Finding:
    language = site.language
    subject = Subject("clock", site.settings.branch.timezone)
    if site.machine.clock_is_kept():
        return subject.well(say(language, "A time server keeps the clock right."))
    return subject.warn(
        Symptom.CLOCK_FREE,
        say(language, "Nothing keeps the machine's clock right."),
        say(
            language,
            "sudo timedatectl set-ntp true; the network has to let it reach a time server.",
        ),
    )


def _fonts(site: Site) -> Finding:
    faces = (NOTO_SANS, DEJAVU_SANS, DEJAVU_MONO, MICRO_HEI)
    lacking = {face.package for face in faces if not face.path(bold=False).exists()}
    subject = Subject("fonts", ", ".join(sorted({face.package for face in faces})))
    if not lacking:
        return subject.well(say(site.language, "All of them are installed."))
    return missing(site, subject, Symptom.NO_FONT, sorted(lacking))


def missing(site: Site, subject: Subject, symptom: Symptom, packages: list[str]) -> Finding:
    """Debian packages that have to be installed."""
    says = say(site.language, "Not installed: {packages}", packages=", ".join(packages))
    advice = f"sudo apt-get install {' '.join(packages)}"
    return subject.wrong(symptom, says, advice)


def _ports(site: Site) -> Iterator[Finding]:
    """Whoever listens where the branch is going to."""
    http, mqtt = site.settings.http, site.settings.mqtt
    listens = {"http": http.listen, "public": http.public_listen}
    if mqtt.broker == "embedded":
        listens |= {"mqtt": mqtt.listen, "mqtt-tls": mqtt.tls_listen}
    for name, address in listens.items():
        if address:
            yield _port(site, Subject(name, address))


def _port(site: Site, subject: Subject) -> Finding:
    language, port = site.language, int(subject.what.rpartition(":")[2])
    if port not in site.census.listeners:
        return subject.well(say(language, "The port is free for the branch."))
    holder = site.census.listener(port)
    says = (
        say(language, "{program} listens there.", program=holder)
        if holder
        else say(language, "Another program listens there.")
    )
    advice = say(language, "End it (sudo ss -ltnp tells which), or give the branch another port.")
    return subject.wrong(Symptom.PORT_TAKEN, says, advice)
