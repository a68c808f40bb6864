"""Which certificate this machine presents: one that it was given, or one of its own making."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.certificates.kept import BROKER_CERTIFICATE, CertificateFiles, KeptCertificate
from kiosk.certificates.names import machine_names
from kiosk.certificates.ownfiles import OwnFiles, make
from kiosk.certificates.presented import fingerprint
from kiosk.clock import SystemClock
from kiosk.domain.ids import DeviceId
from kiosk.keys.keyring import tls_key
from kiosk.machine.varfolder import secrets_folder
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.settings.listeners import HttpSection
from kiosk.tasks import Tasks

PRESENTED = "presented.crt"
"""In the branch's folder: what it presents, for its own windows."""


def machine_certificate(
    settings: Settings, var: Path, now: Callable[[], datetime]
) -> KeptCertificate | None:
    """Of the branch in this folder; None when nobody outside the machine is served and none is given.

    Nothing is read or made yet.
    """
    http = settings.http
    if not (http.by_tls or settings.mqtt.shares_certificate):
        return None
    if given := tls_key(http.tls):
        files = CertificateFiles(Path(http.tls.certificate), given.file)
        return KeptCertificate(files, now, var / PRESENTED)
    own = own_files(var)
    files = CertificateFiles(own.certificate, own.key, own.authority)
    return KeptCertificate(files, now, var / PRESENTED, OwnCertificate(settings, own))


def broker_certificate(settings: Settings, var: Path) -> KeptCertificate | None:
    """Of the embedded broker alone; None: it has none of its own. Nothing is read yet."""
    mqtt = settings.mqtt
    if not mqtt.serves_pads or mqtt.shares_certificate:
        return None
    files = CertificateFiles(Path(mqtt.tls.certificate), Path(mqtt.tls.key))
    shown = var / "presented-mqtt.crt"
    return KeptCertificate(files, SystemClock().now, shown, device=BROKER_CERTIFICATE)


def trusted(settings: Settings, var: Path) -> str:
    """What clients have to trust, in a line: the given file, or the own authority's fingerprint."""
    if settings.http.tls.certificate:
        return settings.http.tls.certificate
    try:
        pairs = fingerprint(own_files(var).authority.read_text()).split(":")
    except (OSError, ValueError):
        return ""
    eights = (":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8))
    return f"CA SHA-256 {' '.join(eights)}"


def own_files(var: Path) -> OwnFiles:
    """Where a machine with this folder keeps what it made itself."""
    return OwnFiles(secrets_folder(var) / "tls")


class OwnCertificate:
    """A :class:`~kiosk.certificates.kept.Maker` for the names and addresses of this machine."""

    def __init__(self, settings: Settings, files: OwnFiles) -> None:
        self._branch = settings.branch.id
        pads = (settings.mqtt.tls_listen,) if settings.mqtt.shares_certificate else ()
        self._listens = (*settings.http.listens, *pads)
        self._names = settings.http.tls.names
        self._files = files
        self.refused: tuple[str, ...] = ()
        """Names that the latest certificate isn't good for: the authority can't speak for them."""

    def wanted(self) -> Sequence[str]:
        """Without those that the authority refused."""
        wanted = machine_names(self._listens, self._names)
        every = (*wanted.names, *map(str, wanted.addresses))
        return [one for one in every if one not in self.refused]

    def make(self, *, new_authority: bool = False) -> None:
        """A new authority has to be installed on every PAD. Raises CertificateFault."""
        if new_authority:
            self._files.authority.unlink(missing_ok=True)
        wanted = machine_names(self._listens, self._names)
        self.refused = make(self._files, self._branch, wanted)


class Encryption:
    """What each listener of a branch speaks, by the machine's certificate."""

    def __init__(
        self,
        http: HttpSection,
        certificate: KeptCertificate | None,
        broker: KeptCertificate | None = None,
    ) -> None:
        self.certificate = certificate
        """None where nothing is encrypted."""
        self.broker = broker
        """By whose files the embedded broker serves PADs; None: it serves this machine alone."""
        self._http = http

    @classmethod
    async def begun(cls, settings: Settings, var: Path) -> "Encryption":
        """With a certificate to present, which is made when there is none. Raises CertificateFault."""
        certificate = machine_certificate(settings, var, SystemClock().now)
        broker = broker_certificate(settings, var) or certificate
        for one in filter(None, {certificate, broker}):
            await asyncio.to_thread(one.load)
        return cls(settings.http, certificate, broker if settings.mqtt.serves_pads else None)

    def at(self, listen: str) -> ssl.SSLContext | None:
        """What is spoken at an address; None: plain HTTP."""
        if self.certificate and self._http.encrypts(listen):
            return self.certificate.context
        return None

    def ends(self) -> dict[DeviceId, datetime]:
        """Until when each certificate is good that is presented."""
        return {one.device: one.presented.ends for one in self._each() if one.presented}

    def keep(self, tasks: Tasks, report: ReportCondition) -> None:
        """Look after the certificates from now on."""
        for one in self._each():
            tasks.keep(one.device, partial(one.keep, report))

    def _each(self) -> list[KeptCertificate]:
        """The machine's, and the broker's where it has one of its own."""
        return list(dict.fromkeys(filter(None, (self.certificate, self.broker))))
