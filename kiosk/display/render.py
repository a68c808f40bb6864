"""Scenes as pixels. The only place, with the window, that knows pygame."""

from functools import lru_cache
from typing import Any, assert_never

import pygame
import pygame.font

from kiosk.display import icons
from kiosk.display.palette import Colour
from kiosk.display.scene import Align, Code, Icon, Label, Panel, Part, Rect, Scene
from kiosk.display.wrapping import wrap
from kiosk.machine.typefaces import Face, runs

SMALLEST = 22
"""Pixels per em below which no text is made smaller."""

LINE_HEIGHT = 1.3
"""From one line of a text to the next, times the size."""

INK_HEIGHT = 1.2
"""From a capital's accent to the foot of a ``g``, centred on the capitals; times the size."""

_BAND = 240
"""Rows of a picture that are turned at once."""

_FONTS = 12
"""Kept open, each at one size and a quarter of a megabyte: a board has about as many."""

HALF_CAPITAL = 0.36
"""Half the height of a capital letter, times the size."""


class Renderer:
    """Draws scenes on one surface, at any size, and only what changed since the scene before.

    Not to be shared by threads. Raises FontMissing.
    """

    def __init__(self, surface: pygame.Surface, scene: Scene, turn: int = 0) -> None:
        """The scene's shape is kept, with bars beside it where the surface has another one.

        ``turn`` is how far it is turned clockwise on the surface: 90, 180 or 270 degrees.
        """
        self._surface = surface
        self._turn = turn
        size = surface.get_size()
        self._width, self._height = size[::-1] if turn % 180 else size
        self._scale = min(self._width / scene.width, self._height / scene.height)
        self._left = round((self._width - scene.width * self._scale) / 2)
        self._top = round((self._height - scene.height * self._scale) / 2)
        self._drawn: Scene | None = None

    def draw(self, scene: Scene) -> list[pygame.Rect]:
        """Bring the surface up to date; the areas that changed, in the surface's pixels."""
        before, self._drawn = self._drawn, scene
        if before is None or before.background != scene.background:
            areas = [pygame.Rect(0, 0, self._width, self._height)]
        else:
            areas = _merged([self._placed(part.place) for part in _differences(before, scene)])
        for area in areas:
            self._paint(scene, area)
        return [self._turned(area) for area in areas]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the surface lies in the scene: turned back, then scaled."""
        match self._turn:
            case 90:
                x, y = y, self._height - x
            case 180:
                x, y = self._width - x, self._height - y
            case 270:
                x, y = self._width - y, x
        return (x - self._left) / self._scale, (y - self._top) / self._scale

    def _paint(self, scene: Scene, area: pygame.Rect) -> None:
        area = area.clip((0, 0, self._width, self._height))
        if not area:
            return
        if not self._turn:
            self._paint_on(self._surface.subsurface(area), scene, area)
            return
        # In bands: a second surface of a whole screen would be 8 MB in each window.
        for top in range(area.top, area.bottom, _BAND):
            band = pygame.Rect(area.left, top, area.width, min(_BAND, area.bottom - top))
            drawn = pygame.Surface(band.size, 0, self._surface)
            self._paint_on(drawn, scene, band)
            self._surface.blit(pygame.transform.rotate(drawn, -self._turn), self._turned(band))

    def _turned(self, area: pygame.Rect) -> pygame.Rect:
        """Where an area of the upright picture lies on the surface."""
        match self._turn:
            case 90:
                place = (self._height - area.bottom, area.left)
            case 180:
                place = (self._width - area.right, self._height - area.bottom)
            case 270:
                place = (area.top, self._width - area.right)
            case _:
                return area
        return pygame.Rect(place, area.size[::-1] if self._turn % 180 else area.size)

    def _paint_on(self, surface: pygame.Surface, scene: Scene, area: pygame.Rect) -> None:
        """Paint an area of the picture on a surface of its size."""
        surface.fill(scene.background)
        for part in scene.parts:
            place = self._placed(part.place)
            if place.colliderect(area):
                self._paint_part(surface, part, place.move(-area.left, -area.top))

    def _paint_part(self, surface: pygame.Surface, part: Part, place: pygame.Rect) -> None:
        match part:
            case Panel():
                _panel(surface, part, place, round(part.radius * self._scale))
            case Label():
                self._label(surface, part, place)
            case Icon():
                icons.draw(surface, part.name, place, part.colour, part.on)
            case Code():
                surface.blit(_code(part.content, min(place.size)), place)
            case _:
                assert_never(part)

    def _label(self, surface: pygame.Surface, label: Label, place: pygame.Rect) -> None:
        size, lines = fitted(label, self._scale)
        first = place.centery + round(size * (HALF_CAPITAL - LINE_HEIGHT * (len(lines) - 1) / 2))
        for nth, line in enumerate(lines):
            picture, ascent = _line(line, size, label.bold, label.colour)
            left = {
                Align.LEFT: place.left,
                Align.CENTRE: place.centerx - picture.get_width() // 2,
                Align.RIGHT: place.right - picture.get_width(),
            }[label.align]
            baseline = first + round(size * LINE_HEIGHT * nth)
            surface.blit(picture, (left, baseline - ascent))

    def _placed(self, place: Rect) -> pygame.Rect:
        left, top = round(place.x * self._scale), round(place.y * self._scale)
        right, bottom = round(place.right * self._scale), round(place.bottom * self._scale)
        return pygame.Rect(self._left + left, self._top + top, right - left, bottom - top)


@lru_cache(maxsize=256)
def fitted(label: Label, scale: float = 1.0) -> tuple[int, list[str]]:
    """The size in pixels per em at which a label fits its place, and its lines there.

    One that fits at no size is as small as any and ends with ``…``.
    """
    size, smallest = round(label.size * scale), max(1, round(SMALLEST * scale))
    while True:
        lines = _lines(label, size, scale)
        if _fits(label, lines, size, scale):
            return size, lines
        if size <= smallest:
            return size, [_cut(line, label, size, scale) for line in lines]
        size = max(smallest, size * 15 // 16)


def _lines(label: Label, size: int, scale: float) -> list[str]:
    """Lines of about the same length, so that no word is left alone in the last one."""
    if label.one_line:
        return [label.text]

    def wrapped(share: float) -> list[str]:
        width = label.place.width * scale * share
        return wrap(label.text, width, lambda text: text_width(text, size, label.bold))

    full = wrapped(1)
    narrower = (wrapped(share / 20) for share in range(10, 20))
    return next((lines for lines in narrower if len(lines) == len(full)), full)


def _cut(line: str, label: Label, size: int, scale: float) -> str:
    """What there is room for of a line that fits at no size: rather less of a name than two mixed."""
    room = label.place.width * scale
    if text_width(line, size, label.bold) <= room:
        return line
    lengths = range(len(line) - 1, 0, -1)
    cut = (f"{line[:length].rstrip()}…" for length in lengths)
    return next((one for one in cut if text_width(one, size, label.bold) <= room), "…")


def _fits(label: Label, lines: list[str], size: int, scale: float) -> bool:
    tall = size * (INK_HEIGHT + LINE_HEIGHT * (len(lines) - 1))
    wide = max(text_width(line, size, label.bold) for line in lines)
    return tall <= label.place.height * scale and wide <= label.place.width * scale


def text_width(text: str, size: int, bold: bool) -> int:
    """How wide a line of text becomes, in pixels."""
    return sum(_font(face, size, bold).size(stretch)[0] for face, stretch in runs(text))


def png(scene: Scene, scale: float = 1.0) -> bytes:
    """A whole scene as a PNG file."""
    import io

    surface = pygame.Surface((round(scene.width * scale), round(scene.height * scale)))
    Renderer(surface, scene).draw(scene)
    file = io.BytesIO()
    pygame.image.save(surface, file, "screen.png")
    return file.getvalue()


@lru_cache(maxsize=_FONTS)
def _font(face: Face, size: int, bold: bool) -> pygame.font.Font:
    pygame.font.init()
    return pygame.font.Font(face.path(bold), size)


def _line(text: str, size: int, bold: bool, colour: Colour) -> tuple[pygame.Surface, int]:
    """One line, its stretches on one baseline, and how far below the top that is."""
    stretches = [(face, _font(face, size, bold), stretch) for face, stretch in runs(text)]
    ascent = max((font.get_ascent() for _, font, _ in stretches), default=0)
    below = max((-font.get_descent() for _, font, _ in stretches), default=0)
    width = max(1, text_width(text, size, bold))
    surface = pygame.Surface((width, ascent + below), pygame.SRCALPHA)
    surface.fill((*colour, 0))
    left = 0
    for face, font, stretch in stretches:
        picture = font.render(stretch, True, colour)
        place = (left, ascent - font.get_ascent())
        surface.blit(picture, place)
        if bold and face.thickened:
            # SDL's own bold of a face without one closes the counters of Chinese characters.
            surface.blit(picture, (place[0] + max(1, size // 40), place[1]))
        left += picture.get_width()
    return surface, ascent


def _panel(surface: pygame.Surface, panel: Panel, place: pygame.Rect, radius: int) -> None:
    if radius == 0:
        surface.fill(panel.fill, place)
        return
    if panel.outline:
        _rounded(surface, panel.outline, place, radius)
        place = place.inflate(-4, -4)
        radius = max(0, radius - 2)
    _rounded(surface, panel.fill, place, radius)


def _rounded(surface: pygame.Surface, colour: Colour, place: pygame.Rect, radius: int) -> None:
    """A rectangle with smooth round corners."""
    radius = min(radius, (place.width - 1) // 2, (place.height - 1) // 2)
    surface.fill(colour, place.inflate(0, -2 * radius))
    surface.fill(colour, place.inflate(-2 * radius, 0))
    for x in (place.left + radius, place.right - radius - 1):
        for y in (place.top + radius, place.bottom - radius - 1):
            pygame.draw.aacircle(surface, colour, (x, y), radius)


@lru_cache(maxsize=4)
def _code(content: str, side: int) -> pygame.Surface:
    """A QR code with the quiet zone of four modules that its standard asks for."""
    import segno

    modules: list[Any] = [
        list(row) for row in segno.make(content, micro=False).matrix_iter(border=4)
    ]
    step = max(1, side // len(modules))
    surface = pygame.Surface((side, side))
    surface.fill((255, 255, 255))
    margin = (side - step * len(modules)) // 2
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                surface.fill((0, 0, 0), (margin + x * step, margin + y * step, step, step))
    return surface


def _differences(before: Scene, after: Scene) -> list[Part]:
    """The parts that only one of the two scenes has."""
    old, new = set(before.parts), set(after.parts)
    return [part for part in (*before.parts, *after.parts) if (part in old) != (part in new)]


def _merged(areas: list[pygame.Rect]) -> list[pygame.Rect]:
    """Areas that don't overlap, covering the same."""
    merged: list[pygame.Rect] = []
    for area in areas:
        whole = area
        while (hit := whole.collidelist(merged)) >= 0:
            whole = whole.union(merged.pop(hit))
        merged.append(whole)
    return merged
