"""The certificate that the branch presents: loaded, watched, renewed, without a restart."""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from kiosk.certificates.presented import CertificateFault, Presented, presented
from kiosk.devices.supervision import status_of
from kiosk.domain.device import DeviceCondition, DeviceKind, Fault
from kiosk.domain.ids import DeviceId
from kiosk.machine.privatefile import write_private
from kiosk.machine.tls import load_files, server_context
from kiosk.ports import ReportCondition

logger = logging.getLogger(__name__)

CERTIFICATE = DeviceId("certificate")
BROKER_CERTIFICATE = DeviceId("broker-certificate")
"""Among the devices that can have a fault: the machine's, and the broker's if it has one of its own."""

LOOK_EVERY = 10.0
"""Seconds."""
RENEWED = timedelta(days=30)
"""So long before its end a certificate of the machine's own making is followed by the next, and
staff are told of one that was given."""
URGENT = timedelta(days=7)
"""So long before its end they are told once more."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files for whoever serves by TLS: uvicorn here, mosquitto as a program of its own."""

    certificate: Path
    """The machine's first, then those of its issuers."""
    key: Path
    """Without a passphrase."""
    authority: Path | None = None
    """What clients have to trust; None: who gave the certificate knows."""


class Maker(Protocol):
    """Makes the files again; blocks. Raises CertificateFault."""

    def wanted(self) -> Sequence[str]:
        """What the next certificate has to be good for, as far as it can be."""
        ...

    def make(self) -> None:
        """Make the next one."""
        ...


class KeptCertificate:
    """Presented by ``context``, whatever becomes of its files: those that are no good change nothing.

    :meth:`load` once, then :meth:`keep` as a task. With a ``maker`` the files are made when there are
    none and renewed in time; without one they are somebody else's, and looked at for new ones.
    ``now`` is the machine's own clock: clients have no other one. ``shown`` gets a copy of what is
    presented, for windows of this machine.
    """

    def __init__(
        self,
        files: CertificateFiles,
        now: Callable[[], datetime],
        shown: Path,
        maker: Maker | None = None,
        device: DeviceId = CERTIFICATE,
    ) -> None:
        self.files = files
        self.context = server_context()
        """For every listener; who is connected stays, who comes next sees what is presented then."""
        self.context.sni_callback = self._present
        self.presented: Presented | None = None
        self._now = now
        self._shown = shown
        self.device = device
        self._maker = maker
        self._current = self.context
        self._stamp: tuple[object, ...] = ()
        self._fault = ""
        self._doubted = False
        self._listeners: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"<KeptCertificate {self.files.certificate}>"

    def load(self) -> None:
        """Have something to present; blocks. Raises CertificateFault.

        Where the next one can't be made, as on a disk that is full, the present one goes on.
        """
        if self._maker and self._is_due(self._maker):
            try:
                self._maker.make()
            except CertificateFault as fault:
                if not self.files.certificate.exists():
                    raise
                logger.error("the certificate stays as it is: %s", fault)
        self._take()

    def listen(self, changed: Callable[[], None]) -> None:
        """Be told in the event loop whenever other files are presented: mosquitto wants a SIGHUP."""
        self._listeners.append(changed)

    async def keep(self, report: ReportCondition, every: float = LOOK_EVERY) -> None:
        """Renew, take new files, report what will have to be done; until cancelled."""
        told: DeviceCondition | None = None
        while True:
            if await asyncio.to_thread(self._look):
                for changed in self._listeners:
                    changed()
            condition = self.condition
            if condition != told:
                report(condition)
                told = condition
            await asyncio.sleep(every)

    @property
    def condition(self) -> DeviceCondition:
        """How it is now."""
        if self.presented is None or self._fault:
            return _condition(self.device, Fault.CERTIFICATE_UNUSABLE, self._fault)
        return condition_of(self.presented, self._now(), self.device)

    def _look(self) -> bool:
        """Whether other files are presented than before."""
        try:
            if self._maker and self._is_due(self._maker):
                self._maker.make()
            if self._stamp == _stamp(self.files):
                self._fault, self._doubted = "", False
                return False
            self._take()
        except CertificateFault as fault:
            if self._doubted and self._fault != str(fault):
                logger.error("the certificate stays as it is: %s", fault)
                self._fault = str(fault)
            self._doubted = True  # whoever copies two files copies one first
            return False
        return True

    def _is_due(self, maker: Maker) -> bool:
        """Whether the present one is no good, hasn't long to go, or lacks a name."""
        try:
            shown = self.presented or presented(self.files.certificate, self.files.key)
        except CertificateFault:
            return True
        now = self._now()
        lacking = set(maker.wanted()) - set(shown.names)
        return bool(lacking) or not shown.good_at(now) or shown.ends - now <= RENEWED

    def _take(self) -> None:
        stamp = _stamp(self.files)
        shown = presented(self.files.certificate, self.files.key)
        context = server_context()
        try:
            load_files(context, self.files.certificate, self.files.key)
            write_private(self._shown, shown.pem)
        except OSError as error:
            raise CertificateFault(f"{self.files.certificate}: {error}") from error
        self._current, self.presented, self._stamp = context, shown, stamp
        self._fault, self._doubted = "", False
        logger.info("presents a certificate until %s: %s", shown.ends.date(), shown.fingerprint)

    def _present(self, connection: ssl.SSLObject, name: str | None, met: ssl.SSLContext) -> None:
        """A new connection, also of a client that names nobody (RFC 6066)."""
        connection.context = self._current


def condition_of(
    shown: Presented, now: datetime, device: DeviceId = CERTIFICATE
) -> DeviceCondition:
    """How a certificate is by its dates."""
    if not shown.good_at(now):
        return _condition(device, Fault.CERTIFICATE_VOID, _span(shown))
    if shown.ends - now <= URGENT:
        return _condition(device, Fault.CERTIFICATE_ENDS_SOON, _span(shown))
    if shown.ends - now <= RENEWED:
        return _condition(device, Fault.CERTIFICATE_ENDS, _span(shown))
    return DeviceCondition(device, DeviceKind.CERTIFICATE)


def _condition(device: DeviceId, fault: Fault, detail: str) -> DeviceCondition:
    return DeviceCondition(device, DeviceKind.CERTIFICATE, status_of(fault), fault, detail)


def _span(shown: Presented) -> str:
    return f"{shown.begins:%Y-%m-%d} – {shown.ends:%Y-%m-%d}"


def _stamp(files: CertificateFiles) -> tuple[object, ...]:
    """Changes whenever a file is another one."""
    return tuple(_stamps((files.certificate, files.key)))


def _stamps(paths: Iterable[Path]) -> Iterable[object]:
    for path in paths:
        try:
            found = os.stat(path)
        except OSError as error:
            yield error.errno
        else:
            yield found.st_ino, found.st_mtime_ns, found.st_size
