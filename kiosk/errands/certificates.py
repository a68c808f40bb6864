"""``kiosk certificate``: what the machine presents, and what those who call it have to trust."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from kiosk.errands.options import NOT_WELL, WELL, settings_of
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.certificates.kept import KeptCertificate


def show(options: Namespace) -> int:
    """``kiosk certificate show``; 1 when clients whose clock is right refuse it"""
    from kiosk.certificates.presented import fingerprint, presented
    from kiosk.clock import SystemClock

    kept = _kept(options)
    files = kept.files
    if files.authority and not files.certificate.exists():
        kept.load()
    shown = presented(files.certificate, files.key)
    good = shown.good_at(SystemClock().now())
    lines = {
        "certificate": str(files.certificate),
        "for": ", ".join(shown.names),
        "from": shown.issuer,
        "valid": f"{shown.begins:%Y-%m-%d} to {shown.ends:%Y-%m-%d}{'' if good else ': not today'}",
        "SHA-256": shown.fingerprint,
    }
    if files.authority:
        lines["authority"] = str(files.authority)
        lines["its SHA-256"] = fingerprint(files.authority.read_text())
    for name, text in lines.items():
        print(f"{name:<12} {text}")
    return WELL if good else NOT_WELL


def export_ca(options: Namespace) -> int:
    """``kiosk certificate export-ca FILE``"""
    from kiosk.certificates.presented import fingerprint

    kept = _kept(options)
    if kept.files.authority is None:
        raise KioskError(
            f"{kept.files.certificate} was given: who calls has to trust whoever gave it"
        )
    if not kept.files.authority.exists():
        kept.load()
    pem = kept.files.authority.read_text()
    try:
        options.file.write_text(pem)
    except OSError as error:
        raise KioskError(f"{options.file}: can't be written: {error.strerror}") from None
    print(f"{options.file}: SHA-256 {fingerprint(pem)}")
    return WELL


def renew(options: Namespace) -> int:
    """``kiosk certificate renew``, while the branch runs and when it doesn't"""
    from kiosk.certificates.machine import OwnCertificate, own_files

    kept = _kept(options)
    if kept.files.authority is None:
        raise KioskError(
            f"{kept.files.certificate} was given: put the new one in its place;"
            " a running branch takes it within seconds"
        )
    own = OwnCertificate(settings_of(options), own_files(options.var))
    own.make(new_authority=options.authority)
    for name in own.refused:
        print(f"not good for {name}: kiosk certificate renew --authority", file=sys.stderr)
    return show(options)


def _kept(options: Namespace) -> "KeptCertificate":
    from kiosk.certificates.machine import machine_certificate
    from kiosk.clock import SystemClock

    kept = machine_certificate(settings_of(options), options.var, SystemClock().now)
    if kept is None:
        raise KioskError(
            f"{options.config}: [http] listens on this machine alone and has no certificate"
        )
    return kept
