"""TLS as the branch speaks it: 1.2 and newer, forward secret, authenticated ciphers alone."""

import ssl
from pathlib import Path

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""OpenSSL's words for TLS 1.2; those of TLS 1.3 are all good (RFC 9325, 4.2)."""

_NO_CHECK_TIME = 0x200000
"""OpenSSL's ``X509_V_FLAG_NO_CHECK_TIME``, which the standard library has no name for."""
_BEGIN = "-----BEGIN CERTIFICATE-----"
_END = "-----END CERTIFICATE-----"


def server_context() -> ssl.SSLContext:
    """Of somebody who listens; its certificate is still to be loaded."""
    context = _guarded(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    return context


def client_context(authority: str = "") -> ssl.SSLContext:
    """Of somebody who calls another machine by a name that its certificate has to have.

    ``authority``: a PEM file of those who may have signed it; empty: those that the system trusts.
    Raises OSError.
    """
    return _guarded(ssl.create_default_context(cafile=authority or None))


def pinned_context(certificates: str) -> ssl.SSLContext:
    """Of somebody who expects exactly the first of these certificates (PEM), whatever it says.

    For the machine's own programs: which name they call, and whether it has ended, is no matter.
    """
    context = _guarded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.check_hostname = False
    flags = context.verify_flags | ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    context.verify_flags = ssl.VerifyFlags(flags)
    context.load_verify_locations(cadata=first_certificate(certificates))
    return context


def first_certificate(certificates: str) -> str:
    """The first of the certificates in a PEM file's text; empty when there is none."""
    _, begin, rest = certificates.partition(_BEGIN)
    body, end, _ = rest.partition(_END)
    return f"{begin}{body}{end}\n" if end else ""


def load_files(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Have a context present another certificate, from the next connection on.

    Raises OSError, ssl.SSLError among it; what the context had is then as good as lost.
    """
    context.load_cert_chain(certificate, key, password=_no_passphrase)


def _no_passphrase() -> str:
    """Nobody stands at the machine to type one."""
    return ""


def _guarded(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION
    return context
