"""A slip as lines, before anything is known of bytes or dots."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from kiosk.domain.ids import Language
from kiosk.domain.slip import Slip
from kiosk.flow.state import named
from kiosk.printer.profile import DOTS_PER_MM
from kiosk.printer.wording import filled, words
from kiosk.settings.slip import SlipLineSection, SlipSection


class Size(IntEnum):
    """How many times the printer's own type of 12 by 24 dots; a line that doesn't fit gets smaller."""

    NORMAL = 1
    LARGE = 2
    HUGE = 8


class Align(StrEnum):
    """Where a text stands between the edges of the paper."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """Words; wrapped when they don't fit at the smallest size."""

    text: str
    size: Size = Size.NORMAL
    align: Align = Align.CENTRE
    bold: bool = False


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code (ISO/IEC 18004) in the middle of the paper."""

    content: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the slip."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper, in dots."""

    dots: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots in the middle of the paper, as in ``GS v 0``: rows of whole bytes, a set bit is ink."""

    width: int
    height: int
    data: bytes


Line = Text | QrCode | Rule | Feed | Picture

USUAL = SlipSection()
"""Of a site that changes nothing."""

_SIZES = {"normal": Size.NORMAL, "large": Size.LARGE, "huge": Size.HUGE}
_ABOVE_THE_CAPTION = Feed(16)


def slip_lines(
    slip: Slip, template: SlipSection = USUAL, logo: Picture | None = None
) -> list[Line]:
    """What stands on a slip from top to bottom; the cut follows and isn't among them.

    The template says which lines, how large, and on which slips; what this slip has nothing to say
    of takes no paper. A person is named only by a slip that brings a named greeting along.
    """
    lines: list[Line] = [logo] if logo else []
    for section in template.lines:
        content = list(_content(section, slip)) if _stands_on(section, slip) else []
        if content and lines and section.space:
            lines.append(Feed(round(section.space * DOTS_PER_MM)))
        lines += content
    return lines


def _stands_on(line: SlipLineSection, slip: Slip) -> bool:
    conditions = (
        (line.languages, slip.language),
        (line.services, slip.service_id),
        (line.segments, slip.segment),
        (line.classes, slip.priority_class),
    )
    return all(not wanted or found in wanted for wanted, found in conditions)


def _content(line: SlipLineSection, slip: Slip) -> Iterator[Line]:
    if line.text is not None:
        names = {Language(language): text for language, text in line.text.items()}
        for text in filled(named(names, slip.language), slip).split("\n"):
            yield _styled(line, text)
    elif line.show == "rule":
        yield Rule()
    elif line.show == "code":
        yield from _follow(slip)
    elif line.show and (text := words(line.show, slip)):
        yield _styled(line, text)


def _follow(slip: Slip) -> Iterator[Line]:
    if slip.follow_url is not None:
        yield QrCode(slip.follow_url)
        yield _ABOVE_THE_CAPTION
        yield Text(words("code", slip))


def _styled(line: SlipLineSection, text: str) -> Text:
    # Letters typed with their accents apart are in no code page, control characters in no font.
    plain = unicodedata.normalize("NFC", _CONTROL.sub(" ", text))
    return Text(plain, _SIZES[line.size], Align(line.align), line.bold)


_TIGHTER = [share / 16 for share in range(15, 7, -1)]
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PIECE = re.compile(
    r"[^\S\xa0\u202f]+"
    r"|[⺀-鿿豈-﫿＀-￯](?:[、。，．！？：；）】》」』])*"
    r"|(?:[^\s⺀-鿿豈-﫿＀-￯]|[\xa0\u202f])+"
)
"""Between any two pieces a line may be broken: at spaces that don't forbid it, and after every Chinese
character that no closing punctuation follows."""


def wrap(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in as few lines as fit, broken where a reader expects it, inside a word only at need."""
    if fits(text):
        return [text]
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, fits):
        if line and not fits((line + piece).rstrip()):
            lines.append(line.rstrip())
            line = ""
        line = line + piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if fits(piece.rstrip()):
            yield piece
        else:
            yield from piece


def balanced(text: str, width: Callable[[str], float], room: float) -> list[str]:
    """Like :func:`wrap`, the lines about as long as one another: no last word stands alone."""
    lines = wrap(text, lambda part: width(part) <= room)
    longest = max((width(piece.rstrip()) for piece in _PIECE.findall(text)), default=0)
    for share in _TIGHTER:
        tighter = share * room
        if len(lines) == 1 or longest > tighter:
            break
        attempt = wrap(text, lambda part: width(part) <= tighter)  # noqa: B023  # called at once
        if len(attempt) > len(lines):
            break
        lines = attempt
    return lines
