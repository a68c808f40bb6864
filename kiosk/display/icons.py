"""The signs of the screens, drawn from lines and circles on a field of 100 by 100."""

from collections.abc import Callable

import pygame

from kiosk.display.palette import Colour


class Pen:
    """Draws on a surface in hundredths of a place's width."""

    def __init__(
        self, surface: pygame.Surface, place: pygame.Rect, colour: Colour, on: Colour
    ) -> None:
        self._surface = surface
        self._place = place
        self.colour = colour
        self.on = on

    def box(self, place: tuple[float, float, float, float], radius: float, colour: Colour) -> None:
        """A rounded box at (x, y, width, height)."""
        left, top = self._point(*place[:2])
        width, height = (self._length(side) for side in place[2:])
        box = pygame.Rect(left, top, width, height)
        pygame.draw.rect(self._surface, colour, box, border_radius=self._length(radius))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        pygame.draw.aacircle(self._surface, colour, self._point(x, y), self._length(radius))

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        corners = [self._point(x, y) for x, y in points]
        pygame.draw.polygon(self._surface, colour, corners)
        pygame.draw.aalines(self._surface, colour, True, corners)

    def stroke(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        """A line with round ends."""
        one, other = self._point(*start), self._point(*end)
        pygame.draw.line(self._surface, self.colour, one, other, self._length(width))
        for x, y in (start, end):
            self.disc(x, y, width / 2, self.colour)

    def _point(self, x: float, y: float) -> tuple[int, int]:
        return self._place.left + self._length(x), self._place.top + self._length(y)

    def _length(self, hundredths: float) -> int:
        return round(hundredths * self._place.width / 100)


def draw(
    surface: pygame.Surface, name: str, place: pygame.Rect, colour: Colour, on: Colour
) -> None:
    """Draw the sign of this name."""
    _SIGNS[name](Pen(surface, place, colour, on))


def _card(pen: Pen) -> None:
    """A card on its way down through a slot."""
    pen.box((18, 8, 64, 70), 8, pen.colour)
    pen.box((18, 20, 64, 12), 0, pen.on)
    pen.box((28, 44, 16, 13), 3, pen.on)
    pen.box((4, 70, 92, 22), 10, pen.colour)
    pen.box((12, 78, 76, 5), 2, pen.on)


def _hand(pen: Pen) -> None:
    """A finger that touches, with a ring around its tip."""
    pen.disc(46, 28, 24, pen.colour)
    pen.disc(46, 28, 19, pen.on)
    pen.box((39, 20, 14, 52), 7, pen.colour)
    pen.box((52, 46, 13, 30), 6, pen.colour)
    pen.box((63, 50, 13, 28), 6, pen.colour)
    pen.box((36, 58, 44, 38), 14, pen.colour)
    pen.shape([(38, 88), (18, 66), (25, 58), (42, 70)], pen.colour)


def _slip(pen: Pen) -> None:
    """A slip of paper that comes out of a slot."""
    pen.box((4, 10, 92, 20), 9, pen.colour)
    pen.shape(
        [
            (22, 22),
            (78, 22),
            (78, 90),
            (68.7, 82),
            (59.3, 90),
            (50, 82),
            (40.7, 90),
            (31.3, 82),
            (22, 90),
        ],
        pen.colour,
    )
    pen.box((16, 22, 68, 4), 2, pen.on)
    pen.box((34, 40, 32, 8), 3, pen.on)
    pen.box((34, 56, 32, 5), 2, pen.on)
    pen.box((34, 67, 22, 5), 2, pen.on)


def _eye(pen: Pen) -> None:
    """A camera: remember or photograph."""
    pen.box((6, 26, 88, 58), 12, pen.colour)
    pen.shape([(32, 28), (38, 16), (62, 16), (68, 28)], pen.colour)
    pen.disc(50, 54, 22, pen.on)
    pen.disc(50, 54, 15, pen.colour)


def _wait(pen: Pen) -> None:
    """A clock face."""
    pen.disc(50, 50, 46, pen.colour)
    pen.disc(50, 50, 38, pen.on)
    pen.stroke((50, 50), (50, 26), 7)
    pen.stroke((50, 50), (66, 60), 7)


def _closed(pen: Pen) -> None:
    """A door sign on its string."""
    pen.stroke((50, 14), (22, 42), 5)
    pen.stroke((50, 14), (78, 42), 5)
    pen.disc(50, 14, 7, pen.colour)
    pen.box((6, 40, 88, 46), 10, pen.colour)
    pen.box((26, 59, 48, 9), 4, pen.on)


def _letters(pen: Pen) -> None:
    """A small letter beside a large one."""
    for left, foot, top, width in ((4, 88, 54, 6), (34, 88, 12, 9)):
        right, middle = left + (88 - top) * 5 // 6, (88 - top) * 5 // 12 + left
        pen.stroke((left, foot), (middle, top), width)
        pen.stroke((right, foot), (middle, top), width)
        bar = foot - (foot - top) * 0.32
        inset = (right - left) * 0.17
        pen.stroke((left + inset, bar), (right - inset, bar), width)


def _wheelchair(pen: Pen) -> None:
    """Somebody in a wheelchair."""
    pen.disc(42, 66, 29, pen.colour)
    pen.disc(42, 66, 21, pen.on)
    pen.disc(42, 12, 9, pen.colour)
    pen.stroke((42, 28), (46, 58), 11)
    pen.stroke((44, 40), (66, 40), 8)
    pen.stroke((46, 58), (70, 58), 9)
    pen.stroke((70, 58), (82, 88), 9)
    pen.stroke((82, 88), (92, 84), 7)


_SIGNS: dict[str, Callable[[Pen], None]] = {
    "card": _card,
    "hand": _hand,
    "slip": _slip,
    "eye": _eye,
    "wait": _wait,
    "closed": _closed,
    "letters": _letters,
    "wheelchair": _wheelchair,
}
