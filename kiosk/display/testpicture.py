"""The test picture: whether a window fills its screen, stands upright, and is touched where it shows.

A process of its own, as every window is: ``python -m kiosk.display.testpicture ID KIND ARRANGEMENT``,
the last as JSON. It prints ``shown``, then each mark that is touched, once, and ends when all of
them were, or when it is told to.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.display import palette, sheet
from kiosk.display.boardlayout import HEIGHT as BOARD_HEIGHT
from kiosk.display.boardlayout import WIDTH as BOARD_WIDTH
from kiosk.display.scene import Label, Panel, Part, Rect, Scene
from kiosk.display.window import NAP, NO_VIDEO, WELL, window_class

Json = dict[str, Any]

MARKS = ("1", "2", "3", "4", "5")
"""The corners from the upper left one clockwise, and the middle."""
_MARK = 180
"""Pixels; two centimetres and more on any screen."""
_FRAME = 6
_HAIR = 4


def picture(kind: str, facts: Sequence[str], touched: Sequence[tuple[float, float]]) -> Scene:
    """A touch screen's or a board's, with a cross-hair at the latest touch."""
    lying = kind == "board"
    width, height = (BOARD_WIDTH, BOARD_HEIGHT) if lying else (sheet.WIDTH, sheet.HEIGHT)
    cross = _cross_hair(width, height, touched[-1]) if touched else ()
    parts = (*_middle(width, height, facts), *_marks(width, height, touched), *cross)
    return Scene(width, height, palette.PAPER, (*parts, *_frame(width, height)))


def marks_hit(scene: Scene, touched: Sequence[tuple[float, float]]) -> list[str]:
    """The marks that touches were on, in the order of the first touch of each."""
    hits = (scene.action_at(x, y) for x, y in touched)
    return list(dict.fromkeys(hit for hit in hits if hit))


def _frame(width: int, height: int) -> Iterator[Part]:
    """A line along every edge: where it is missing, the screen cuts the picture off."""
    for place in (
        Rect(0, 0, width, _FRAME),
        Rect(0, height - _FRAME, width, _FRAME),
        Rect(0, 0, _FRAME, height),
        Rect(width - _FRAME, 0, _FRAME, height),
    ):
        yield Panel(place, palette.ACCENT)


def _middle(width: int, height: int, facts: Sequence[str]) -> Iterator[Part]:
    """An arrow that points up, and how the display is set."""
    centre = width // 2
    for step in range(15):
        half = 10 + 10 * step
        yield Panel(Rect(centre - half, 70 + 10 * step, 2 * half, 10), palette.ACCENT)
    yield Panel(Rect(centre - 40, 220, 80, 120), palette.ACCENT)
    for number, fact in enumerate(facts):
        place = Rect(_MARK + 40, height // 2 + 120 + 64 * number, width - 2 * _MARK - 80, 60)
        yield Label(place, fact, 40, palette.INK, palette.PAPER, one_line=True)


def _marks(width: int, height: int, touched: Sequence[tuple[float, float]]) -> Iterator[Part]:
    right, bottom = width - _MARK, height - _MARK
    corners = ((0, 0), (right, 0), (right, bottom), (0, bottom), (right // 2, bottom // 2))
    for name, (x, y) in zip(MARKS, corners, strict=True):
        place = Rect(x, y, _MARK, _MARK)
        hit = any(place.contains(*point) for point in touched)
        fill, ink = (
            (palette.ACCENT, palette.ON_ACCENT) if hit else (palette.ACCENT_PALE, palette.ACCENT)
        )
        yield Panel(place, fill, 0, palette.ACCENT, name)
        yield Label(place.inset(20, 20), name, 96, ink, fill, bold=True)


def _cross_hair(width: int, height: int, point: tuple[float, float]) -> Iterator[Part]:
    x, y = round(point[0]), round(point[1])
    yield Panel(Rect(0, y - _HAIR // 2, width, _HAIR), palette.INK)
    yield Panel(Rect(x - _HAIR // 2, 0, _HAIR, height), palette.INK)


def run(name: str, kind: str, arrangement: Json) -> int:
    """Show it until SIGTERM, or until every mark was touched; the exit code as of a window."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = "0"
    os.environ["SDL_VIDEO_X11_WMCLASS"] = window_class(name)
    from kiosk.display.canvas import Canvas, NoVideo

    facts = [name, *(f"{key} {value}" for key, value in arrangement.items() if value != "")]
    touched: list[tuple[float, float]] = []
    try:
        with Canvas(f"kiosk test {name}") as canvas:
            signal.signal(signal.SIGTERM, lambda *_: canvas.stop())
            canvas.arrange(arrangement)
            scene = picture(kind, facts, touched)
            canvas.show(scene)
            print("shown", flush=True)
            for happening in canvas.happenings(NAP):
                if isinstance(happening, tuple):
                    known = marks_hit(scene, touched)
                    touched.append(happening)
                    canvas.show(picture(kind, facts, touched))
                    for mark in marks_hit(scene, touched)[len(known) :]:
                        print(mark, flush=True)
                if len(marks_hit(scene, touched)) == len(MARKS):
                    break
    except NoVideo as error:
        print(error, file=sys.stderr)
        return NO_VIDEO
    return WELL


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
