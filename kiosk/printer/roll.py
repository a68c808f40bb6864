"""The paper roll: for how many slips it is good, as far as anybody can know."""

import contextlib
from pathlib import Path

from kiosk.domain.device import Fault
from kiosk.printer.replies import PrinterCondition

SLIPS_LEFT = 60
"""How many slips the rest of a roll is good for, at the least, when its end is told to be near."""
SLIP_MM = 120.0
"""Longer than any slip."""
_TOLD_ONE_BY_ONE = 5
_TOLD_BY = 10


class PaperRoll:
    """Counts down from the sensor's word or, in a printer without one, from a new roll's length.

    A new roll is in when paper was out, or when the cover was open while paper was low: nobody
    changes a full one. The count of a roll whose length is known outlives restarts in ``kept``.
    """

    def __init__(self, metres: float | None = None, kept: Path | None = None) -> None:
        """``metres`` of a new roll; None: the sensor tells when the end is near."""
        self._full = int(metres * 1000 / SLIP_MM) if metres else None
        self._kept = kept if self._full else None
        self._left = self._full
        if self._kept:
            with contextlib.suppress(FileNotFoundError, ValueError):
                self._left = max(0, int(self._kept.read_text(encoding="ascii")))

    @property
    def left(self) -> int | None:
        """Slips; None while nobody knows."""
        return self._left

    @property
    def low(self) -> bool:
        """Whether its end is near."""
        return self._left is not None and self._left <= SLIPS_LEFT

    @property
    def detail(self) -> str:
        """What is left, for staff; it changes with every tenth slip, and with each of the last."""
        if self._left is None or not self.low:
            return ""
        by = 1 if self._left <= _TOLD_ONE_BY_ONE else _TOLD_BY
        return f"about {-(-self._left // by) * by} slips"

    def heard(self, condition: PrinterCondition) -> None:
        """A sensor that wavers near the roll's end doesn't begin the count anew."""
        changed = condition.fault is Fault.COVER_OPEN and self.low
        if condition.fault is Fault.PAPER_OUT or changed:
            self._set(self._full)
        elif condition.paper_low and not self.low:
            self._set(SLIPS_LEFT)

    def slip_printed(self) -> None:
        """One slip less."""
        if self._left is not None:
            self._set(max(0, self._left - 1))

    def _set(self, left: int | None) -> None:
        if left == self._left:
            return
        self._left = left
        if self._kept and left is not None:
            # What a power loss takes of it is a handful of slips: no sync.
            new = self._kept.with_name(self._kept.name + ".new")
            new.write_text(f"{left}\n", encoding="ascii")
            new.replace(self._kept)
