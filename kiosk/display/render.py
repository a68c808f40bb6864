"""Scenes as pixels. The only place, with the window, that knows pygame."""

from functools import lru_cache
from typing import Any, assert_never

import pygame
import pygame.font

from kiosk.display import icons
from kiosk.display.palette import Colour
from kiosk.display.scene import Align, Code, Icon, Label, Panel, Part, Rect, Scene
from kiosk.display.wrapping import wrap
from kiosk.typefaces import Face, runs

SMALLEST = 22
"""Pixels per em below which no text is made smaller."""

LINE_HEIGHT = 1.3
"""From one line of a text to the next, times the size."""

INK_HEIGHT = 1.2
"""From a capital's accent to the foot of a ``g``, centred on the capitals; times the size."""

HALF_CAPITAL = 0.36
"""Half the height of a capital letter, times the size."""


class Renderer:
    """Draws scenes on one surface, at any size, and only what changed since the scene before.

    Not to be shared by threads. Raises FontMissing.
    """

    def __init__(self, surface: pygame.Surface, scene: Scene) -> None:
        """The scene's shape is kept, with bars beside it where the surface has another one."""
        self._surface = surface
        width, height = surface.get_size()
        self._scale = min(width / scene.width, height / scene.height)
        self._left = round((width - scene.width * self._scale) / 2)
        self._top = round((height - scene.height * self._scale) / 2)
        self._drawn: Scene | None = None

    def draw(self, scene: Scene) -> list[pygame.Rect]:
        """Bring the surface up to date; the areas that changed, in the surface's pixels."""
        before, self._drawn = self._drawn, scene
        if before is None or before.background != scene.background:
            self._surface.fill(scene.background)
            self._paint(scene, self._surface.get_rect())
            return [self._surface.get_rect()]
        changed = [self._on_surface(part.place) for part in _differences(before, scene)]
        areas = _merged(changed)
        for area in areas:
            self._surface.fill(scene.background, area)
            self._paint(scene, area)
        return areas

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the surface lies in the scene."""
        return (x - self._left) / self._scale, (y - self._top) / self._scale

    def _paint(self, scene: Scene, area: pygame.Rect) -> None:
        self._surface.set_clip(area)
        for part in scene.parts:
            if self._on_surface(part.place).colliderect(area):
                self._paint_part(part)
        self._surface.set_clip(None)

    def _paint_part(self, part: Part) -> None:
        place = self._on_surface(part.place)
        match part:
            case Panel():
                _panel(self._surface, part, place, round(part.radius * self._scale))
            case Label():
                self._label(part, place)
            case Icon():
                icons.draw(self._surface, part.name, place, part.colour, part.on)
            case Code():
                self._surface.blit(_code(part.content, min(place.size)), place)
            case _:
                assert_never(part)

    def _label(self, label: Label, place: pygame.Rect) -> None:
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
            self._surface.blit(picture, (left, baseline - ascent))

    def _on_surface(self, place: Rect) -> pygame.Rect:
        left, top = round(place.x * self._scale), round(place.y * self._scale)
        right, bottom = round(place.right * self._scale), round(place.bottom * self._scale)
        return pygame.Rect(self._left + left, self._top + top, right - left, bottom - top)


@lru_cache(maxsize=256)
def fitted(label: Label, scale: float = 1.0) -> tuple[int, list[str]]:
    """The size in pixels per em at which a label fits its place, and its lines there."""
    size, smallest = round(label.size * scale), max(1, round(SMALLEST * scale))
    while True:
        lines = _lines(label, size, scale)
        if size <= smallest or _fits(label, lines, size, scale):
            return size, lines
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


@lru_cache(maxsize=64)
def _font(face: Face, size: int, bold: bool) -> pygame.font.Font:
    pygame.font.init()
    return pygame.font.Font(face.path(bold), size)


@lru_cache(maxsize=128)
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
