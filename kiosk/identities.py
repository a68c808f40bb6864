"""What a customer is known by, and what readers tell of it: never the number itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.ids import CardToken, ClientRef, DeviceId
from kiosk.domain.visitcode import VisitCode


class Scheme(StrEnum):
    """Card schemes told by the issuer identification number (ISO/IEC 7812)."""

    UNIONPAY = "unionpay"
    VISA = "visa"
    MASTERCARD = "mastercard"
    MIR = "mir"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card was read. Its number is already gone: only the token is left."""

    reader: DeviceId
    token: CardToken
    scheme: Scheme
    former: CardToken | None = None
    """Its token under the card key before the present one, while that one still counts."""

    @property
    def identity(self) -> "CardToken | CardTokens":
        """By what its holder is found."""
        return CardTokens(self.token, self.former) if self.former else self.token


class Unreadable(StrEnum):
    """Why a card could not be read."""

    NO_DATA = "noData"
    INVALID = "invalid"
    """Parity, LRC, check digit or layout is wrong."""
    PARTIAL = "partial"
    CONFLICT = "conflict"
    """The tracks name different cards."""


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """A card was swiped and not understood: the customer swipes again."""

    reader: DeviceId
    reason: Unreadable


@dataclass(frozen=True, slots=True)
class CodePresented:
    """A visit code was scanned that the bank has signed; whether it counts is another question."""

    reader: DeviceId
    code: VisitCode


@dataclass(frozen=True, slots=True)
class CodeUnreadable:
    """Something was scanned that is none of the bank's codes. What it says is not known any more."""

    reader: DeviceId


@dataclass(frozen=True, slots=True)
class DocumentToken:
    """HMAC-SHA-256 of a document's number under the document key, hexadecimal."""

    digest: str
    former: str | None = None
    """The same under the document key before the present one, while that one still counts."""


@dataclass(frozen=True, slots=True)
class DocumentPresented:
    """An identity card was read. Its number is already gone; what is left is for its holder's eyes."""

    reader: DeviceId
    token: DocumentToken
    initial: str = field(repr=False)
    """The first character of the holder's name."""
    masked: str = field(repr=False)
    """The number with all but its ends as asterisks."""

    @property
    def identity(self) -> DocumentToken:
        """By what its holder is found."""
        return self.token

    @property
    def holder(self) -> str:
        """By what its holder knows the card again."""
        return f"{self.initial}** {self.masked}"


CardReading = CardPresented | DocumentPresented | CardUnreadable | CodePresented | CodeUnreadable


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as typed by a person; digits only."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document's number as typed by a person."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A client's reference, as a visit code of the bank's carries it."""

    client: ClientRef


@dataclass(frozen=True, slots=True)
class CardTokens:
    """A card while the card key is changed: whom only ``former`` knows is entered anew as ``present``."""

    present: CardToken
    former: CardToken


Identity = CardToken | CardTokens | Phone | Document | DocumentToken | Reference
