"""Telephone numbers as they are typed on a keypad: a country code, and as many digits as it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PhoneCountries = Mapping[str, tuple[int, ...]]
"""How a country groups its national numbers, by country code (ITU-T E.164): ``{"86": (3, 4, 4)}``.

The first country is preset. Empty: no number can be typed.
"""


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number on its way. Its digits are personal data and in no ``repr``."""

    country: str
    groups: tuple[int, ...]
    digits: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether no digit is missing; a further one is passed over."""
        return 0 < len(self.digits) == sum(self.groups)

    def typed(self, digit: str) -> "TypedNumber":
        """With one digit more."""
        return self if self.complete else replace(self, digits=self.digits + digit)

    def corrected(self) -> "TypedNumber":
        """Without the last digit."""
        return replace(self, digits=self.digits[:-1])

    def of_country(self, country: str, groups: tuple[int, ...]) -> "TypedNumber":
        """The same digits, as many as there may be, as a number of another country."""
        return TypedNumber(country, groups, self.digits[: sum(groups)])
