"""The shapes of the facts that are there for an auditor, and their names on the wire."""

from datetime import date

from kiosk.domain.auditevents import (
    AccountChange,
    AccountChanged,
    AuditEvent,
    CardKeyChanged,
    ClientErased,
    ClientNotFound,
    ClientOpened,
    ClientRekeyed,
    DaySealed,
    KeyChange,
    KnownBy,
    SessionBegun,
    SessionEnded,
    SettingsChanged,
    SignInsRefused,
)
from kiosk.domain.ids import ClientRef, StaffRef, VisitId
from kiosk.shapes.writing import Instant, Shape


class ClientOpenedShape(Shape):
    """A client that somebody was told of."""

    client: ClientRef
    visit: VisitId
    known_by: KnownBy


class ClientNotFoundShape(Shape):
    """That a client was asked for whom nobody knows."""

    visit: VisitId
    known_by: KnownBy


class ClientRekeyedShape(Shape):
    """A client who is known under the present card key from now on."""

    client: ClientRef


class CardKeyShape(Shape):
    """Where the change of the card key stands."""

    change: KeyChange


class ClientErasedShape(Shape):
    """A client of whom nothing is known any more."""

    number: int
    client: ClientRef
    at: Instant
    cards: int
    phones: int
    documents: int


class SettingsShape(Shape):
    """What the branch goes by."""

    digest: str
    program: str


class AccountShape(Shape):
    """What became of somebody who may sign in."""

    number: int
    change: AccountChange
    account: str
    role: str
    at: Instant


class SessionShape(Shape):
    """Somebody who signed in or out."""

    number: int
    user: StaffRef
    role: str
    device: str | None
    at: Instant
    times: int


class RefusedShape(Shape):
    """Passwords that were wrong."""

    user: StaffRef | None
    times: int


class SealShape(Shape):
    """What stands for the log up to the end of a business day."""

    day: date
    seal: str


AUDIT_KINDS: dict[str, type[AuditEvent]] = {
    "client.opened": ClientOpened,
    "client.not_found": ClientNotFound,
    "client.rekeyed": ClientRekeyed,
    "key.changed": CardKeyChanged,
    "client.erased": ClientErased,
    "settings.changed": SettingsChanged,
    "account.changed": AccountChanged,
    "session.begun": SessionBegun,
    "session.ended": SessionEnded,
    "signin.refused": SignInsRefused,
    "day.sealed": DaySealed,
}
AUDIT_SHAPES: dict[str, type[Shape]] = {
    "client.opened": ClientOpenedShape,
    "client.not_found": ClientNotFoundShape,
    "client.rekeyed": ClientRekeyedShape,
    "key.changed": CardKeyShape,
    "client.erased": ClientErasedShape,
    "settings.changed": SettingsShape,
    "account.changed": AccountShape,
    "session": SessionShape,
    "signin.refused": RefusedShape,
    "day.sealed": SealShape,
}
