"""Periods that a report is about: one business day, or several in a row."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Business days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on its first day or later")

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    def begun_at(self, first: date) -> "Period":
        """A period as long as this one that begins on another day."""
        return Period(first, first + timedelta(days=self.length - 1))

    def earlier(self, days: int) -> "Period":
        """The same period so many days before."""
        return self.begun_at(self.first - timedelta(days=days))
