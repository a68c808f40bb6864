"""Facts for whoever answers for the branch: who looked at what, and what the machine goes by.

People stand in them as opaque references, and no values at all.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.ids import ClientRef, StaffRef, VisitId


class OnRecord(ABC):
    """Such a fact. It changes nothing in the hall."""

    __slots__ = ()

    @property
    @abstractmethod
    def subject(self) -> str:
        """What it is about: an opaque reference, an id or a digest."""


class KnownBy(StrEnum):
    """What a client was found by."""

    CARD = "card"
    PHONE = "phone"
    DOCUMENT = "document"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class ClientOpened(OnRecord):
    """Somebody was told who a client is; ``by`` of the fact says who."""

    client: ClientRef
    visit: VisitId
    known_by: KnownBy

    @property
    def subject(self) -> str:
        """The client."""
        return self.client


@dataclass(frozen=True, slots=True)
class ClientNotFound(OnRecord):
    """Somebody asked for a client whom nobody knows. What was asked for is written down nowhere."""

    visit: VisitId
    known_by: KnownBy

    @property
    def subject(self) -> str:
        """The visit that was begun."""
        return self.visit


@dataclass(frozen=True, slots=True)
class ClientErased(OnRecord):
    """All that was known of a client is erased, ``at`` some time before; so much had it been."""

    number: int
    """Of the erasure, in the clients database's own count."""
    client: ClientRef
    at: datetime
    cards: int
    phones: int
    documents: int

    @property
    def subject(self) -> str:
        """The client that was."""
        return self.client


@dataclass(frozen=True, slots=True)
class SettingsChanged(OnRecord):
    """The branch goes by other settings, or by another program, than before."""

    digest: str
    """SHA-256 of all settings, in hexadecimal."""
    program: str
    """The program's version."""

    @property
    def subject(self) -> str:
        """The settings."""
        return self.digest


@dataclass(frozen=True, slots=True)
class ClientRekeyed(OnRecord):
    """A client whom only the former card key knew is known under the present one from now on."""

    client: ClientRef

    @property
    def subject(self) -> str:
        """The client."""
        return self.client


class KeyChange(StrEnum):
    """Where the change of the card key stands."""

    BEGUN = "begun"
    """There is a new one; the former one counts beside it."""
    ENDED = "ended"
    """The former one counts no longer."""


@dataclass(frozen=True, slots=True)
class CardKeyChanged(OnRecord):
    """The bank's card key is changed, or has been."""

    change: KeyChange

    @property
    def subject(self) -> str:
        """Which key."""
        return "card-key"


class AccountChange(StrEnum):
    """What became of somebody who may sign in."""

    USER_ADDED = "user_added"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    USER_REMOVED = "user_removed"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    TOKEN_ADDED = "token_added"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    CODE_GIVEN = "code_given"
    CODE_TAKEN = "code_taken"
    PAD_LISTED = "pad_listed"
    PAD_APPROVED = "pad_approved"
    PAD_REVOKED = "pad_revoked"
    PAD_REMOVED = "pad_removed"
    PAD_PROVEN = "pad_proven"
    """It was known by its name alone, and proves itself by a secret from now on."""
    PAD_IN_CLIENT_MODE = "pad_in_client_mode"
    """It was given its token for the broker, where it reads what clients may (LOB-11)."""


@dataclass(frozen=True, slots=True)
class AccountChanged(OnRecord):
    """Who may sign in is different; ``account``: a reference of staff, a token's name,
    or a PAD's id; ``role`` is ``pad`` for the last."""

    number: int
    """Of the change, in the accounts' own count."""
    change: AccountChange
    account: str
    role: str
    at: datetime

    @property
    def subject(self) -> str:
        """The account."""
        return self.account


@dataclass(frozen=True, slots=True)
class SessionBegun(OnRecord):
    """Somebody signed in, ``times`` since the last fact about it; at first ``at``."""

    number: int
    user: StaffRef
    role: str
    device: str | None
    at: datetime
    times: int = 1

    @property
    def subject(self) -> str:
        """Who."""
        return self.user


@dataclass(frozen=True, slots=True)
class SessionEnded(OnRecord):
    """Somebody signed out or was signed out, ``times`` since the last fact about it."""

    number: int
    user: StaffRef
    role: str
    device: str | None
    at: datetime
    times: int = 1

    @property
    def subject(self) -> str:
        """Who."""
        return self.user


@dataclass(frozen=True, slots=True)
class SignInsRefused(OnRecord):
    """Passwords were wrong, ``times`` within the last minute."""

    user: StaffRef | None
    """Whose; None: of names that nobody has."""
    times: int

    @property
    def subject(self) -> str:
        """Whose."""
        return self.user or "unknown"


@dataclass(frozen=True, slots=True)
class DaySealed(OnRecord):
    """What stands for the whole log up to the end of a business day: told to others, it is proof."""

    day: date
    seal: str
    """As ``kiosk log verify`` takes it."""

    @property
    def subject(self) -> str:
        """The day."""
        return self.day.isoformat()


AuditEvent = (
    ClientOpened
    | ClientNotFound
    | ClientRekeyed
    | ClientErased
    | SettingsChanged
    | CardKeyChanged
    | AccountChanged
    | SessionBegun
    | SessionEnded
    | SignInsRefused
    | DaySealed
)
