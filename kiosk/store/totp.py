"""One-time codes of an app on a phone: TOTP (RFC 6238) with SHA-1, 6 digits and 30 s, as every app has."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

STEP = 30
"""Seconds for which a code counts."""
AROUND = 1
"""Steps by which a phone's clock may be off."""
DIGITS = 6


def new_secret() -> str:
    """160 random bits in base32, as an app takes them (RFC 4226, 4)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step since 1970 (RFC 4226, 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, now: float) -> int | None:
    """The step whose code this is, around ``now`` in seconds since 1970; None when it is none's."""
    present = int(now) // STEP
    around = range(present - AROUND, present + AROUND + 1)
    fits = [step for step in around if _same(code_at(secret, step), code)]
    return fits[0] if fits else None


def _same(code: str, given: str) -> bool:
    return hmac.compare_digest(code.encode(), given.encode("utf-8", "replace"))


def provisioning_uri(secret: str, name: str) -> str:
    """What an app reads from a QR code (Google Authenticator's key URI format)."""
    return f"otpauth://totp/kiosk:{quote(name)}?secret={secret}&issuer=kiosk"
