"""The stages of a visit at a kiosk: what the touch screen shows and which touches it offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from kiosk.domain.client import Client
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import Language, ServiceId, TicketId
from kiosk.domain.slip import SlipState


class Notice(StrEnum):
    """Something that the person should know besides the stage itself."""

    SWIPE_AGAIN = "swipe_again"
    """The card was not understood."""
    CODE_INVALID = "code_invalid"
    """What was shown is none of the bank's codes."""
    CODE_OF_ANOTHER_BRANCH = "code_of_another_branch"
    CODE_EXPIRED = "code_expired"
    CODE_TOO_EARLY = "code_too_early"
    """The appointment is on another day."""
    CODE_USED = "code_used"
    """The code gave a number, and that is done with."""
    NOT_RECOGNISED = "not_recognised"
    """Nobody was found for the card, or not in time: the visit goes on as a walk-in's."""
    SERVICE_CLOSED = "service_closed"
    """The chosen service has just closed."""
    NOT_REROUTED = "not_rerouted"
    """The ticket keeps its service: it was called meanwhile, or given too long ago."""
    NO_MORE_TODAY = "no_more_today"
    """The service, or this person, has had all the tickets of the day."""
    PHONE_NOTED = "phone_noted"
    """A phone number was typed; whether it is anybody's is never told."""
    TOO_MANY_PHONES = "too_many_phones"
    """Too many phone numbers were typed here: this one is not looked up."""
    SLIP_WAITING = "slip_waiting"
    """Somebody's slip hangs in the printer's mouth."""
    OUT_OF_ORDER = "out_of_order"
    """No ticket can be given: staff will help."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as it is offered to the person."""

    service: ServiceId
    names: Mapping[Language, str]
    open: bool
    opens_at: time | None
    """Branch's local time; None when it is open or won't open again today."""
    waiting: int
    wait: Estimate | None = None
    """What the person would wait from now on, in whole minutes; None: nothing is known, or not today."""
    today: bool = True
    """False: as things stand no counter will call for it today."""
    left: int | None = None
    """How many tickets are left today, once they are the last ones."""
    closes_at: time | None = None
    """Branch's local time, once that is near."""


class CardUse(StrEnum):
    """What customers do with their cards here."""

    SWIPE = "swipe"
    HOLD = "hold"
    """Chip and identity cards are held to the reader, or put into it."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is there. Touch: one of the languages, the keypad's button, or swipe a card.

    ``open`` tells whether any service can be had now; ``opens_at`` when the first one can be today.
    ``card``, ``scanner_ready`` and ``paper_ready`` tell what works, so that nobody waits for what
    doesn't.
    ``out_of_order``: no number can be given at all. Touch: nothing.
    """

    languages: tuple[Language, ...]
    open: bool = True
    opens_at: time | None = None
    notice: Notice | None = None
    card: CardUse | None = CardUse.SWIPE
    """None: no reader works."""
    scanner_ready: bool = False
    """There is a scanner for visit codes, too."""
    paper_ready: bool = True
    out_of_order: bool = False
    phone: bool = False
    """A phone number may be typed instead of swiping a card."""


@dataclass(frozen=True, slots=True)
class Identifying:
    """A card was read; the directory is asked who it is."""

    language: Language


@dataclass(frozen=True, slots=True)
class EnteringPhone:
    """The person types a phone number. Touch: keys, a language, done once it is complete, or cancel.

    The digits stay behind the screen, which only knows how many there are.
    """

    language: Language
    languages: tuple[Language, ...]
    countries: tuple[str, ...]
    """Country codes that may be chosen."""
    country: str
    groups: tuple[int, ...]
    """How many digits stand together; all of them make a number."""
    count: int = 0
    last: str | None = field(default=None, repr=False)
    """The digit typed last, for a moment."""
    notice: Notice | None = None
    remaining: int | None = None
    """As of :class:`ChoosingService`."""


@dataclass(frozen=True, slots=True)
class ChoosingService:
    """The person chooses what to come for. Touch: a service, a language, or cancel.

    ``remaining`` is set while the screen warns that it will go back: seconds left.
    """

    language: Language
    languages: tuple[Language, ...]
    offers: tuple[Offer, ...]
    client: Client | None = None
    """Whom to greet; None: a walk-in."""
    document: str | None = field(default=None, repr=False)
    """By what its holder knows the identity card again that was shown: ``张** 4****************2``."""
    priority: bool = False
    """The client's segment has a class of its own."""
    notice: Notice | None = None
    remaining: int | None = None
    page: int = 0
    """How often the person asked for more services than the screen has room for."""
    number: str | None = None
    """Of the ticket that is given another service, on the same paper; None: a new one is issued."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """A service was chosen; the number is on its way."""

    language: Language


@dataclass(frozen=True, slots=True)
class HoldingTicket:
    """The number is given. While the slip isn't on paper the number stays on the screen."""

    language: Language
    ticket: TicketId
    number: str
    service_names: Mapping[Language, str]
    people_ahead: int | None
    slip: SlipState | None
    """None: no printer; the person notes the number."""
    follow_url: str | None = None
    """Where the ticket can be followed on a phone; None: the site has no public address."""
    wait: Estimate | None = None
    """As of an :class:`Offer`."""
    today: bool = True
    reroutable: bool = False
    """Another service may still be chosen for it."""
    remaining: int | None = None
    """As of :class:`ChoosingService`, while the number isn't on paper."""

    @property
    def on_paper(self) -> bool:
        """Whether the number can be read elsewhere too."""
        return self.slip is SlipState.PRINTED

    slip_left: bool = False
    """The slip hangs in the printer's mouth: the person is reminded of it."""


Stage = Idle | Identifying | EnteringPhone | ChoosingService | Issuing | HoldingTicket


@dataclass(frozen=True, slots=True)
class LanguageTouched:
    """A language was chosen."""

    language: Language


@dataclass(frozen=True, slots=True)
class ServiceTouched:
    """A service was chosen."""

    service: ServiceId


@dataclass(frozen=True, slots=True)
class WrongServiceTouched:
    """The ticket is for the wrong service."""


@dataclass(frozen=True, slots=True)
class PhoneTouched:
    """The person wants to type a phone number."""


@dataclass(frozen=True, slots=True)
class DigitTouched:
    """A digit of the keypad."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CountryTouched:
    """The number is one of this country."""

    code: str


@dataclass(frozen=True, slots=True)
class CorrectTouched:
    """The last digit was wrong."""


@dataclass(frozen=True, slots=True)
class ClearTouched:
    """All digits were wrong."""


@dataclass(frozen=True, slots=True)
class ConfirmTouched:
    """The number is complete."""


@dataclass(frozen=True, slots=True)
class CancelTouched:
    """The person wants to leave, or has taken the slip."""


@dataclass(frozen=True, slots=True)
class StayTouched:
    """The person needs more time."""


@dataclass(frozen=True, slots=True)
class MoreTouched:
    """The services that had no room."""


@dataclass(frozen=True, slots=True)
class LargeTextTouched:
    """Larger text, or the usual one again."""


@dataclass(frozen=True, slots=True)
class LowReachTouched:
    """Lower buttons, or the usual ones again."""


AccessibilityTouch = LargeTextTouched | LowReachTouched
KeypadTouch = DigitTouched | CountryTouched | CorrectTouched | ClearTouched

Touch = (
    LanguageTouched
    | ServiceTouched
    | WrongServiceTouched
    | CancelTouched
    | StayTouched
    | PhoneTouched
    | KeypadTouch
    | ConfirmTouched
    | MoreTouched
    | AccessibilityTouch
)
