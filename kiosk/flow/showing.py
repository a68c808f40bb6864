"""What stands on a kiosk's touch screen, and until when."""

import asyncio
import math
from dataclasses import dataclass, field, replace

from kiosk.domain.phonenumber import PhoneCountries
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import ChoosingService, EnteringPhone, HoldingTicket, Idle, Stage
from kiosk.ports import Display


@dataclass(frozen=True, slots=True)
class VisitRules:
    """How long a person may take, in seconds."""

    choose_within: float
    warn_for: float
    """How long before going back the screen says so."""
    thanks_for: float
    """How long the number stays once the slip is on paper."""
    phone: PhoneCountries = field(default_factory=dict)
    """Countries whose phone numbers may be typed."""


NOTICE_FOR = 6.0
"""Seconds that a notice stays on the idle screen."""


class Showing:
    """The present stage. Whoever takes long is warned before it ends."""

    def __init__(self, display: Display, rules: VisitRules) -> None:
        self._display = display
        self._rules = rules
        self._until = math.inf
        self.stage: Stage = Idle(())

    def show(self, stage: Stage, within: float | None = None) -> None:
        """Make this the present stage, for ``within`` seconds; None: as long as the last one."""
        if within is not None:
            self._until = asyncio.get_running_loop().time() + within
        if stage != self.stage:
            self.stage = stage
            self._display.show(stage)

    def ask(self, stage: Stage) -> None:
        """Make this the present stage, for as long as a person has to do something."""
        self.show(stage, within=self._rules.choose_within)

    def hold(self, ticket: HoldingTicket) -> None:
        """A number is given: there is time to note it while it isn't on paper."""
        rules, printed = self._rules, ticket.slip is SlipState.PRINTED
        self.show(ticket, within=rules.thanks_for if printed else 2 * rules.choose_within)

    def rest(self, idle: Idle) -> None:
        """Nobody is there; a notice stays for a moment."""
        self.show(idle, within=NOTICE_FOR if idle.notice else math.inf)

    def stay(self) -> None:
        """Somebody is there: the time begins anew."""
        if isinstance(self.stage, ChoosingService | EnteringPhone):
            self.ask(replace(self.stage, remaining=None))

    def count_down(self) -> bool:
        """Whether the time of the stage is over; the last seconds of a choice are counted down."""
        left = self._until - asyncio.get_running_loop().time()
        if (
            isinstance(self.stage, ChoosingService | EnteringPhone)
            and 0 < left <= self._rules.warn_for
        ):
            self.show(replace(self.stage, remaining=math.ceil(left)))
        return left <= 0
