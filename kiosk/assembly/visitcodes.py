"""Visit codes from this branch's own hand: for trying scanners out, and for enrolment."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from kiosk.cardreader.scansimulator import SampleCode
from kiosk.clients.samples import sample_references
from kiosk.domain.ids import BranchId, ClientRef, Language, ServiceId
from kiosk.domain.visitcode import SERIAL_BYTES, VisitCode, encode
from kiosk.keys.keyfile import KEY_BYTES
from kiosk.ports import Clock, KioskError
from kiosk.settings import Settings


class NoSuchCode(KioskError):
    """What was asked for can't stand in a code of this branch."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to stand in a code."""

    service: str | None = None
    at: str | None = None
    """The appointment's local time, ``2026-11-23 10:30``."""
    hours: float = 1.0
    """How long it counts: from the appointment on, or from now."""
    client: str | None = None
    language: str | None = None


def new_code(settings: Settings, key: bytes, wish: Wish, now: datetime) -> str:
    """A code that this branch takes. Raises NoSuchCode."""
    _check("service", wish.service, [service.id for service in settings.service])
    _check("language", wish.language, settings.branch.languages)
    booked = _time(settings, wish.at) if wish.at else None
    try:
        code = VisitCode(
            branch=BranchId(settings.branch.id),
            expires=(booked or now.replace(microsecond=0)) + timedelta(hours=wish.hours),
            serial=os.urandom(SERIAL_BYTES),
            service=ServiceId(wish.service) if wish.service else None,
            booked=booked,
            client=ClientRef(wish.client) if wish.client else None,
            language=Language(wish.language) if wish.language else None,
        )
        return encode(code, key)
    except ValueError as error:
        raise NoSuchCode(str(error)) from error


def sample_code(settings: Settings, key: bytes, clock: Clock, kind: SampleCode) -> str:
    """What the hardware bench holds before a scanner."""
    now = clock.now().replace(microsecond=0)
    code = VisitCode(
        branch=BranchId(settings.branch.id),
        expires=now + timedelta(hours=1),
        serial=os.urandom(SERIAL_BYTES),
        service=ServiceId(settings.service[0].id),
        booked=now + timedelta(minutes=5),
    )
    match kind:
        case SampleCode.APPOINTMENT:
            return encode(code, key)
        case SampleCode.VIP_APPOINTMENT:
            return encode(replace(code, client=sample_references()["gold"]), key)
        case SampleCode.PHONE_TICKET:
            return encode(replace(code, booked=None, language=Language("en")), key)
        case SampleCode.EXPIRED:
            return encode(replace(code, expires=now - timedelta(hours=1)), key)
        case SampleCode.OTHER_BRANCH:
            return encode(replace(code, branch=BranchId("another")), key)
        case SampleCode.FORGED:
            return encode(code, os.urandom(KEY_BYTES))
        case SampleCode.SHOP:
            return "6901234567892"
        case _:
            assert_never(kind)


def save_picture(code: str, file: Path) -> None:
    """The code as a QR picture, such as a phone shows it. Raises NoSuchCode."""
    import segno

    try:
        segno.make(code, micro=False, error="m").save(str(file), kind="png", scale=8, border=4)
    except OSError as error:
        raise NoSuchCode(f"{file}: {error.strerror}") from error


def _check(kind: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise NoSuchCode(f"--{kind}: the branch has no {value!r}; it has {', '.join(known)}")


def _time(settings: Settings, text: str) -> datetime:
    """To the second, in UTC."""
    try:
        local = datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        raise NoSuchCode(f'--at: {text!r} is no time such as "2026-11-23 10:30"') from None
    return local.replace(tzinfo=ZoneInfo(settings.branch.timezone)).astimezone(UTC)
