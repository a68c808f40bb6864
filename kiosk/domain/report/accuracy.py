"""Accuracy of estimates: what waiting people were told at first against how long it took. Seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of the first estimate of each ticket that was called."""

    count: int = 0
    mean_absolute_error: float | None = None
    bias: float | None = None
    """Mean of foretold (p50) less actual: above zero, people were told too much."""
    coverage: float | None = None
    """The share of waits within the range from p10 to p90."""


@dataclass(slots=True)
class AccuracyTally:
    """Sums, while a report is folded. Milliseconds."""

    count: int = 0
    off: int = 0
    too_much: int = 0
    covered: int = 0

    def add(self, p10: int, p50: int, p90: int, actual: int) -> None:
        """A ticket that was called."""
        self.count += 1
        self.off += abs(p50 - actual)
        self.too_much += p50 - actual
        self.covered += p10 <= actual <= p90

    def accuracy(self) -> Accuracy:
        """Nothing but the count when there was no estimate."""
        if not self.count:
            return Accuracy()
        of = self.count
        return Accuracy(of, self.off / of / 1000, self.too_much / of / 1000, self.covered / of)
