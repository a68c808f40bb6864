"""Settings of slips: what stands on one from top to bottom, how large, for whom, in which words."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kiosk.settings.tree import Complaint, Location, Tree, entries, ids, meant, unknown
from kiosk.settings.values import Section

PLACEHOLDERS = ("branch", "number", "service", "time")
"""What a text of the site may leave to be filled in."""

Content = Literal[
    "branch",
    "copy",
    "number",
    "service",
    "rule",
    "greeting",
    "appointment",
    "priority",
    "ahead",
    "wait",
    "code",
    "time",
]
"""What the machine puts there itself."""


def _wording(value: str) -> str:
    if any(character != "\n" and not character.isprintable() for character in value):
        raise ValueError("has a character that can't be printed")
    try:
        parts = [part[1:] for part in Formatter().parse(value) if part[1] is not None]
    except ValueError:
        raise ValueError("has a brace too many; one to be printed is written twice") from None
    for name, form, conversion in parts:
        if name not in PLACEHOLDERS or form or conversion:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            hint = meant(str(name), PLACEHOLDERS)
            raise ValueError(f"has {{{name}}}, which is none of {known}{hint}")
    return value


def _picture(value: str) -> str:
    if value and not PurePosixPath(value).is_absolute():
        raise ValueError('is no absolute path such as "/etc/kiosk/logo.png"')
    return value


Wording = Annotated[str, Field(max_length=300), AfterValidator(_wording)]
Wordings = Annotated[dict[Literal["zh", "en", "ru", "cs", "kk"], Wording], Field(min_length=1)]
"""By language; a missing language shows the first given. A line feed begins a new line."""


class SlipLineSection(Section):
    """``[[slip.line]]``: something to show or a text, and on which slips; no condition, on all"""

    show: Content | None = None
    text: Wordings | None = None
    size: Literal["normal", "large", "huge"] = "normal"
    bold: bool = False
    align: Literal["left", "center", "right"] = "center"
    space: Annotated[float, Field(ge=0, le=30)] = 2
    languages: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


_HEAD = (
    SlipLineSection(show="branch"),
    SlipLineSection(show="copy", size="large", bold=True),
    SlipLineSection(show="number", size="huge", bold=True, space=3.5),
    SlipLineSection(show="service", size="large", bold=True, space=3.5),
    SlipLineSection(show="rule"),
)
_GREETING = SlipLineSection(show="greeting")
_PLACE = (
    SlipLineSection(show="appointment", bold=True),
    SlipLineSection(show="priority"),
    SlipLineSection(show="ahead", bold=True),
    SlipLineSection(show="wait"),
    SlipLineSection(show="code", space=4),
    SlipLineSection(show="time"),
)


class SlipSection(Section):
    """``[slip]``"""

    names: bool = False
    logo: Annotated[str, AfterValidator(_picture)] = ""
    line: Annotated[tuple[SlipLineSection, ...], Field(max_length=40)] = ()

    @property
    def lines(self) -> tuple[SlipLineSection, ...]:
        """From top to bottom; the usual ones where the site gives none."""
        return self.line or (*_HEAD, *([_GREETING] if self.names else []), *_PLACE)


_DRAWN = ("rule", "code")
_CONDITIONS = ("languages", "services", "segments", "classes")


def slip_faults(tree: Tree, classes: set[object]) -> Iterator[Complaint]:
    """Lines of nothing or of two things, conditions nobody meets, a slip without its number."""
    slip = tree.get("slip")
    lines = entries(slip, "line") if isinstance(slip, dict) else []
    known = {
        "languages": _offered(tree),
        "services": {name for _, name in ids(tree, "service")},
        "segments": {name for _, name in ids(tree, "segment")},
        "classes": classes,
    }
    for place, line in lines:
        at = ("slip", *place)
        yield from _contents(at, line)
        for key in _CONDITIONS:
            yield from unknown(at, line, (key,), known[key])
    yield from _left_out([line for _, line in lines])


def _offered(tree: Tree) -> set[object]:
    branch = tree.get("branch")
    languages = branch.get("languages") if isinstance(branch, dict) else None
    return (
        {one for one in languages if isinstance(one, str)} if isinstance(languages, list) else set()
    )


def _contents(at: Location, line: Tree) -> Iterator[Complaint]:
    if "show" not in line and "text" not in line:
        yield (*at, "show"), "is missing, and so is text: the line is empty"
    if "show" in line and "text" in line:
        yield (*at, "text"), "is one too many beside show"
    for key in ("size", "bold", "align"):
        if line.get("show") in _DRAWN and key in line:
            yield (*at, key), f"means nothing beside show = {line['show']!r}"


def _left_out(lines: list[Tree]) -> Iterator[Complaint]:
    """What every slip needs: people are called by its number, and a second one has to say so."""
    on_all = {line.get("show") for line in lines if not any(map(line.get, _CONDITIONS))}
    for show in ("number", "copy"):
        if lines and show not in on_all:
            yield ("slip", "line"), f"needs one with show = {show!r} and no condition"
