"""The hall board in its places: finished board → scene of 1920 by 1080 pixels."""

from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.display import palette
from kiosk.display.palette import Colour
from kiosk.display.scene import Align, Label, Panel, Part, Rect, Scene

Json = dict[str, Any]

WIDTH, HEIGHT = 1920, 1080
MARGIN = 40
GAP = 20
HEADER = 120
CALLING = Rect(MARGIN, 216, 1200, 624)
LAST = Rect(1280, 216, 600, 624)
COUNTERS = Rect(MARGIN, 872, WIDTH - 2 * MARGIN, 168)

CALLS_A_PAGE = 10
"""More calls at the same time take turns."""

LAST_SHOWN = 8


def pages(board: Json) -> int:
    """How many pages the present calls take."""
    return max(1, -(-len(board["calling"]) // CALLS_A_PAGE))


def board_scene(board: Json, page: int) -> Scene:
    """Everything on the board in its place."""
    parts = (
        *_header(board),
        *_calling(board, page % pages(board)),
        *_last(board),
        *_counters(board),
    )
    return Scene(WIDTH, HEIGHT, palette.NIGHT, parts)


def _joined(texts: Sequence[str]) -> str:
    return "   ".join(texts)


def _header(board: Json) -> Iterator[Part]:
    bar = Rect(0, 0, WIDTH, HEADER)
    if told := board.get("stale") or board["outage"]:
        yield Panel(bar, palette.NOTICE)
        place = bar.inset(MARGIN, 16)
        yield Label(place, _joined(told), 48, palette.ON_NOTICE, palette.NOTICE, bold=True)
        return
    yield Panel(bar, palette.ACCENT)
    name = Rect(MARGIN, 20, 1080, 80)
    yield Label(name, _joined(board["branch"]), 52, *_BAR, bold=True, align=Align.LEFT)
    waiting = Rect(1130, 20, 510, 80)
    quiet = (palette.ON_ACCENT_QUIET, palette.ACCENT)
    yield Label(waiting, "\n".join(board["waiting"]), 34, *quiet, align=Align.RIGHT)
    clock = Rect(1660, 16, 220, 88)
    yield Label(clock, board["clock"], 72, *_BAR, bold=True, align=Align.RIGHT)


_BAR = (palette.ON_ACCENT, palette.ACCENT)
_QUIET = (palette.ON_NIGHT_QUIET, palette.NIGHT)


def _heading(texts: Sequence[str], place: Rect, align: Align = Align.LEFT) -> Label:
    return Label(place, _joined(texts), 38, *_QUIET, bold=True, align=align)


def _above(area: Rect, left: int = 0, width: int | None = None) -> Rect:
    return Rect(area.x + left, area.y - 72, width or area.width - left, 56)


def _calling(board: Json, page: int) -> Iterator[Part]:
    calls = board["calling"][page * CALLS_A_PAGE : (page + 1) * CALLS_A_PAGE]
    headings = board["headings"]
    yield _heading(headings["calling"], _above(CALLING, width=560))
    if not calls:
        yield Panel(CALLING, palette.NIGHT_CARD, radius=28)
        nobody = "\n".join(headings["nobody"])
        yield Label(CALLING.inset(80, 160), nobody, 56, palette.ON_NIGHT_QUIET, palette.NIGHT_CARD)
        return
    if (count := pages(board)) > 1:
        yield _heading([f"{page + 1} / {count}"], _above(CALLING, 1000, 200), Align.RIGHT)
    columns = 1 if len(calls) <= 4 else 2
    for nth, (call, place) in enumerate(zip(calls, _call_places(len(calls), columns), strict=True)):
        newest = page == 0 and nth == 0
        yield from _call(call, place, headings["counter"], newest=newest)


def _call_places(count: int, columns: int) -> list[Rect]:
    """The newest first, down the first column and then the second."""
    rows = max(2, -(-count // columns))
    height = (CALLING.height - GAP * (rows - 1)) // rows
    width = (CALLING.width - GAP * (columns - 1)) // columns
    return [
        Rect(
            CALLING.x + nth // rows * (width + GAP),
            CALLING.y + nth % rows * (height + GAP),
            width,
            height,
        )
        for nth in range(count)
    ]


def _call(call: Json, place: Rect, counter: Sequence[str], *, newest: bool) -> Iterator[Part]:
    """The number and the counter, by its name when it has one. The newest call stands out."""
    fill, ink, quiet = _NEWEST if newest else _OTHERS
    yield Panel(place, fill, radius=28)
    size = min(place.height * 2 // 3, place.width // 5)
    number = Rect(place.x + 32, place.y, place.width * 48 // 100 - 32, place.height)
    yield Label(number, call["number"], size, ink, fill, True, Align.LEFT, one_line=True)
    where = Rect(place.x + place.width // 2, place.y, place.width // 2 - 32, place.height)
    if len(call["counter"]) > 3 or not call["counter"].isascii():
        yield Label(where, call["counter"], size, ink, fill, bold=True)
        return
    words = Rect(where.x, place.y, where.width // 2 - 8, place.height).inset(0, place.height // 8)
    target = Rect(words.right + 16, place.y, where.right - words.right - 16, place.height)
    yield Label(words, "\n".join(counter), min(40, size // 3), quiet, fill, align=Align.RIGHT)
    yield Label(target, call["counter"], size, ink, fill, True, one_line=True)


_NEWEST: tuple[Colour, Colour, Colour] = (palette.CARD, palette.ACCENT, palette.QUIET)
_OTHERS: tuple[Colour, Colour, Colour] = (
    palette.NIGHT_CARD,
    palette.ON_NIGHT,
    palette.ON_NIGHT_QUIET,
)


def _last(board: Json) -> Iterator[Part]:
    yield _heading(board["headings"]["last"], _above(LAST))
    yield Panel(LAST, palette.NIGHT_CARD, radius=28)
    row = LAST.height // LAST_SHOWN
    on = (palette.ON_NIGHT, palette.NIGHT_CARD)
    for nth, call in enumerate(board["last"][:LAST_SHOWN]):
        place = LAST.inset(40, 0).strip(nth * row, row)
        number = Rect(place.x, place.y, place.width * 2 // 5, row)
        counter = Rect(number.right, place.y, place.right - number.right, row)
        yield Label(number, call["number"], 46, *on, True, Align.LEFT, one_line=True)
        yield Label(counter, f"→ {call['counter']}", 46, *on, False, Align.RIGHT)


def _counters(board: Json) -> Iterator[Part]:
    """What each counter does, in one strip."""
    counters = board["counters"]
    for counter, place in zip(counters, _chips(len(counters)), strict=True):
        fill = palette.NIGHT_LINE if counter["state"] == "closed" else palette.ACCENT
        yield Panel(place, fill, radius=20)
        words, tall = place.inset(10, 8), place.height >= 120
        name, doing = words.strip(0, 84), words.strip(88, words.height - 88)
        if not tall:
            name, doing = _beside(place.inset(8, 2))
        yield Label(name, counter["counter"], 44, palette.ON_NIGHT, fill, True, one_line=not tall)
        yield Label(doing, counter["text"], 40, palette.ON_ACCENT_QUIET, fill, one_line=True)


def _chips(count: int) -> list[Rect]:
    rows = 1 if count <= 12 else -(-count // 8)
    columns = max(1, -(-count // rows))
    width = min(320, (COUNTERS.width - GAP * (columns - 1)) // columns)
    height = (COUNTERS.height - GAP * (rows - 1)) // rows
    return [
        Rect(
            COUNTERS.x + nth % columns * (width + GAP),
            COUNTERS.y + nth // columns * (height + GAP),
            width,
            height,
        )
        for nth in range(count)
    ]


def _beside(place: Rect) -> tuple[Rect, Rect]:
    left = Rect(place.x, place.y, place.width // 2 - 4, place.height)
    return left, Rect(left.right + 8, place.y, place.right - left.right - 8, place.height)
