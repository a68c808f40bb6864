"""Certificates of somebody else's making: a bank's authority, and what it signs, good and bad."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from kiosk.certificates.kept import CertificateFiles

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

NAME = "kiosk.bank.example"


class Authority:
    """Signs for anybody; by default what a branch on loopback can use."""

    def __init__(self, name: str = "A bank's authority") -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        begun = datetime(2020, 1, 1, tzinfo=UTC)
        self._certificate = (
            self._builder(self._name, self._key, begun, begun + timedelta(days=9000))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        """What clients trust."""
        return self._certificate.public_bytes(Encoding.PEM).decode()

    def give(
        self,
        folder: Path,
        *,
        name: str = NAME,
        ends: datetime | None = None,
        begins: datetime | None = None,
        key: Key | None = None,
        passphrase: bytes = b"",
    ) -> CertificateFiles:
        """Files in a folder, for the name, ``localhost`` and 127.0.0.1; others there are replaced."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        names = [x509.DNSName(name), x509.DNSName("localhost"), loopback]
        certificate = (
            self._builder(
                subject, key, begins or now - timedelta(days=900), ends or now + timedelta(days=300)
            )
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        files = CertificateFiles(folder / "given.crt", folder / "given.key")
        locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        _replace(files.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        _replace(files.certificate, certificate.public_bytes(Encoding.PEM) + self.pem.encode())
        return files

    def _builder(
        self, subject: x509.Name, key: Key, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=begins,
            not_valid_after=ends,
        )


def _replace(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
