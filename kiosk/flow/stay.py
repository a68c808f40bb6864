"""One person's stay, from saying who it is to the tickets taken."""

from dataclasses import dataclass, field

from kiosk.domain.client import Client
from kiosk.domain.commands import Recognition
from kiosk.domain.ids import Language, TicketId, VisitId
from kiosk.domain.visitcode import VisitCode
from kiosk.identities import Identity, Reference


@dataclass(slots=True)
class Visit:
    """One person's stay. The client is known to the flow only; the hall gets the recognition."""

    id: VisitId
    language: Language
    chosen: bool = False
    """The person said which language: nothing else changes it (OPR-38)."""
    client: Client | None = None
    recognition: Recognition | None = None
    pending: bool = False
    """The directory is still being asked."""
    code: VisitCode | None = None
    """What opened it, while that is good for a number."""
    document: str | None = field(default=None, repr=False)
    """By what its holder knows the identity card again that was shown."""
    claim: Recognition | None = None
    """Who somebody says to be without having shown anything for it."""
    unrecognised: list[TicketId] = field(default_factory=list)
    """Tickets given before the directory answered, or that carry no recognition but a claim."""

    def speak(self, language: Language) -> None:
        """The person chose this language."""
        self.language, self.chosen = language, True

    @property
    def identity(self) -> Identity | None:
        """Who the code says it is."""
        return Reference(self.code.client) if self.code and self.code.client else None
