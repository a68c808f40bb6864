"""Which certificate this machine presents: one that it was given, or one of its own making."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.certificates.kept import CertificateFiles, KeptCertificate
from kiosk.certificates.names import machine_names
from kiosk.certificates.ownfiles import OwnFiles, make
from kiosk.clock import SystemClock
from kiosk.ports import ReportCondition
from kiosk.settings import Settings
from kiosk.settingslisteners import HttpSection
from kiosk.tasks import Tasks
from kiosk.varfolder import secrets_folder

PRESENTED = "presented.crt"
"""In the branch's folder: what it presents, for its own windows."""


def machine_certificate(
    settings: Settings, var: Path, now: Callable[[], datetime]
) -> KeptCertificate | None:
    """Of the branch in this folder; None when nobody outside the machine is served and none is given.

    Nothing is read or made yet.
    """
    http = settings.http
    if not http.by_tls:
        return None
    if http.tls.certificate:
        files = CertificateFiles(Path(http.tls.certificate), Path(http.tls.key))
        return KeptCertificate(files, now, var / PRESENTED)
    own = own_files(var)
    files = CertificateFiles(own.certificate, own.key, own.authority)
    return KeptCertificate(files, now, var / PRESENTED, OwnCertificate(settings, own))


def own_files(var: Path) -> OwnFiles:
    """Where a machine with this folder keeps what it made itself."""
    return OwnFiles(secrets_folder(var) / "tls")


class OwnCertificate:
    """A :class:`~kiosk.certificates.kept.Maker` for the names and addresses of this machine."""

    def __init__(self, settings: Settings, files: OwnFiles) -> None:
        self._branch = settings.branch.id
        self._listens = settings.http.listens
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

    def __init__(self, http: HttpSection, certificate: KeptCertificate | None) -> None:
        self.certificate = certificate
        """None where nothing is encrypted. Programs such as the broker serve by its files."""
        self._http = http

    @classmethod
    async def begun(cls, settings: Settings, var: Path) -> "Encryption":
        """With a certificate to present, which is made when there is none. Raises CertificateFault."""
        certificate = machine_certificate(settings, var, SystemClock().now)
        if certificate:
            await asyncio.to_thread(certificate.load)
        return cls(settings.http, certificate)

    def at(self, listen: str) -> ssl.SSLContext | None:
        """What is spoken at an address; None: plain HTTP."""
        if self.certificate and self._http.encrypts(listen):
            return self.certificate.context
        return None

    def keep(self, tasks: Tasks, report: ReportCondition) -> None:
        """Look after the certificate from now on."""
        if self.certificate:
            tasks.keep("certificate", partial(self.certificate.keep, report))
