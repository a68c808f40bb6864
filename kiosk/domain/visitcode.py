"""Visit codes: what a customer shows on a phone, an appointment or a number asked for beforehand.

``docs/visit-codes.md`` is the format's contract. A code is ``KQ`` and the base32 (RFC 4648) of a
signed record: capitals and digits alone, for QR's alphanumeric mode and for scanners that type. It
holds no personal data, and whoever makes one needs the branch's code key.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.domain.ids import BranchId, ClientRef, Language, ServiceId, VisitId

LONGEST = 256
"""Characters of a code."""
BOOKED_WITHIN = timedelta(hours=12)
"""Of an appointment's time around its check-in (CRM-100)."""
SERIAL_BYTES = 6

_PREFIX = "KQ"
_VERSION = 1
_SIGNATURE_BYTES = 10
_HEAD = struct.Struct(f">BII{SERIAL_BYTES}s")
_TEXTS = 4


class CodeFault(StrEnum):
    """Why a code opens no visit."""

    INVALID = "invalid"
    """It is none, or nobody signed it who has the key."""
    OTHER_BRANCH = "otherBranch"
    EXPIRED = "expired"
    TOO_EARLY = "tooEarly"
    """The appointment is on another day."""


@dataclass(frozen=True, slots=True)
class VisitCode:
    """What stands in a code. Times are of whole seconds."""

    branch: BranchId
    expires: datetime
    serial: bytes
    """Six bytes that no other code of the branch has while it is valid."""
    service: ServiceId | None = None
    """None: the customer chooses at the kiosk."""
    booked: datetime | None = None
    """The appointment's time; None: a number asked for on the phone, in its turn."""
    client: ClientRef | None = None
    """Who it is; None: a walk-in."""
    language: Language | None = None

    @property
    def visit(self) -> VisitId:
        """The visit that the code stands for, the same each time it is shown (UUIDv8, RFC 9562)."""
        digest = bytearray(hashlib.sha256(_record(self)).digest()[:16])
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        text = digest.hex()
        return VisitId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))

    def booked_for(self, service: ServiceId) -> datetime | None:
        """The appointment's time, when it is for this service."""
        return self.booked if self.service in (None, service) else None

    def fault(self, branch: BranchId, now: datetime) -> CodeFault | None:
        """Why this branch doesn't take it now; None when it does."""
        if self.branch != branch:
            return CodeFault.OTHER_BRANCH
        if now >= self.expires:
            return CodeFault.EXPIRED
        if self.booked is None:
            return None
        if now - self.booked > BOOKED_WITHIN:
            return CodeFault.EXPIRED
        return CodeFault.TOO_EARLY if self.booked - now > BOOKED_WITHIN else None


def encode(code: VisitCode, key: bytes) -> str:
    """The signed text. Raises ValueError for what no code can hold."""
    record = _record(code)
    signed = base64.b32encode(record + _signature(record, key)).decode("ascii")
    text = _PREFIX + signed.rstrip("=")
    if len(text) > LONGEST:
        raise ValueError(f"a code of {len(text)} characters is longer than {LONGEST}")
    return text


def decode(text: str, key: bytes) -> VisitCode | None:
    """What was signed with this key; None for anything else. Letter case makes no difference."""
    if len(text) > LONGEST or not text.isascii() or not text.upper().startswith(_PREFIX):
        return None
    body = text.upper().removeprefix(_PREFIX)
    try:
        signed = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error:
        return None
    record, signature = signed[:-_SIGNATURE_BYTES], signed[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(record, key)):
        return None
    return _code(record)


def _signature(record: bytes, key: bytes) -> bytes:
    """The first 80 bits of HMAC-SHA-256 (RFC 2104, clause 5)."""
    return hmac.new(key, record, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _record(code: VisitCode) -> bytes:
    if len(code.serial) != SERIAL_BYTES:
        raise ValueError(f"a serial has {SERIAL_BYTES} bytes")
    booked = _seconds(code.booked) if code.booked else 0
    head = _HEAD.pack(_VERSION, _seconds(code.expires), booked, code.serial)
    texts = (code.branch, code.service, code.client, code.language)
    return head + b"".join(_packed(text or "") for text in texts)


def _seconds(time: datetime) -> int:
    seconds = int(time.timestamp())
    if not 0 < seconds < 1 << 32:
        raise ValueError(f"no code can hold the year {time.year}")
    return seconds


def _packed(text: str) -> bytes:
    if not text.isascii() or len(text) > 0xFF:
        raise ValueError(f"{text!r} is too long, or has other signs than those of ASCII")
    return bytes([len(text)]) + text.encode("ascii")


def _code(record: bytes) -> VisitCode | None:
    """A record of another version, or with more behind it, is none that can be understood."""
    try:
        version, expires, booked, serial = _HEAD.unpack_from(record)
        branch, service, client, language = _unpacked(record[_HEAD.size :])
    except (struct.error, IndexError, ValueError):
        return None
    if version != _VERSION or not branch:
        return None
    return VisitCode(
        branch=BranchId(branch),
        expires=datetime.fromtimestamp(expires, UTC),
        serial=serial,
        service=ServiceId(service) if service else None,
        booked=datetime.fromtimestamp(booked, UTC) if booked else None,
        client=ClientRef(client) if client else None,
        language=Language(language) if language else None,
    )


def _unpacked(data: bytes) -> list[str]:
    """Raises IndexError or ValueError when these aren't just the texts."""
    texts = []
    for _ in range(_TEXTS):
        end = 1 + data[0]
        if len(data) < end:
            raise ValueError("the text is cut off")
        texts.append(data[1:end].decode("ascii"))
        data = data[end:]
    if data:
        raise ValueError("there is more than the texts")
    return texts
