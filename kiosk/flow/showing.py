"""What stands on a kiosk's touch screen, and until when."""

import asyncio
import math
from dataclasses import dataclass, field, replace
from typing import assert_never

from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.client import Client
from kiosk.domain.ids import Language
from kiosk.domain.phonenumber import PhoneCountries
from kiosk.domain.visit import (
    AccessibilityTouch,
    CardUse,
    ChoosingService,
    EnteringPhone,
    HoldingTicket,
    Identifying,
    Idle,
    Issuing,
    LargeTextTouched,
    LowReachTouched,
    MoreTouched,
    Stage,
    StayTouched,
    Touch,
)
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
    card: CardUse | None = CardUse.SWIPE
    """None: there is no card reader."""
    codes: bool = False
    """Whether there is a scanner to show visit codes to."""


NOTICE_FOR = 6.0
"""Seconds that a notice stays on the idle screen."""


class Showing:
    """The present stage. Whoever takes long is warned before it ends."""

    def __init__(self, display: Display, rules: VisitRules) -> None:
        self._display = display
        self._rules = rules
        self._until = math.inf
        self._accessibility = USUAL
        self._drawn: tuple[Stage, Accessibility] | None = None
        self.stage: Stage = Idle(())

    def show(self, stage: Stage, within: float | None = None) -> None:
        """Make this the present stage, for ``within`` seconds; None: as long as the last one."""
        if within is not None:
            self._until = asyncio.get_running_loop().time() + within
        self.stage = stage
        wanted = stage, self._accessibility
        if wanted != self._drawn:
            self._drawn = wanted
            self._display.show(*wanted)

    @property
    def farewell(self) -> float:
        """Seconds for the last look at a number that is on paper; longer for whom reading is hard."""
        usual = self._accessibility == USUAL
        return self._rules.thanks_for if usual else self._rules.choose_within

    def ask(self, stage: Stage) -> None:
        """Make this the present stage, for as long as a person has to do something."""
        self.show(stage, within=self._rules.choose_within)

    def hold(self, ticket: HoldingTicket) -> None:
        """A number is given: there is time to note it while it isn't on paper."""
        unprinted = 2 * self._rules.choose_within
        self.show(ticket, within=self.farewell if ticket.on_paper else unprinted)

    def look_up(self, language: Language) -> None:
        """Somebody has shown something; whoever was known or held a number has gone."""
        match self.stage:
            case HoldingTicket() | ChoosingService(client=Client()):
                self._accessibility = USUAL
        self.ask(Identifying(language))

    def touched(self, touch: Touch) -> bool:
        """Whether a touch only concerned how the stage is shown, and how long."""
        match touch:
            case LargeTextTouched() | LowReachTouched():
                self._change(touch)
            case MoreTouched():
                self._turn()
            case StayTouched():
                self.stay()
            case _:
                return False
        return True

    def _turn(self) -> None:
        """To the next services."""
        if isinstance(self.stage, ChoosingService):
            self.ask(replace(self.stage, page=self.stage.page + 1, remaining=None))

    def _change(self, touch: AccessibilityTouch) -> None:
        """Show it otherwise from now on, and give the person time to read it so."""
        before = self._accessibility
        match touch:
            case LargeTextTouched():
                self._accessibility = replace(before, large_text=not before.large_text)
            case LowReachTouched():
                self._accessibility = replace(before, low_reach=not before.low_reach)
            case _:
                assert_never(touch)
        match self.stage:
            case Identifying() | Issuing():
                self.show(self.stage)
            case ChoosingService() | EnteringPhone():
                self.stay()
            case Idle() | HoldingTicket():
                self.ask(self.stage)
            case _:
                assert_never(self.stage)

    def rest(self, idle: Idle) -> None:
        """Nobody is there; a notice stays for a moment, and for whom it is it stays as it was."""
        if idle.notice is None:
            self._accessibility = USUAL
        self.show(idle, within=NOTICE_FOR if idle.notice else math.inf)

    def stay(self) -> None:
        """Somebody is there: the time begins anew."""
        match self.stage:
            case ChoosingService() | EnteringPhone() as asking:
                self.ask(replace(asking, remaining=None))
            case HoldingTicket() as holding:
                self.hold(replace(holding, remaining=None))
            case _:
                pass  # nobody is asked for anything

    def count_down(self) -> bool:
        """Whether the time of the stage is over; what would be missed is counted down to its end."""
        left = self._until - asyncio.get_running_loop().time()
        if 0 < left <= self._rules.warn_for:
            self._warn(math.ceil(left))
        return left <= 0

    def _warn(self, seconds: int) -> None:
        match self.stage:
            case ChoosingService() | EnteringPhone() as asking:
                self.show(replace(asking, remaining=seconds))
            case HoldingTicket(on_paper=False) as holding:
                self.show(replace(holding, remaining=seconds))
            case _:
                pass  # a moment, or a farewell
