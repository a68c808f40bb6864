"""Facts for whoever answers for the branch: who looked at what, and what the machine goes by.

People stand in them as opaque references, and no values at all.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.ids import ClientRef, VisitId


class OnRecord:
    """Such a fact. It changes nothing in the hall."""

    __slots__ = ()

    @property
    def subject(self) -> str:
        """What it is about: an opaque reference, an id or a digest."""
        raise NotImplementedError


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


AuditEvent = ClientOpened | SettingsChanged
