"""Which language a page is in: what the person chose on it, else what the browser asks for."""

from collections.abc import Iterable, Mapping, Sequence

from kiosk.domain.ids import Language
from kiosk.locale import SOURCE, complete_languages

COOKIE = "language"


def page_languages(branch_languages: Iterable[Language]) -> tuple[Language, ...]:
    """The languages that pages can be had in: the branch's own that are complete, or English."""
    complete = complete_languages()
    return tuple(one for one in branch_languages if one in complete) or (SOURCE,)


def page_language(
    offered: Sequence[Language], query: Mapping[str, str], cookies: Mapping[str, str], accepts: str
) -> Language:
    """The language of one answer; ``accepts`` is Accept-Language (RFC 9110, 12.5.4)."""
    wished = [query.get(COOKIE, ""), cookies.get(COOKIE, ""), *_preferred(accepts)]
    found = (Language(one) for one in wished if one in offered)
    return next(found, offered[0])


def _preferred(accepts: str) -> list[str]:
    ranges = [_range(part) for part in accepts.split(",")]
    ranges.sort(key=lambda one: -one[1])
    return [language for language, quality in ranges if quality > 0]


def _range(part: str) -> tuple[str, float]:
    """The primary subtag and its quality."""
    tag, _, quality = part.partition(";")
    try:
        value = float(quality.partition("=")[2]) if quality else 1.0
    except ValueError:
        value = 0.0
    return tag.strip().partition("-")[0].lower(), value
