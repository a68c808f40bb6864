"""``kiosk certificate``: what the machine presents, and what those who call it have to trust."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.errands.options import NOT_WELL, WELL, folder_begun, settings_of
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.certificates.kept import KeptCertificate


def show(options: Namespace) -> int:
    """``kiosk certificate show``; 1 when clients whose clock is right refuse one of them"""
    from kiosk.certificates.machine import broker_certificate, machine_certificate
    from kiosk.clock import SystemClock

    settings, now = settings_of(options), SystemClock().now
    http, mqtt = settings.http, settings.mqtt
    broker = broker_certificate(settings, options.var)
    pads = [mqtt.tls_listen] if mqtt.serves_pads else []
    pages = [one for one in http.listens if http.encrypts(one)]
    each = [
        (machine_certificate(settings, options.var, now), pages if broker else [*pages, *pads]),
        (broker, pads),
    ]
    with folder_begun(options):
        good = [_show(kept, listens, now()) for kept, listens in each if kept]
    if not good:
        raise _none(options)
    return WELL if all(good) else NOT_WELL


def _show(kept: "KeptCertificate", listens: Sequence[str], now: datetime) -> bool:
    """A paragraph about it; False when it isn't good today."""
    from kiosk.certificates.presented import fingerprint, presented

    files = kept.files
    if files.authority and not files.certificate.exists():
        kept.load()
    shown = presented(files.certificate, files.key)
    good = shown.good_at(now)
    lines = {
        "certificate": str(files.certificate),
        "at": ", ".join(listens),
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
    print()
    return good


def export_ca(options: Namespace) -> int:
    """``kiosk certificate export-ca FILE``"""
    from kiosk.certificates.presented import fingerprint

    kept = _kept(options)
    if kept.files.authority is None:
        raise KioskError(
            f"{kept.files.certificate} was given: who calls has to trust whoever gave it"
        )
    if not kept.files.authority.exists():
        with folder_begun(options):
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
    with folder_begun(options):
        own.make(new_authority=options.authority)
    for name in own.refused:
        print(f"not good for {name}: kiosk certificate renew --authority", file=sys.stderr)
    return show(options)


def _kept(options: Namespace) -> "KeptCertificate":
    from kiosk.certificates.machine import machine_certificate
    from kiosk.clock import SystemClock

    kept = machine_certificate(settings_of(options), options.var, SystemClock().now)
    if kept is None:
        raise _none(options)
    return kept


def _none(options: Namespace) -> KioskError:
    return KioskError(
        f"{options.config}: [http] listens on this machine alone, and no certificate is given"
    )
