"""A slip as lines, before anything is known of bytes or dots."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from kiosk.domain.slip import Slip
from kiosk.locale import say, say_count


class Size(IntEnum):
    """How many times the printer's own type of 12 by 24 dots; a line that doesn't fit gets smaller."""

    NORMAL = 1
    LARGE = 2
    HUGE = 8


class Align(StrEnum):
    """Where a text stands between the edges of the paper."""

    LEFT = "left"
    CENTRE = "center"


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


Line = Text | QrCode | Rule | Feed

AIR = Feed(16)
SPACE = Feed(28)


def slip_lines(slip: Slip) -> list[Line]:
    """What stands on a slip from top to bottom; the cut follows and isn't among them.

    The number is what people look for, so it is by far the largest and has air around it. No name
    of a person is ever on a slip.
    """
    return [
        *_head(slip),
        Text(slip.number, Size.HUGE, bold=True),
        SPACE,
        Text(slip.service, Size.LARGE, bold=True),
        AIR,
        Rule(),
        AIR,
        *_place(slip),
        *_follow(slip),
        Text(_time(slip)),
    ]


def _head(slip: Slip) -> Iterator[Line]:
    yield Text(slip.branch)
    if slip.copy:
        yield AIR
        yield Text(say(slip.language, "COPY"), Size.LARGE, bold=True)
    yield SPACE


def _place(slip: Slip) -> Iterator[Line]:
    if slip.priority:
        yield Text(say(slip.language, "Welcome. We serve you with priority."))
        yield AIR
    if slip.people_ahead is not None:
        yield Text(_people_ahead(slip.language, slip.people_ahead), bold=True)
        yield AIR
    if slip.wait_minutes:
        yield Text(_wait(slip.language, slip.wait_minutes))
        yield AIR


def _wait(language: str, minutes: int) -> str:
    return say_count(
        language,
        "Expected wait: up to {count} minute.",
        "Expected wait: up to {count} minutes.",
        minutes,
    )


def _people_ahead(language: str, count: int) -> str:
    if count == 0:
        return say(language, "You are next.")
    return say_count(
        language, "{count} person is ahead of you.", "{count} people are ahead of you.", count
    )


def _follow(slip: Slip) -> Iterator[Line]:
    if slip.follow_url is None:
        return
    yield AIR
    yield QrCode(slip.follow_url)
    yield AIR
    yield Text(say(slip.language, "Scan to follow the queue on your phone"))
    yield AIR


def _time(slip: Slip) -> str:
    issued = slip.issued_at
    return say(
        slip.language,
        "{year}-{month}-{day}  {time}",
        year=issued.year,
        month=f"{issued.month:02}",
        day=f"{issued.day:02}",
        time=f"{issued:%H:%M}",
    )


_PIECE = re.compile(
    r"\s+"
    r"|[⺀-鿿豈-﫿＀-￯](?:[、。，．！？：；）】》」』])*"
    r"|[^\s⺀-鿿豈-﫿＀-￯]+"
)
"""Between any two pieces a line may be broken: at spaces and after every Chinese character that no
closing punctuation follows."""


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
