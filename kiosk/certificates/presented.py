"""What a visitor is shown: the certificate as a connection of TLS presents it."""

import hashlib
import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.machine.tls import first_certificate, load_files, pinned_context, server_context
from kiosk.ports import KioskError


class CertificateFault(KioskError):
    """A certificate or its key can't be used; the text says which file and what to do.

    No fault of the settings: whoever starts the branch anew finds the files when they are well.
    """


@dataclass(frozen=True, slots=True)
class Presented:
    """What stands in a certificate."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """Names and addresses for which it is good."""
    begins: datetime
    ends: datetime
    fingerprint: str
    """SHA-256 of the certificate (DER), as browsers show it."""
    pem: str

    def good_at(self, moment: datetime) -> bool:
        """Whether clients whose clock is right take it."""
        return self.begins <= moment < self.ends


def presented(certificate: Path, key: Path) -> Presented:
    """Load both as a server does and look at them as a visitor does. Raises CertificateFault."""
    context = server_context()
    try:
        text = certificate.read_text(encoding="ascii", errors="replace")
        check_mode(key)
        load_files(context, certificate, key)
        pem = first_certificate(text)
        shown = _shaken_hands(context, pinned_context(pem))
    except ssl.SSLError as error:
        raise CertificateFault(_in_words(error, certificate, key)) from error
    except OSError as error:
        raise CertificateFault(f"{_unread(certificate, key)}: {error.strerror}") from error
    return Presented(
        _common_name(shown["subject"]),
        _common_name(shown["issuer"]),
        tuple(_name(*one) for one in shown.get("subjectAltName", ())),
        _instant(shown["notBefore"]),
        _instant(shown["notAfter"]),
        fingerprint(pem),
        pem,
    )


def fingerprint(pem: str) -> str:
    """SHA-256 of the first certificate in PEM: ``AB:CD:…``. Raises ValueError for none."""
    return (
        hashlib.sha256(ssl.PEM_cert_to_DER_cert(first_certificate(pem))).digest().hex(":").upper()
    )


def check_mode(key: Path) -> None:
    """Raises CertificateFault when everybody on the machine can read the key, OSError."""
    if key.stat().st_mode & 0o007:
        raise CertificateFault(f"{key}: everybody on this machine can read it; chmod o= {key}")


def _shaken_hands(serving: ssl.SSLContext, calling: ssl.SSLContext) -> Mapping[str, Any]:
    """Both ends of a connection in memory; what the caller knows of the server then."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(there, back, server_side=True)
    client = calling.wrap_bio(back, there)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.getpeercert() or {}


def _common_name(name: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    parts = {key: value for part in name for key, value in part}
    return parts.get("commonName") or next(iter(parts.values()), "")


def _name(kind: str, told: str) -> str:
    """A name, or an address as everybody writes it."""
    return str(ipaddress.ip_address(told.strip())) if kind == "IP Address" else told


def _instant(told: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC)


def _unread(certificate: Path, key: Path) -> Path:
    """Which of the two is in the way."""
    try:
        certificate.open("rb").close()
    except OSError:
        return certificate
    return key


def _in_words(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    match error.reason:
        case "KEY_VALUES_MISMATCH":
            return (
                f"{key}: is not the key of the first certificate in {certificate}; the machine's"
                " own certificate has to stand first, before those of its issuers"
            )
        case _ if _holds(key, "ENCRYPTED"):
            return f"{key}: is locked by a passphrase; store it without one, mode 0600"
        case "EE_KEY_TOO_SMALL" | "CA_KEY_TOO_SMALL":
            return f"{certificate}: its key is too short; 2048 bits (RSA) or 256 (EC) at the least"
        case "CA_MD_TOO_WEAK" | "EE_MD_TOO_WEAK":
            return f"{certificate}: is signed with a hash that clients refuse; SHA-256 is needed"
        case "NO_START_LINE" | None if not _holds(certificate, "CERTIFICATE-----"):
            return f"{certificate}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
        case "NO_START_LINE" | None if not _holds(key, "PRIVATE KEY-----"):
            return f"{key}: holds no key in PEM (-----BEGIN PRIVATE KEY-----)"
        case None:
            return f"{certificate} and {key}: one of them is damaged; fetch both again"
        case reason:
            told = reason.replace("_", " ").lower()
            return f"{certificate} and {key}: can't be used: {told}"


def _holds(file: Path, word: str) -> bool:
    return word in file.read_text(encoding="ascii", errors="replace")
