"""What the branch presents to others, and what their devices have to trust."""

from collections.abc import Iterator

from kiosk.certificates.kept import KeptCertificate, condition_of
from kiosk.certificates.machine import broker_certificate, machine_certificate
from kiosk.certificates.presented import CertificateFault, fingerprint, presented
from kiosk.clock import SystemClock
from kiosk.doctor.site import Site
from kiosk.domain.device import Fault
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject
from kiosk.locale import say


def examined(site: Site) -> Iterator[Finding]:
    """Nothing where the branch serves this machine alone."""
    machine = machine_certificate(site.settings, site.var, SystemClock().now)
    broker = broker_certificate(site.settings, site.var)
    for kept in filter(None, (machine, broker)):
        yield _examined(site, kept)


def _examined(site: Site, kept: KeptCertificate) -> Finding:
    language, files = site.language, kept.files
    subject = Subject(kept.device, str(files.certificate))
    if files.authority and not files.certificate.exists():
        return subject.well(say(language, "The branch makes it when it starts."))
    try:
        shown = presented(files.certificate, files.key)
    except CertificateFault as fault:
        return faulted(language, subject, Fault.CERTIFICATE_UNUSABLE, str(fault))
    condition = condition_of(shown, SystemClock().now())
    if condition.fault:
        return faulted(language, subject, condition.fault, condition.detail)
    says = say(language, "It is valid until {day}.", day=f"{shown.ends:%Y-%m-%d}")
    if files.authority is None:
        return subject.well(says)
    trusted = fingerprint(files.authority.read_text())
    return subject.well(
        f"{says} {say(language, 'PADs have to trust SHA-256 {fingerprint}.', fingerprint=trusted)}"
    )
