"""The keypad of a kiosk: what one person types on it, and what the screen may show of that.

A typed number proves nothing: anybody can type anybody's. So it goes to the directory as a claim
(:meth:`kiosk.flow.visits.Visits.claim`), and whoever typed it is never told whether it is known.
"""

import asyncio
import logging
import time
from dataclasses import replace

from kiosk.domain.ids import DeviceId
from kiosk.domain.phonenumber import PhoneCountries, TypedNumber
from kiosk.domain.visit import (
    ClearTouched,
    CorrectTouched,
    CountryTouched,
    DigitTouched,
    EnteringPhone,
    LanguageTouched,
    Notice,
    Touch,
)
from kiosk.flow.attempts import Attempts, TooManyAttempts
from kiosk.flow.showing import Showing
from kiosk.flow.stay import Visit
from kiosk.flow.visits import Visits
from kiosk.identities import Phone

logger = logging.getLogger(__name__)

UNCOVERED_FOR = 0.7
"""Seconds that the digit typed last can be read: long enough to see a slip of the finger."""

NUMBERS_A_MINUTE = 6
"""At one kiosk: whoever types more is trying numbers out. Of a visit there is never more than one."""


class Keypad:
    """Where a phone number is typed. It stays here until it is claimed, and is gone after that."""

    def __init__(
        self, kiosk: DeviceId, countries: PhoneCountries, showing: Showing, visits: Visits
    ) -> None:
        self._kiosk = kiosk
        self._countries = countries
        self._showing = showing
        self._visits = visits
        self._attempts = Attempts(NUMBERS_A_MINUTE, 60, time.monotonic)
        self._number = TypedNumber("", ())
        self._uncovered_until = 0.0

    @property
    def complete(self) -> bool:
        """Whether no digit is missing."""
        return self._number.complete

    def begin(self, visit: Visit) -> None:
        """Ask this person for a number; the first country is preset."""
        self._number = TypedNumber(*next(iter(self._countries.items())))
        self._ask(visit)

    def touched(self, touch: Touch, visit: Visit) -> None:
        """A key, or another language. What can't mean anything now is passed over."""
        before = self._number
        match touch:
            case DigitTouched(digit=digit):
                self._number = before.typed(digit)
            case CorrectTouched():
                self._number = before.corrected()
            case ClearTouched():
                self._number = replace(before, digits="")
            case CountryTouched(code=code) if groups := self._countries.get(code):
                self._number = before.of_country(code, groups)
            case LanguageTouched(language=language):
                visit.speak(language)
            case _:
                return  # a touch of a screen that is gone
        longer = len(self._number.digits) > len(before.digits)
        self._uncovered_until = _moment() + UNCOVERED_FOR if longer else 0.0
        self._ask(visit)

    def cover(self, stage: EnteringPhone) -> None:
        """Time has passed: the digit typed last may no longer be shown."""
        if _moment() >= self._uncovered_until:
            self._showing.show(replace(stage, last=None))

    def claim(self, visit: Visit) -> Notice:
        """Hand the number on; what the person is told is the same for everybody's."""
        phone = Phone(self._number.country + self._number.digits)
        self.forget()
        try:
            self._attempts.count(self._kiosk)
        except TooManyAttempts:
            logger.warning("%s: so many numbers were typed that one wasn't looked up", self._kiosk)
            return Notice.TOO_MANY_PHONES
        self._visits.claim(visit, phone)
        return Notice.PHONE_NOTED

    def forget(self) -> None:
        """Whoever typed has finished or gone."""
        self._number = TypedNumber("", ())
        self._uncovered_until = 0.0

    def _ask(self, visit: Visit) -> None:
        number = self._number
        stage = EnteringPhone(
            language=visit.language,
            languages=self._visits.languages,
            countries=tuple(self._countries),
            country=number.country,
            groups=number.groups,
            count=len(number.digits),
            last=number.digits[-1] if _moment() < self._uncovered_until else None,
        )
        self._showing.ask(stage)


def _moment() -> float:
    return asyncio.get_running_loop().time()
