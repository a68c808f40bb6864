"""Certificates that were given, before they are served: ``kiosk config check`` says what clients will."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from kiosk.certificates.kept import RENEWED
from kiosk.certificates.presented import CertificateFault, Presented, presented
from kiosk.keys.keyring import TLS_KEY, Place, Source, is_there, tls_key
from kiosk.settings import Settings
from kiosk.settings.listeners import TlsSection


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a certificate, a line of text that names its table."""

    text: str
    serves: bool
    """Whether clients take it all the same."""


def inspected(settings: Settings, now: datetime) -> Iterator[Remark]:
    """What is to be said of the files in ``[http]`` and ``[mqtt]``; nothing of the machine's own."""
    for table, tls, key in (
        ("http", settings.http.tls, tls_key(settings.http.tls)),
        ("mqtt", settings.mqtt.tls, Place(Source.SETTINGS, Path(settings.mqtt.tls.key))),
    ):
        if tls.certificate and key:
            for one in _inspected(tls, key, settings.http.tls.names, now):
                yield Remark(f"[{table}] tls: {one.text}", one.serves)


def _inspected(
    tls: TlsSection, key: Place, names: tuple[str, ...], now: datetime
) -> Iterator[Remark]:
    certificate = Path(tls.certificate)
    if key.source is Source.CREDENTIAL and not is_there(key.file):
        yield Remark(
            f"{certificate}: its key is expected as the credential {TLS_KEY} of kiosk.service,"
            " which isn't there while that doesn't run",
            serves=True,
        )
        return
    try:
        shown = presented(certificate, key.file)
    except CertificateFault as fault:
        yield Remark(str(fault), serves=False)
        return
    yield from _dates(tls.certificate, shown, now)
    for name in names:
        if not good_for(shown, name):
            good = ", ".join(shown.names)
            yield Remark(f"{certificate}: isn't good for {name}, but for {good}", serves=False)
    yield from _chain(certificate)


def good_for(shown: Presented, name: str) -> bool:
    """Whether a client that calls the machine by this name takes it (RFC 9525, 6.3)."""
    known = {one.lower() for one in shown.names}
    _, dot, domain = name.lower().partition(".")
    return name.lower() in known or (bool(dot) and f"*.{domain}" in known)


def _dates(certificate: str, shown: Presented, now: datetime) -> Iterator[Remark]:
    if now >= shown.ends:
        yield Remark(f"{certificate}: ended on {shown.ends:%Y-%m-%d}", serves=False)
    elif now < shown.begins:
        yield Remark(f"{certificate}: begins on {shown.begins:%Y-%m-%d}, not before", serves=False)
    elif shown.ends - now <= RENEWED:
        yield Remark(f"{certificate}: ends on {shown.ends:%Y-%m-%d}", serves=True)


def _chain(file: Path) -> Iterator[Remark]:
    """Each certificate has to be followed by its issuer's, up to one that clients know."""
    chain = x509.load_pem_x509_certificates(file.read_bytes())
    for number, (one, issuer) in enumerate(pairwise(chain), 2):
        if not _signed_by(one, issuer):
            wanted = one.issuer.rfc4514_string()
            yield Remark(
                f"{file}: number {number} in it should be the issuer's, {wanted}", serves=False
            )
            return
    if len(chain) == 1 and chain[0].issuer != chain[0].subject:
        issuer_name = chain[0].issuer.rfc4514_string()
        yield Remark(
            f"{file}: its issuer's certificate isn't in it; who doesn't know {issuer_name} refuses it",
            serves=True,
        )


def _signed_by(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
