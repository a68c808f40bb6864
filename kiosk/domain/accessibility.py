"""How one person wants the touch screen, for as long as the visit lasts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What differs from the usual screen; each can be had without the other."""

    large_text: bool = False
    """Larger text, in stronger colours."""
    low_reach: bool = False
    """Everything that can be touched is low enough for somebody in a wheelchair."""


USUAL = Accessibility()
