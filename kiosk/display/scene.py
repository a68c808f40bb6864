"""What a screen is made of once everything has its place. Pixels of the full-size screen."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.display.palette import Colour


@dataclass(frozen=True, slots=True)
class Rect:
    """A place on the screen."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, x: int, y: int) -> "Rect":
        """The same with margins taken off."""
        return Rect(self.x + x, self.y + y, self.width - 2 * x, self.height - 2 * y)

    def strip(self, top: int, height: int) -> "Rect":
        """A horizontal part of it, ``top`` below its upper edge."""
        return Rect(self.x, self.y + top, self.width, height)


class Align(StrEnum):
    """Where a text stands in its place; always in the middle of its height."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Panel:
    """A filled, rounded area; with an action it is a button, enabled or not at all touchable."""

    place: Rect
    fill: Colour
    radius: int = 0
    outline: Colour | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A text of ``size`` pixels per em, wrapped and at need smaller so that it fits."""

    place: Rect
    text: str
    size: int
    colour: Colour
    on: Colour
    """What it stands on, so that the contrast can be checked."""
    bold: bool = False
    align: Align = Align.CENTRE
    one_line: bool = False
    """Rather smaller than wrapped."""


@dataclass(frozen=True, slots=True)
class Icon:
    """A drawn sign of :mod:`kiosk.display.icons`, by its name."""

    place: Rect
    name: str
    colour: Colour
    on: Colour


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code (ISO/IEC 18004), black on white with its quiet zone."""

    place: Rect
    content: str


Part = Panel | Label | Icon | Code


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole screen: parts in the order in which they are drawn."""

    width: int
    height: int
    background: Colour
    parts: tuple[Part, ...] = field(default=())

    def action_at(self, x: float, y: float) -> str | None:
        """The action of the button at a point; None where there is none."""
        hits = (part for part in reversed(self.parts) if part.place.contains(x, y))
        return next((hit.action for hit in hits if isinstance(hit, Panel) and hit.action), None)
