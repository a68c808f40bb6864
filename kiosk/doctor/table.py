"""Findings as a technician reads them: eighty columns, no colours, what is to be done at the end."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from kiosk.finding import Finding, Verdict
from kiosk.locale import say
from kiosk.printer.layout import wrap

WIDTH = 79
_MARKS = {Verdict.OK: "ok", Verdict.UNKNOWN: "?", Verdict.WARN: "!", Verdict.WRONG: "!!"}
"""In the order in which they are shown: what is wrong stands last, where a console stops."""
_INDENT = 18
_ADVICE = "-> "


def table(findings: Sequence[Finding], language: str) -> Iterator[str]:
    """Its lines."""
    order = list(_MARKS)
    for finding in sorted(findings, key=lambda one: order.index(one.status)):
        yield from entry(finding)
    counts = Counter(one.status for one in findings)
    yield ""
    yield say(
        language,
        "{wrong} wrong (!!), {warn} to mend (!), {unknown} not known (?), {ok} well.",
        wrong=counts[Verdict.WRONG],
        warn=counts[Verdict.WARN],
        unknown=counts[Verdict.UNKNOWN],
        ok=counts[Verdict.OK],
    )


def sentence(text: str) -> Iterator[str]:
    """A text that stands alone, in lines."""
    yield from wrap(text, lambda part: columns(part) <= WIDTH)


def entry(finding: Finding) -> Iterator[str]:
    """One finding in lines."""
    head = f"{_MARKS[finding.status]:>3}  {finding.subject}"
    if len(head) < _INDENT:
        what = _wrapped(finding.what, "")
        yield head.ljust(_INDENT) + next(what).lstrip()
        yield from what
    else:
        yield head
        yield from _wrapped(finding.what, "")
    yield from _wrapped(finding.says, "")
    if finding.advice:
        yield from _wrapped(finding.advice, _ADVICE)


def _wrapped(text: str, before: str) -> Iterator[str]:
    """The text indented, with ``before`` hanging out of its first line."""
    room = WIDTH - _INDENT
    for number, line in enumerate(wrap(text, lambda part: columns(part) <= room)):
        yield ("" if number else before).rjust(_INDENT) + line


def columns(text: str) -> int:
    """How wide it is on a console: Chinese characters take two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
