"""The branch's own authority: makes the machine a certificate for who has been given none.

Run as a program of its own (``python -m kiosk.certificates.authority``): what signs is 13 MB that a
controller needs for a tenth of a second in a year.
"""

import ipaddress
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.certificates.names import IpAddress, MachineNames, address_of
from kiosk.certificates.ownfiles import OwnFiles
from kiosk.clock import WRITTEN
from kiosk.machine.privatefile import private_folder, write_private

GOOD_FROM = datetime(2020, 1, 1, tzinfo=UTC)
"""When the authority begins: before any clock of a client, whatever the machine's own says."""
AUTHORITY_YEARS = 20
DAYS = 397
"""For which a certificate of the machine is good; Apple's devices take 825 from its beginning."""
BACKDATED = timedelta(days=30)
"""For clients whose clock is behind."""
NEIGHBOURS = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10"),
    )
)
"""Addresses that no other machine on the internet has (RFC 6890)."""


def issue(files: OwnFiles, branch: str, wanted: MachineNames, now: datetime) -> MachineNames:
    """Make the machine a new key and certificate, and the authority when there is none.

    Returns what it isn't good for: names that the authority, made under others, can't speak for.
    """
    now = max(now, WRITTEN)
    private_folder(files.folder)
    if not files.authority.exists() or not files.authority_key.exists():
        _found_authority(files, branch, wanted, now)
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = load_pem_private_key(files.authority_key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    granted = _granted(authority, wanted)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _machine_certificate(authority, granted, key.public_key(), now).sign(
        signer, hashes.SHA256()
    )
    # The new key before its certificate: who reads in between finds that they don't fit, and waits.
    write_private(files.key, _private(key))
    write_private(files.certificate, _public(certificate))
    return _without(wanted, granted)


def _found_authority(files: OwnFiles, branch: str, names: MachineNames, now: datetime) -> None:
    """Good for this machine's names and for addresses of its neighbourhood, and for nothing else:
    who steals its key can't stand between a PAD and the bank."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"kiosk branch {branch}")])
    networks = [*NEIGHBOURS, *(ipaddress.ip_network(one) for one in names.addresses)]
    own = [x509.IPAddress(one) for one in dict.fromkeys(networks)]
    permitted = [*(x509.DNSName(one) for one in names.names), *own]
    builder = (
        _builder(name, name, key.public_key(), key.public_key())
        .not_valid_before(GOOD_FROM)
        .not_valid_after(now + timedelta(days=366 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
    )
    write_private(files.authority_key, _private(key))
    write_private(files.authority, _public(builder.sign(key, hashes.SHA256())))


def _machine_certificate(
    authority: x509.Certificate,
    granted: MachineNames,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
) -> x509.CertificateBuilder:
    names: list[x509.GeneralName] = [x509.DNSName(one) for one in granted.names]
    names += [x509.IPAddress(one) for one in granted.addresses]
    called = next(iter(granted.names), "localhost")
    signer = authority.public_key()
    assert isinstance(signer, ec.EllipticCurvePublicKey)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called[:64])])
    return (
        _builder(subject, authority.subject, key, signer)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(min(now + timedelta(days=DAYS), authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _granted(authority: x509.Certificate, wanted: MachineNames) -> MachineNames:
    """What the authority may speak for (RFC 5280, 4.2.1.10)."""
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = limits.permitted_subtrees or []
    domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]

    def near(address: IpAddress) -> bool:
        return any(not isinstance(one, IpAddress) and address in one for one in networks)

    names = [one for one in wanted.names if any(f".{one}".endswith(f".{d}") for d in domains)]
    return MachineNames(tuple(names), tuple(one for one in wanted.addresses if near(one)))


def _without(wanted: MachineNames, granted: MachineNames) -> MachineNames:
    return MachineNames(
        tuple(one for one in wanted.names if one not in granted.names),
        tuple(one for one in wanted.addresses if one not in granted.addresses),
    )


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def main() -> None:
    """What is wanted comes as JSON on standard input, and so goes what couldn't be had."""
    asked = json.load(sys.stdin)
    addresses = [one for text in asked["addresses"] if (one := address_of(text))]
    left = issue(
        OwnFiles(Path(asked["folder"])),
        asked["branch"],
        MachineNames(tuple(asked["names"]), tuple(addresses)),
        datetime.now(UTC),
    )
    print(json.dumps([*left.names, *map(str, left.addresses)]))


if __name__ == "__main__":
    main()
